"""The `stt` command as a person has it: a process with arguments, an environment, stdout, stderr and an exit code."""

import json
import os
import signal
import subprocess
import sys
import time
from contextlib import contextmanager

import httpx
import pysubs2
import pytest

from stt.domain.whisper.engine import Engine
from stt.worker.models.store import PACKAGED
from tests.acceptance.service import Service
from tools.service import ROOT, base_environment, free_port, wait_for

SAMPLE = PACKAGED / "sample-vi.flac"
ENGINES = tuple(Engine)


@pytest.fixture(scope="module")
def serving(tmp_path_factory):
    """`stt serve` with everything embedded."""
    with Service(tmp_path_factory.mktemp("serving"), {}, consumers=0) as service:
        yield service


@pytest.fixture
def environment(tmp_path):
    """A home of its own for one command, in which temporary files can be counted."""
    (tmp_path / "tmp").mkdir()
    return base_environment() | {
        "STT_DATA_DIR": str(tmp_path / "data"),
        "STT_SCRATCH_DIR": str(tmp_path / "scratch"),
        "STT_MODEL_DOWNLOADS": "false",
        "TMPDIR": str(tmp_path / "tmp"),
    }


def stt(environment, *arguments, timeout=120):
    command = [sys.executable, "-m", "stt", *map(str, arguments)]
    return subprocess.run(command, env=environment, capture_output=True, text=True, timeout=timeout, check=False)


@contextmanager
def started(environment, log, *arguments, program=("-m", "stt")):
    """A command that runs until it is told to stop; its process group is gone afterwards."""
    command = [sys.executable, *map(str, program), *map(str, arguments)]
    with log.open("wb") as output:
        process = subprocess.Popen(command, env=environment, stdout=output, stderr=output, start_new_session=True)
    try:
        yield process
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def words(document):
    return [word["word"] for segment in document["segments"] for word in segment["words"]]


@pytest.fixture(scope="module")
def served(serving):
    """The sample's transcript from the service, by engine."""
    return {engine: serving.transcribe(SAMPLE, engine=engine) for engine in ENGINES}


def test_submit_wait_status_and_result_tell_the_same(serving):
    environment = serving.environment | {"STT_URL": serving.url}
    submitted = stt(environment, "submit", SAMPLE, "--model", "demo", "--language", "vi")
    assert submitted.returncode == 0, submitted.stderr
    job_id = submitted.stdout.strip()
    serving.wait(job_id)
    waited = stt(environment, "submit", SAMPLE, "--model", "demo", "--wait", "--priority", "high")
    assert waited.returncode == 0, waited.stderr
    status = stt(environment, "status", job_id)
    facts = dict(line.split(maxsplit=1) for line in status.stdout.splitlines())
    assert (facts["job_id"], facts["status"], facts["progress"]) == (job_id, "COMPLETED", "100.0")
    text = stt(environment, "result", job_id).stdout
    document = json.loads(stt(environment, "result", job_id, "--format", "json").stdout)
    assert waited.stdout == text == document["text"] + "\n"
    assert len(words(document)) > 5
    for form in ("srt", "vtt"):
        subtitles = pysubs2.SSAFile.from_string(stt(environment, "result", job_id, "--format", form).stdout, form)
        assert " ".join(cue.plaintext for cue in subtitles).split() == text.split()
        assert subtitles[-1].end <= document["duration"] * 1000 + 1


def test_a_failed_job_is_told_with_its_reason_and_code_1(serving):
    environment = serving.environment | {"STT_URL": serving.url}
    outcome = stt(environment, "submit", SAMPLE, "--model", "tiny", "--wait")
    assert (outcome.returncode, outcome.stdout) == (1, "")
    assert "stt models pull tiny" in outcome.stderr
    assert "(model_unavailable)" in outcome.stderr


@pytest.mark.parametrize("engine", ENGINES)
def test_transcribe_writes_what_the_service_writes_and_leaves_nothing(environment, tmp_path, served, engine):
    # Servers that are not there: a command that needs no service must not ask them.
    elsewhere = {
        "DATABASE_URL": "postgresql://127.0.0.1:1/x",
        "RABBITMQ_URL": "amqp://127.0.0.1:1",
        "MINIO_ENDPOINT": "h:1",
    }
    options = ("--model", "demo", "--engine", engine, "--format", "json")
    outcome = stt(environment | elsewhere, "transcribe", SAMPLE, *options)
    assert outcome.returncode == 0, outcome.stderr
    document = json.loads(outcome.stdout)
    assert (document["engine"], document["text"]) == (engine, served[engine]["text"])
    assert words(document) == words(served[engine])
    assert {"coverage", "gaps", "suppressed", "created_at", "duration"} <= set(document)
    assert list((tmp_path / "tmp").iterdir()) == []
    assert not (tmp_path / "data").exists()


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_transcribe_that_is_stopped_leaves_nothing(environment, tmp_path, number, code):
    log = tmp_path / "log"
    with started(environment, log, "transcribe", SAMPLE, "--model", "demo") as process:
        wait_for(lambda: "Transcribing" in log.read_text(), 60, log.read_text)
        os.killpg(process.pid, number)
        assert process.wait(timeout=60) == code, log.read_text()
    assert "Traceback" not in log.read_text()
    assert list((tmp_path / "tmp").iterdir()) == []


