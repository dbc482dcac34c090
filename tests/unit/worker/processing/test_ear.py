"""What an ear takes for a known voice."""

import numpy as np
import pytest

from stt.domain.transcripts.known_speaker import Sample
from stt.worker.audio import flac
from stt.worker.constants import SAMPLE_RATE
from stt.worker.processing import ear as rooms
from stt.worker.processing.ear import Ear
from tests.unit.worker.speakers.voices import chunk_of, voice


@pytest.fixture
def ear(monkeypatch):
    async def loaded(self):
        return "networks"

    monkeypatch.setattr(Ear, "_loaded", loaded)
    monkeypatch.setattr(rooms, "hear_voices", lambda pcm, networks: chunk_of([[3]], np.random.default_rng(0)))
    return Ear(None, at_once=1)


def sample(*hertz):
    at = np.arange(3 * SAMPLE_RATE) / SAMPLE_RATE
    pcm = sum(4000 * np.sin(2 * np.pi * each * at) for each in hertz).astype(np.int16)
    return Sample("An", flac.encode(pcm), 3.0, 3.0)


async def test_a_sample_is_whose_voice_is_in_it(ear):
    (known,) = await ear.known([sample(500, 5000)])
    assert known.name == "An"
    assert known.voice @ voice(3, np.random.default_rng(0), 0.0) > 0.8


async def test_one_from_a_telephone_is_nobodys(ear):
    assert await ear.known([sample(500, 3000)]) == []
