"""A word that lasts too long, and in which too many syllables are heard, hides others."""

import numpy as np
import pytest

from stt.domain.jobs.chunk import Span
from stt.domain.transcripts.transcript import Segment, Word
from stt.worker.constants import SAMPLE_RATE
from stt.worker.recognition.hiding import curtailed
from stt.worker.transcriber.pace import slow_seconds

START = 10.0
SPEECH = [Span(START, START + 5.0)]


def said(text: str, seconds: float) -> list[Segment]:
    word = Word(text, START + 1.0, START + 1.0 + seconds, 0.9)
    return [Segment(word.start, word.end, text, (word,))]


def voice(syllables_a_second: float) -> np.ndarray:
    """Five seconds of a tone that swells and fades so often."""
    clock = np.arange(5 * SAMPLE_RATE) / SAMPLE_RATE
    swell = 0.55 - 0.45 * np.cos(2 * np.pi * syllables_a_second * clock)
    return (5000 * swell * np.sin(2 * np.pi * 500 * clock)).astype(np.int16)


def test_what_is_left_of_a_word_that_hides_others_is_speech_without_words():
    (segment,) = curtailed(said("block", 1.5), SPEECH, voice(4.0), START)
    assert segment.words[0].start == START + 1.0
    assert segment.words[0].end == pytest.approx(START + 1.0 + slow_seconds("block"))


@pytest.mark.parametrize(
    ("text", "seconds", "syllables_a_second"),
    [("block", 1.5, 0.2), ("block", 0.9, 4.0), ("1455", 2.5, 3.0)],
    ids=["drawn out", "said slowly", "a number"],
)
def test_a_word_that_lasts_as_long_as_it_may_stays_as_it_is(text, seconds, syllables_a_second):
    heard = said(text, seconds)
    assert curtailed(heard, SPEECH, voice(syllables_a_second), START) == heard


def test_a_word_that_is_stretched_through_a_pause_stays_as_it_is():
    heard = said("block", 3.0)
    pause = [Span(START, START + 1.5), Span(START + 3.8, START + 5.0)]
    assert curtailed(heard, pause, voice(4.0), START) == heard
