"""Samples of voices out of files as people send them."""

import pytest

from stt.domain.errors import JobFailure
from stt.domain.transcripts.known_speaker import Introduction
from stt.worker.audio import flac
from stt.worker.constants import SAMPLE_RATE
from stt.worker.preparation.preparer import Preparer
from stt.worker.preparation.sampler import LONGEST_SECONDS, Sampler
from tools.encoded_audio import encoded
from tools.speech import compose, write


@pytest.fixture
async def sampler(tmp_path):
    preparer = Preparer(children=1, chunk_seconds=2 * LONGEST_SECONDS, max_seconds=LONGEST_SECONDS)
    yield Sampler(preparer, tmp_path / "scratch")
    await preparer.close()


def recording(tmp_path, seconds):
    return write(compose("en", seconds, seed=3), tmp_path / "voice.ogg").read_bytes()


async def test_a_sample_is_the_file_as_jobs_hear_it(sampler, tmp_path):
    audio = recording(tmp_path, 8.0)
    sample = await sampler.sample(Introduction("An", audio))
    assert sample.name == "An"
    assert sample.seconds == pytest.approx(8.0, abs=0.2)
    assert 2.0 < sample.speech <= sample.seconds
    assert len(flac.decode(sample.flac)) / SAMPLE_RATE <= sample.seconds + 0.1
    assert not list((tmp_path / "scratch").iterdir())


async def test_what_cannot_be_used_is_said(sampler, tmp_path):
    async def refused(audio):
        with pytest.raises(JobFailure) as caught:
            await sampler.sample(Introduction("An", audio))
        return caught.value.error_code

    assert await refused(b"ID3" + b"\0" * 5000) == "audio_unreadable"
    assert await refused(encoded(".wav")) == "no_speech"
    assert await refused(recording(tmp_path, 2 * LONGEST_SECONDS)) == "audio_too_long"
