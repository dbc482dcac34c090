"""The same audio gives the same words, times and punctuation in every run and in any company, with real weights."""

import numpy as np
import pytest

from benchmarks.real_voices.clips import recording_of
from stt.worker.constants import SAMPLE_RATE
from stt.worker.transcriber.audio_context import AudioContext
from stt.worker.transcriber.base import DecodingOptions

SECONDS = (1.5, 4.0)
"""Of the first of these windows less is encoded than of the other."""


@pytest.fixture(scope="module")
def windows(speech_set):
    """Pieces of one reader, and a noise in which the decoder loses its way."""
    read = np.concatenate([clip.samples for clip in speech_set.spoken("en", "lj")[:2]])
    pieces = np.split(read, np.cumsum([round(seconds * SAMPLE_RATE) for seconds in SECONDS]))[:-1]
    noise = max(speech_set.nonspeech, key=lambda clip: clip.seconds).samples[: 3 * SAMPLE_RATE]
    return [recording_of(samples).pcm for samples in (*pieces, noise)]


def faster_whisper(weights):
    from stt.worker.transcriber.faster_whisper import FasterWhisper

    return FasterWhisper(weights.ct2, device="cpu", compute_type="int8", threads=1)


def whisper_cpp(weights):
    from stt.worker.transcriber.whisper_cpp import WhisperCpp

    return WhisperCpp(weights.ggml, device="cpu", threads=1)


@pytest.mark.parametrize(
    ("engine", "context"),
    [
        (faster_whisper, AudioContext.FULL),
        (faster_whisper, AudioContext.ADAPTIVE),
        (whisper_cpp, AudioContext.ADAPTIVE),
    ],
)
def test_what_is_heard_in_a_window_does_not_depend_on_the_others(real_base, windows, engine, context):
    hearing, options = engine(real_base), DecodingOptions("en", 5, audio_context=context)
    together = hearing.transcribe(windows, options)
    alone = [hearing.transcribe([window], options)[0] for window in reversed(windows)]
    assert together == alone[::-1]
    assert all(together[:-1])
