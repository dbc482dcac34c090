"""What is decoded again, and what is not."""

from importlib.resources import files
from pathlib import Path

import pytest

from stt.worker.transcriber import faster_whisper
from stt.worker.transcriber.base import DecodingOptions
from stt.worker.transcriber.faster_whisper import FasterWhisper
from stt.worker.transcriber.hypothesis import TEMPERATURES, token_budget
from tools.speech import compose

DEMO = Path(str(files("stt"))) / "assets" / "demo" / "ct2"
LOOPING = 3
"""Tokens after which a window is taken for a loop in these tests."""


@pytest.fixture(scope="module")
def engine():
    return FasterWhisper(DEMO, device="cpu", threads=1)


@pytest.fixture(scope="module")
def windows():
    long, short = compose("en", 4, seed=10, gain_db=(-6, -6)), compose("en", 2.5, seed=2, gain_db=(-6, -6))
    return [long.pcm, short.pcm]


@pytest.fixture
def decoded(monkeypatch):
    """How many pieces were decoded together, and at which temperature."""
    calls = []
    decode = faster_whisper._Listening._decode

    def spy(self, encoded, budgets, temperature=0.0):
        calls.append((len(budgets), temperature))
        return decode(self, encoded, budgets, temperature)

    monkeypatch.setattr(faster_whisper._Listening, "_decode", spy)
    return calls


def words_of(segments):
    return [word.word for segment in segments for word in segment.words]


def test_windows_that_look_right_are_decoded_once_and_together(engine, windows, decoded):
    engine.transcribe(windows, DecodingOptions("en"))
    assert decoded == [(2, 0.0)]


def test_a_window_that_looks_wrong_is_decoded_again_without_the_others(engine, windows, decoded, monkeypatch):
    right = engine.transcribe(windows, DecodingOptions("en", 1))
    decoded.clear()
    monkeypatch.setattr(
        faster_whisper, "token_budget", lambda seconds: LOOPING if seconds < 3 else token_budget(seconds)
    )
    long, short = engine.transcribe(windows, DecodingOptions("en", 1))
    assert decoded == [(2, 0.0), *((1, temperature) for temperature in TEMPERATURES[1:])]
    assert words_of(long) == words_of(right[0])
    assert words_of(short)
