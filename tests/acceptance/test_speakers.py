"""Speakers in the running service: told apart again with another number, and refused where the model is missing."""

import base64
import os
from pathlib import Path

import httpx
import numpy as np
import pytest

from benchmarks.real_voices.clips import SpeechSet, recording_of
from benchmarks.speakers.conversation import conversation, people
from stt.domain.whisper.models import SPEAKERS
from tests.acceptance.service import Service
from tools.service import wait_for
from tools.speech import compose, write
from tools.speech.recording import SAMPLE_RATE

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
        assert (answer.status_code, answer.json()["stage"]) == (202, "redo")
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

        answer = wait_for(refused, 60, service.logs) if consumers else refused()
        assert answer.json()["code"] == "model_unavailable"
        assert "stt models pull speakers" in answer.json()["detail"]
        assert sent(model="demo").status_code == 202


@pytest.mark.skipif(not (WEIGHTS / SPEAKERS).is_dir(), reason="The model that tells speakers apart is missing.")
@pytest.mark.skipif("STT_TEST_SPEECH" not in os.environ, reason="STT_TEST_SPEECH names no recordings of people.")
def test_speakers_are_named_by_recordings_of_their_voices_and_never_by_a_strangers(tmp_path):
    voices = people(SpeechSet.of_environment().clips, "held out")
    held = conversation({name: voices[name][:-1] for name in ("moby1", "sonnet")}, 2, 30.0, 1)
    file = write(recording_of(held.samples), tmp_path / "talk.flac")
    first = held.turns[0].speaker

    def reference(name):
        samples = np.concatenate([clip.samples for clip in voices[name]])[: 8 * SAMPLE_RATE]
        audio = write(recording_of(samples), tmp_path / f"{name}.wav").read_bytes()
        return f"data:audio/wav;base64,{base64.b64encode(audio).decode()}"

    with Service(tmp_path, {"STT_MODEL_DIR": str(WEIGHTS)}) as service:

        def speakers(names, **fields):
            data = {"model": "demo", "response_format": "diarized_json", "known_speaker_names[]": list(names)}
            data |= {"known_speaker_references[]": [reference(name) for name in names.values()]} | fields
            files = {"file": ("talk.flac", file.read_bytes())}
            answer = httpx.post(f"{service.url}/v1/audio/transcriptions", files=files, data=data, timeout=120)
            assert answer.status_code == 200, answer.text
            return answer.headers["x-stt-job-id"]

        known = service.result(speakers({"Lan": first}))
        assert [speaker["name"] for speaker in known["speakers"]] == ["Lan", "Speaker 2"]
        strange = service.result(speakers({"Lan": "aeneas_es", "Minh": "sb_spk2"}))
        assert [speaker["name"] for speaker in strange["speakers"]] == ["Speaker 1", "Speaker 2"]
