"""Recordings whose samples say where in the recording they are, so that a listener can know what is spoken there."""

import numpy as np
import pytest

from benchmarks.fidelity.transcription import Segment
from tools.speech.recording import SAMPLE_RATE, Phrase, Recording, Word

SECONDS = 30
WORD_SECONDS = 0.3


def spoken_evenly(count=int(SECONDS / WORD_SECONDS)):
    return [Word(f"w{n % 17}", n * WORD_SECONDS, (n + 1) * WORD_SECONDS) for n in range(count)]


def numbered(words):
    """A recording whose every sample is the millisecond it lies in."""
    pcm = (np.arange(SECONDS * SAMPLE_RATE) // (SAMPLE_RATE // 1000)).astype(np.int16)
    return Recording(pcm, (Phrase(words[0].start, words[-1].end, tuple(words), "nobody"),), "en")


@pytest.fixture
def recording():
    return numbered(spoken_evenly())


def knowing(recording, mishears=lambda word, window: None):
    """An engine that writes what is spoken in a window, but for words that `mishears` gives another text for."""

    def listen(windows):
        return [_heard(recording, float(window[0]) / 1000, len(window) / SAMPLE_RATE, mishears) for window in windows]

    return listen


def _heard(recording, start, seconds, mishears):
    inside = [word for word in recording.words if word.start >= start and word.end <= start + seconds]
    words = tuple(
        Word(mishears(word, (start, start + seconds)) or word.text, word.start - start, word.end - start)
        for word in inside
    )
    return (Segment(0.0, seconds, words),) if words else ()
