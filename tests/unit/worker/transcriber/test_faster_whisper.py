"""What is decoded again, and what is not."""

from importlib.resources import files
from pathlib import Path

import pytest

from stt.worker.audio.spectrogram import spectrogram
from stt.worker.transcriber import faster_whisper
from stt.worker.transcriber.audio_context import MAX_FRAMES, AudioContext
from stt.worker.transcriber.base import DecodingOptions
from stt.worker.transcriber.faster_whisper import FasterWhisper
from stt.worker.transcriber.hypothesis import token_budget
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
    """How many pieces were decoded together, and whether in another way than at first."""
    calls = []
    decode = faster_whisper._Listening._decode

    def spy(self, encoded, budgets, *, again=False):
        calls.append((len(budgets), again))
        return decode(self, encoded, budgets, again=again)

    monkeypatch.setattr(faster_whisper._Listening, "_decode", spy)
    return calls


def words_of(segments):
    return [word.word for segment in segments for word in segment.words]


def test_windows_that_look_right_are_decoded_once_and_together(engine, windows, decoded):
    engine.transcribe(windows, DecodingOptions("en"))
    assert decoded == [(2, False)]


def test_a_window_that_looks_wrong_is_decoded_again_without_the_others(engine, windows, decoded, monkeypatch):
    right = engine.transcribe(windows, DecodingOptions("en", 1))
    decoded.clear()
    monkeypatch.setattr(
        faster_whisper, "token_budget", lambda seconds: LOOPING if seconds < 3 else token_budget(seconds)
    )
    long, short = engine.transcribe(windows, DecodingOptions("en", 1))
    assert decoded == [(2, False), (1, True)]
    assert words_of(long) == words_of(right[0])
    assert words_of(short)


@pytest.fixture
def encoded(engine, monkeypatch):
    """The shapes that were encoded: pieces and frames."""
    shapes = []
    encode = engine._model.encode

    def spy(features):
        shapes.append((features.shape[0], features.shape[2]))
        return encode(features)

    monkeypatch.setattr(engine._model, "encode", spy)
    return shapes


ADAPTIVE = DecodingOptions("en", 1, audio_context=AudioContext.ADAPTIVE)


def test_an_adaptive_context_is_one_of_a_few_lengths(engine, windows, encoded):
    adaptive, full = engine.transcribe(windows, ADAPTIVE), engine.transcribe(windows, DecodingOptions("en", 1))
    assert encoded == [(1, 1000), (1, 1000), (1, MAX_FRAMES), (1, MAX_FRAMES)], "a CPU encodes them one by one"
    assert list(map(words_of, adaptive)) == list(map(words_of, full))


def test_what_looks_wrong_in_an_adaptive_context_is_decoded_again_in_full(engine, windows, encoded, monkeypatch):
    monkeypatch.setattr(
        faster_whisper, "token_budget", lambda seconds: LOOPING if seconds < 3 else token_budget(seconds)
    )
    engine.transcribe(windows, ADAPTIVE)
    assert [frames == MAX_FRAMES for _, frames in encoded][:3] == [False, False, True], "only the one that looked wrong"


def test_what_is_searched_for_in_another_way_is_encoded_once(engine, windows, encoded, decoded, monkeypatch):
    monkeypatch.setattr(faster_whisper, "token_budget", lambda seconds: LOOPING)
    engine.transcribe(windows, DecodingOptions("en", 1))
    assert decoded == [(2, False), (1, True), (1, True)]
    assert encoded == [(1, MAX_FRAMES)] * 2


def test_what_an_adaptive_context_took_for_silence_is_decoded_again_in_full(engine, encoded):
    (heard,) = engine.transcribe([compose("en", 2.5, seed=2, gain_db=(-6, -6)).pcm * 0], ADAPTIVE)
    assert not heard
    assert [frames for _, frames in encoded][:2] == [1000, MAX_FRAMES]


def test_a_window_may_be_given_as_its_spectrogram(engine, windows):
    spectrograms = [spectrogram(window, 80) for window in windows]
    given, made = (engine.transcribe(sounds, DecodingOptions("en", 1)) for sounds in (spectrograms, windows))
    assert [words_of(segments) for segments in given] == [words_of(segments) for segments in made]
