"""Fetching: whole, verified, or not at all. The hub is one of our own on loopback."""

import os
import re
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.unit.worker.models.hub_server import CONTENT, Hub

ROOT = Path(__file__).parents[4]


@pytest.fixture
def hub(request):
    with Hub(lies=getattr(request, "param", {})).running() as server:
        yield server.url


def command(endpoint, directory, name="tiny", engine="faster-whisper", *, for_a_job=False, listed=(), **options):
    """In a process of its own: the hub's client reads its address once, when it is imported."""
    program = f"""
import asyncio, sys
from pathlib import Path
from stt.domain.whisper.engine import Engine
from stt.domain.errors import SttError
from stt.domain.whisper.models import ModelList
from stt.worker.models import ModelStore
store = ModelStore(Path(sys.argv[1]), offered=ModelList({listed}), **{options})
name, engine = sys.argv[2], Engine(sys.argv[3])
try:
    print((asyncio.run(store.resolve(name, engine)) if {for_a_job} else store.pull(name, engine)).path)
except SttError as error:
    sys.exit(error.message)
"""
    environment = os.environ | {
        "HF_ENDPOINT": endpoint,
        "HF_HOME": str(directory / "hf"),
        "HF_HUB_DISABLE_XET": "1",
        "HF_HUB_DISABLE_TELEMETRY": "1",
        "PYTHONPATH": str(ROOT / "src"),
    }
    return [sys.executable, "-c", program, str(directory / "models"), name, engine], environment


def pull(*arguments):
    words, environment = command(*arguments)
    return subprocess.run(words, env=environment, capture_output=True, text=True, check=False, timeout=120)


def test_a_model_arrives_whole(hub, tmp_path):
    done = pull(hub, tmp_path)
    assert done.returncode == 0, done.stderr
    place = tmp_path / "models" / "tiny" / "ct2"
    assert done.stdout.splitlines()[-1] == str(place)
    assert {path.name: path.read_bytes() for path in place.iterdir()} == CONTENT


@pytest.mark.parametrize(
    ("hub", "reason"),
    [
        ({"model.bin": {"lfs": {"sha256": "0" * 64, "size": 35000, "pointerSize": 130}}}, "SHA-256"),
        ({"model.bin": {"size": 35001}}, "did not arrive whole"),
        ({"config.json": {"blobId": "0" * 40}}, "SHA-1"),
    ],
    indirect=["hub"],
)
def test_a_model_that_arrived_damaged_is_not_installed(hub, tmp_path, reason):
    done = pull(hub, tmp_path)
    assert done.returncode == 1
    assert reason in done.stderr
    assert [path for path in (tmp_path / "models").rglob("*") if path.is_file()] == []


def test_a_hub_that_is_away_is_one_sentence(tmp_path):
    done = pull("http://127.0.0.1:9", tmp_path)
    assert done.returncode == 1
    assert "Systran/faster-whisper-tiny" in done.stderr
    assert re.search(r"[^.]\. Whoever runs this service", done.stderr)
    assert "Errno" not in done.stderr
    assert "Traceback" not in done.stderr


def test_a_repository_without_a_model_says_so(hub, tmp_path, monkeypatch):
    monkeypatch.delitem(CONTENT, "model.bin")
    done = pull(hub, tmp_path, "someone/else")
    assert "no CTranslate2 model" in done.stderr


def test_a_download_that_was_killed_goes_on_where_it_stopped(tmp_path):
    models = tmp_path / "models"
    large = CONTENT | {"model.bin": bytes(range(256)) * 100_000}
    with Hub(large, stalls=True).running() as server:
        words, environment = command(server.url, tmp_path)
        with subprocess.Popen(words, env=environment, stderr=subprocess.DEVNULL) as killed:
            wait_for_first_bytes(models)
            killed.kill()
    there = size_of_model(models)
    assert 0 < there < len(large["model.bin"])
    assert not (models / "tiny").exists()
    with Hub(large).running() as server:
        assert pull(server.url, tmp_path).returncode == 0
        assert server.ranges == [f"bytes={there}-"]
    assert (models / "tiny" / "ct2" / "model.bin").read_bytes() == large["model.bin"]
    assert not [path for path in (models / ".partial").rglob("*") if path.is_file()]


