"""Processes killed and servers stopped under load: no accepted job is lost, none is done twice."""

import os
import subprocess
import threading
import time

import httpx
import jiwer
import pytest

from tests.acceptance.conftest import SETTINGS, environment_of
from tests.acceptance.service import Service
from tests.conftest import SCRIPT
from tools.service import wait_for
from tools.speech import compose, write

pytestmark = pytest.mark.alone
OUTAGE_SECONDS = float(os.environ.get("STT_TEST_OUTAGE_SECONDS", "8"))


@pytest.fixture(scope="module")
def talk(tmp_path_factory):
    recording = compose("vi", 120.0, seed=31)
    path = tmp_path_factory.mktemp("speech") / "talk.flac"
    write(recording, path)
    return recording, path


@pytest.fixture(scope="module")
def clip(tmp_path_factory):
    recording = compose("vi", 8.0, seed=32)
    path = tmp_path_factory.mktemp("speech") / "clip.flac"
    write(recording, path)
    return recording, path


@pytest.fixture(scope="module")
def distributed(request, tmp_path_factory):
    directory = tmp_path_factory.mktemp("distributed")
    with environment_of(SETTINGS["distributed"], request) as environment, Service(directory, environment) as running:
        yield running


def begun(service, job_id):
    wait_for(lambda: service.status(job_id).get("chunks_completed", 0) >= 1, 120, service.logs)


def assert_whole(service, job_id, recording):
    status = service.wait(job_id, 600)
    assert status["status"] == "COMPLETED", (status, service.logs())
    result = service.result(job_id)
    assert jiwer.wer(recording.text, result["text"]) < 0.12
    # What the demo model itself passes over (`no_words`, half a second at most) is no chunk that was lost.
    assert [gap for gap in result["gaps"] if gap["reason"] != "no_words" or gap["end"] - gap["start"] > 0.5] == []


def test_a_killed_service_goes_on_where_it_was_when_it_is_started_again(tmp_path, talk):
    recording, path = talk
    with Service(tmp_path, {}, consumers=0) as service:
        job_id = service.submit(path)
        begun(service, job_id)
        service.kill("serve")
        service.start("serve", "serve")
        service.wait_until_ready()
        before = service.status(job_id)
        assert before["chunks_completed"] >= 1
        assert_whole(service, job_id, recording)


def test_a_killed_consumer_is_replaced_by_the_other(distributed, talk):
    recording, path = talk
    job_id = distributed.submit(path)
    begun(distributed, job_id)
    distributed.kill("consumer0")
    try:
        assert_whole(distributed, job_id, recording)
    finally:
        distributed.start("consumer0", "consumer")


def test_a_consumer_asked_to_stop_hands_its_work_over_at_once(distributed, talk):
    recording, path = talk
    job_id = distributed.submit(path)
    begun(distributed, job_id)
    assert distributed.stop("consumer1") == 0
    try:
        assert_whole(distributed, job_id, recording)
    finally:
        distributed.start("consumer1", "consumer")


@pytest.mark.parametrize("server", ["rabbitmq", "postgres", "minio"])
def test_a_server_that_is_away_for_a_while_loses_no_job(distributed, clip, talk, server):
    accepted, refused, stop = [], [], threading.Event()

    def keep_uploading():
        while not stop.is_set():
            try:
                answer = distributed.upload(clip[1])
            except httpx.HTTPError as error:
                refused.append(repr(error))
                continue
            (accepted if answer.status_code == 200 else refused).append(answer.json())
            stop.wait(0.5)

    long_job = distributed.submit(talk[1])
    load = threading.Thread(target=keep_uploading)
    load.start()
    try:
        wait_for(lambda: len(accepted) >= 2, 60, distributed.logs)
        subprocess.run([SCRIPT, "stop", server], check=True, timeout=120)
        time.sleep(OUTAGE_SECONDS)
        subprocess.run([SCRIPT, "start", server], check=True, timeout=180)
        known = len(accepted)
        wait_for(lambda: len(accepted) >= known + 2, 60, lambda: f"{refused}\n{distributed.logs()}")
    finally:
        stop.set()
        load.join()
        subprocess.run([SCRIPT, "start", server], check=True, timeout=180)
    for answer in accepted:
        assert_whole(distributed, answer["job_id"], clip[0])
    assert_whole(distributed, long_job, talk[0])
    if server == "rabbitmq":
        assert refused == []
    else:
        assert {answer["code"] for answer in refused} <= {"database_unavailable", "storage_unavailable"}, refused