def test_a_model_can_be_named_by_its_path(environment):
    outcome = stt(environment, "transcribe", SAMPLE, "--model", PACKAGED / "demo", "--format", "json")
    assert outcome.returncode == 0, outcome.stderr
    assert len(words(json.loads(outcome.stdout))) > 5


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_serve_stops_when_asked_to_with_code_0(environment, tmp_path, number):
    port, log = free_port(), tmp_path / "log"
    with started(environment, log, "serve", "--port", port) as process:
        wait_for(lambda: "Running" in log.read_text(), 60, log.read_text)
        url = f"http://127.0.0.1:{port}"
        assert httpx.get(f"{url}/health/ready", trust_env=False).status_code == 200
        line = next(line for line in log.read_text().splitlines() if line.startswith("Running"))
        assert url in line
        assert f"SQLite {tmp_path}/data/stt.db" in line
        begun = time.monotonic()
        os.killpg(process.pid, number)
        assert process.wait(timeout=60) == 0, log.read_text()
        assert time.monotonic() - begun < 10
    assert "Traceback" not in log.read_text()


def test_the_two_scripts_are_a_service(environment, tmp_path):
    port = free_port()
    environment = environment | {"STT_PORT": str(port), "STT_URL": f"http://127.0.0.1:{port}"}
    api, consumer = (ROOT / "cmd" / side / "main.py" for side in ("api", "consumer"))
    api_log, consumer_log = tmp_path / "api.log", tmp_path / "consumer.log"
    with started(environment, api_log, program=[api]), started(environment, consumer_log, program=[consumer]):
        for log in (api_log, consumer_log):
            wait_for(lambda log=log: "Running" in log.read_text(), 60, log.read_text)
        outcome = stt(environment, "submit", SAMPLE, "--model", "demo", "--wait")
        assert outcome.returncode == 0, outcome.stderr + consumer_log.read_text()
        assert len(outcome.stdout.split()) > 5


def test_serve_on_a_taken_port_says_so(environment, serving):
    outcome = stt(environment, "serve", "--port", serving.port)
    assert (outcome.returncode, outcome.stdout) == (1, "")
    assert f"{serving.port}" in outcome.stderr
    assert "--port" in outcome.stderr


def test_a_service_whose_database_is_away_does_not_start(environment):
    elsewhere = {"DATABASE_URL": "postgresql://user:secret@127.0.0.1:1/stt"}
    outcome = stt(environment | elsewhere, "consumer")
    assert (outcome.returncode, outcome.stdout) == (1, "")
    assert "(database_unavailable)" in outcome.stderr
    assert "stt doctor" in outcome.stderr
    assert "Traceback" not in outcome.stderr
    assert "secret" not in outcome.stderr


def test_try_shows_the_sample_transcribed_and_ends_when_told_to(environment, serving, served):
    outcome = stt(environment, "try", "--once", "--port", serving.port)
    assert outcome.returncode == 0, outcome.stderr
    assert f"Port {serving.port} is taken; using" in outcome.stderr
    assert "synthesiser" in outcome.stderr
    for segment in served["faster-whisper"]["segments"]:
        assert segment["text"] in outcome.stdout


def test_try_serves_on_until_ctrl_c(environment, tmp_path):
    log = tmp_path / "log"
    with started(environment, log, "try", "--port", free_port()) as process:
        wait_for(lambda: "until Ctrl-C" in log.read_text(), 60, log.read_text)
        url = next(word for word in log.read_text().split() if word.startswith("http://"))
        assert f"{url}/api/stt/upload" in log.read_text()
        assert httpx.get(f"{url}/health/ready", trust_env=False).status_code == 200
        os.killpg(process.pid, signal.SIGINT)
        assert process.wait(timeout=60) == 0, log.read_text()


def test_try_serves_on_after_a_job_that_failed(environment, tmp_path):
    log = tmp_path / "log"
    with started(environment, log, "try", SAMPLE, "--port", free_port()) as process:
        wait_for(lambda: "until Ctrl-C" in log.read_text(), 60, log.read_text)
        assert "stt models pull medium" in log.read_text()
        process.terminate()
        assert process.wait(timeout=60) == 0, log.read_text()


def test_the_doctor_finds_a_bare_machine_well(environment):
    outcome = stt(environment, "doctor")
    found = {line.split()[1]: line.split()[0] for line in outcome.stdout.splitlines() if not line.startswith(" ")}
    assert found.pop("model") == "fail", "medium is not installed and may not be downloaded here"
    assert outcome.returncode == 1
    assert set(found.values()) <= {"ok", "warn"}, outcome.stdout
    assert found["inference"] == found["decoding"] == "ok"
    assert stt(environment | {"STT_DEFAULT_MODEL": "demo"}, "doctor").returncode == 0
