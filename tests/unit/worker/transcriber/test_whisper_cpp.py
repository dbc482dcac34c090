"""What is decoded again in the full context, and what is not."""

from importlib.resources import files
from pathlib import Path

import numpy as np
import pytest

from stt.worker.constants import SAMPLE_RATE
from stt.worker.transcriber import whisper_cpp
from stt.worker.transcriber.audio_context import MAX_FRAMES, AudioContext
from stt.worker.transcriber.base import DecodingOptions
from stt.worker.transcriber.whisper_cpp import WhisperCpp
from tools.speech import compose

DEMO = Path(str(files("stt"))) / "assets" / "demo" / "ggml-demo.bin"
ADAPTIVE = DecodingOptions("en", 1, audio_context=AudioContext.ADAPTIVE)
LOOPING = 3
"""Tokens after which a window is taken for a loop in these tests."""


@pytest.fixture(scope="module")
def engine():
    return WhisperCpp(DEMO, device="cpu", threads=1)


@pytest.fixture
def decoded(monkeypatch):
    """The context of each piece, in frames."""
    contexts = []
    decode = WhisperCpp._decoded

    def spy(self, samples, options, told, frames):
        contexts.append(frames)
        return decode(self, samples, options, told, frames)

    monkeypatch.setattr(WhisperCpp, "_decoded", spy)
    return contexts


def speech():
    return compose("en", 4, seed=10, gain_db=(-6, -6)).pcm


def words_of(segments):
    return [word.word for segment in segments for word in segment.words]


def test_an_adaptive_context_is_one_of_a_few_lengths(engine, decoded):
    window = speech()
    (adaptive,), (full,) = (engine.transcribe([window], options) for options in (ADAPTIVE, DecodingOptions("en", 1)))
    assert decoded == [1000, MAX_FRAMES]
    assert words_of(adaptive) == words_of(full) != []


def test_what_looks_wrong_in_an_adaptive_context_is_decoded_again_in_full(engine, decoded, monkeypatch):
    monkeypatch.setattr(whisper_cpp, "token_budget", lambda _: LOOPING)
    engine.transcribe([speech()], ADAPTIVE)
    assert decoded[0] < MAX_FRAMES
    assert decoded[1] == MAX_FRAMES


def test_what_an_adaptive_context_took_for_silence_is_decoded_again_in_full(engine, decoded):
    (heard,) = engine.transcribe([np.zeros(2 * SAMPLE_RATE, np.int16)], ADAPTIVE)
    assert not heard
    assert decoded[0] < MAX_FRAMES
    assert decoded[1] == MAX_FRAMES
