"""Speakers in the running service: told apart again with another number, and refused where the model is missing."""

import os
from pathlib import Path

import httpx
import pytest

from stt.domain.whisper.models import SPEAKERS
from tests.acceptance.service import Service
from tools.service import wait_for
from tools.speech import compose, write

WEIGHTS = Path(os.environ.get("STT_TEST_WEIGHTS", ".models")).resolve()


def words_of(document):
    return [(word["word"], word["start"]) for segment in document["segments"] for word in segment["words"]]


@pytest.fixture
def talk(tmp_path):
    return write(compose("vi", 30.0, seed=61, gain_db=(-6, -6)), tmp_path / "talk.flac")


@pytest.mark.skipif(not (WEIGHTS / SPEAKERS).is_dir(), reason="The model that tells speakers apart is missing.")
def test_speakers_are_told_apart_again_by_another_process_and_every_word_stays(tmp_path, talk):
    settings = {"STT_MODEL_DIR": str(WEIGHTS), "STT_POLL_SECONDS": "0.1"}
    with Service(tmp_path, settings, consumers=1) as service:
        job_id = service.submit(talk, speakers="2")
        service.wait(job_id)
        first = service.result(job_id)
        assert len(first["speakers"]) == 2
        answer = httpx.post(f"{service.url}/api/stt/jobs/{job_id}/redo", json={"speakers": 1}, timeout=30)
        assert (answer.status_code, answer.json()["stage"]) == (202, "merge")
        service.wait(job_id)
        again = service.result(job_id)
        assert [speaker["id"] for speaker in again["speakers"]] == ["S1"]
        assert words_of(again) == words_of(first)
        assert service.get(f"/api/stt/jobs/{job_id}").json()["speakers"] == "1"


@pytest.mark.parametrize("consumers", [0, 1], ids=["embedded", "apart"])
def test_without_the_model_a_job_with_speakers_is_refused_at_once(tmp_path, talk, consumers):
    with Service(tmp_path, {"STT_MODEL_DIR": str(tmp_path / "models")}, consumers=consumers) as service:

        def sent(**fields):
            files = {"file": ("talk.flac", talk.read_bytes())}
            return httpx.post(f"{service.url}/api/stt/jobs", files=files, data=fields, timeout=30)

        def refused():
            answer = sent(speakers="2")
            return answer if answer.status_code == 422 else None

        answer = wait_for(refused, 30, service.logs) if consumers else refused()
        assert answer.json()["code"] == "model_unavailable"
        assert "stt models pull speakers" in answer.json()["detail"]
        assert sent(model="demo").status_code == 202