def size_of_model(directory):
    return sum(path.stat().st_size for path in directory.rglob("model.bin"))


def wait_for_first_bytes(directory):
    deadline = time.monotonic() + 60
    while not size_of_model(directory):
        assert time.monotonic() < deadline
        time.sleep(0.02)


def test_fetching_again_replaces_what_was_there(hub, tmp_path):
    place = tmp_path / "models" / "tiny" / "ct2"
    place.mkdir(parents=True)
    (place / "model.bin").write_bytes(b"old")
    (place / "stray").touch()
    assert pull(hub, tmp_path).returncode == 0
    assert {path.name: path.read_bytes() for path in place.iterdir()} == CONTENT


def test_a_ggml_file_of_the_catalogue_comes_from_whisper_cpps_own_repository(tmp_path):
    with Hub({"ggml-tiny.bin": b"tiny", "ggml-base.bin": b"base"}).running() as server:
        done = pull(server.url, tmp_path, "tiny", "whisper.cpp")
    assert done.returncode == 0, done.stderr
    assert [path.name for path in (tmp_path / "models" / "tiny").iterdir()] == ["ggml-tiny.bin"]


def test_a_repository_with_several_ggml_files_is_left_to_the_person(tmp_path):
    with Hub({"ggml-a.bin": b"a", "ggml-b.bin": b"b", "ggml-x/../../c.bin": b"c"}).running() as server:
        done = pull(server.url, tmp_path, "owner/name", "whisper.cpp")
    assert "holds several models (ggml-a.bin, ggml-b.bin)" in done.stderr


def test_a_model_directory_that_cannot_be_made_is_one_sentence(hub, tmp_path):
    (tmp_path / "models").write_text("a file")
    done = pull(hub, tmp_path)
    assert done.returncode == 1
    assert "Nothing can be fetched into the model directory" in done.stderr


def test_a_repository_larger_than_allowed_is_not_begun(tmp_path):
    with Hub().running() as server:
        words, environment = command(server.url, tmp_path, "owner/name", most_bytes=30_000)
        done = subprocess.run(words, env=environment, capture_output=True, text=True, check=False, timeout=120)
    assert "'owner/name' is larger than this service fetches" in done.stderr
    assert "STT_MAX_MODEL_BYTES" in done.stderr
    assert [path for path in (tmp_path / "models").rglob("*") if path.is_file()] == []


def test_a_file_that_does_not_end_where_the_hub_says_is_cut_off(tmp_path):
    large = CONTENT | {"model.bin": b"x" * 40_000_000}
    lies = {"model.bin": {"size": 1000, "lfs": {"sha256": "0" * 64, "size": 1000, "pointerSize": 130}}}
    with Hub(large, lies=lies).running() as server:
        done = pull(server.url, tmp_path)
    assert "does not end where the hub says: at 1000 bytes" in done.stderr
    assert size_of_model(tmp_path / "models") == 0


@pytest.mark.parametrize(("listed", "shown"), [((), False), (("owner/name",), True)])
def test_the_operators_token_is_shown_for_what_the_operator_chose_alone(tmp_path, listed, shown):
    with Hub().running() as server:
        words, environment = command(server.url, tmp_path, "owner/name", for_a_job=True, listed=listed)
        environment["HF_TOKEN"] = "hf_secret"
        done = subprocess.run(words, env=environment, capture_output=True, text=True, check=False, timeout=120)
    assert "tokenizer.json of this model is damaged" in done.stderr, "it has been fetched and looked at"
    assert len(server.authorizations) == 1 + len(CONTENT)
    assert set(server.authorizations) == {"Bearer hf_secret" if shown else None}
