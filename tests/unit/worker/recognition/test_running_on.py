"""What is heard of a word behind its time, and what is a word that was lost."""

import numpy as np
import pytest

from stt.domain.jobs.chunk import Span
from stt.domain.transcripts.transcript import Segment, Word
from stt.worker.constants import SAMPLE_RATE
from stt.worker.recognition.running_on import run_on

LOUD, FAINT, START = 3000.0, 100.0, 10.0
VOICED_HZ, HISSING_HZ = 500.0, 5000.0


def said(*words: tuple[str, float, float]) -> list[Segment]:
    """One segment; times from the start of the audio."""
    spoken = tuple(Word(text, START + start, START + end, 0.9) for text, start, end in words)
    return [Segment(spoken[0].start, spoken[-1].end, " ".join(word.word for word in spoken), spoken)]


def sounding(*pieces: tuple[float, float, float]) -> np.ndarray:
    """Tones one after another: seconds, hertz and strength of each."""
    tones = (
        strength * np.sin(2 * np.pi * hertz * np.arange(round(seconds * SAMPLE_RATE)) / SAMPLE_RATE)
        for seconds, hertz, strength in pieces
    )
    return np.concatenate(list(tones)).astype(np.int16)


def times_of(segments: list[Segment], pcm: np.ndarray, *speech: tuple[float, float]) -> list[tuple[float, float]]:
    spans = [Span(START + start, START + end) for start, end in speech]
    words = [word for segment in run_on(segments, spans, pcm, START) for word in segment.words]
    return [(round(word.start - START, 3), round(word.end - START, 3)) for word in words]


def test_a_last_word_has_the_hiss_it_ends_in():
    pcm = sounding((1.0, VOICED_HZ, LOUD), (0.4, HISSING_HZ, LOUD))
    assert times_of(said(("books", 0.5, 1.0)), pcm, (0.0, 1.4))[-1] == (0.5, 1.4)


def test_a_first_word_has_the_breath_or_click_in_front_of_it():
    pcm = sounding((0.4, VOICED_HZ, FAINT), (1.0, VOICED_HZ, LOUD))
    assert times_of(said(("and", 0.5, 1.4)), pcm, (0.0, 1.4)) == [(0.0, 1.4)]


@pytest.mark.parametrize(("more", "is_word"), [(0.12, False), (0.3, True)])
def test_a_voice_at_the_ends_of_speech_is_another_word_if_it_lasts_as_long_as_one(more, is_word):
    pcm = sounding((1.0 + 2 * more, VOICED_HZ, LOUD))
    (found,) = times_of(said(("block", more, 1.0 + more)), pcm, (0.0, 1.0 + 2 * more))
    assert found == pytest.approx((more, 1.0 + more) if is_word else (0.0, 1.0 + 2 * more), abs=0.001)


@pytest.mark.parametrize(("more", "stays"), [(0.06, True), (0.07, False)])
def test_words_do_not_reach_to_where_voice_detection_is_not_sure_that_speech_begins_and_ends(more, stays):
    pcm = sounding((1.0 + 2 * more, VOICED_HZ, LOUD))
    (found,) = times_of(said(("block", more, 1.0 + more)), pcm, (0.0, 1.0 + 2 * more))
    assert found == pytest.approx((more, 1.0 + more) if stays else (0.0, 1.0 + 2 * more), abs=0.001)


def test_a_pause_that_passed_for_speech_belongs_to_the_word_before_it_and_a_voice_does_not():
    words = said(("street", 0.0, 1.0), ("and", 1.4, 2.0))
    paused = sounding((1.0, VOICED_HZ, LOUD), (0.4, VOICED_HZ, FAINT), (0.6, VOICED_HZ, LOUD))
    assert times_of(words, paused, (0.0, 2.0)) == [(0.0, 1.4), (1.4, 2.0)]
    spoken = sounding((2.0, VOICED_HZ, LOUD))
    assert times_of(words, spoken, (0.0, 2.0)) == [(0.0, 1.0), (1.4, 2.0)]


@pytest.mark.parametrize(("end", "found"), [(0.5, 10 / 12), (0.9, 0.9)])
def test_a_last_word_that_nobody_says_so_fast_runs_on_and_another_does_not(end, found):
    pcm = sounding((2.0, VOICED_HZ, LOUD))
    assert times_of(said(("typography", 0.0, end)), pcm, (0.0, 2.0)) == [(0.0, pytest.approx(found, abs=0.001))]


def test_a_first_word_that_nobody_says_so_fast_begins_with_the_speech():
    pcm = sounding((2.0, VOICED_HZ, LOUD))
    assert times_of(said(("and", 0.3, 0.36), ("coat", 0.36, 2.0)), pcm, (0.15, 2.0)) == [(0.15, 0.36), (0.36, 2.0)]


def test_words_outside_speech_and_segments_without_words_stay_as_they_are():
    silence = np.zeros(SAMPLE_RATE, np.int16)
    assert times_of(said(("so", 0.2, 0.4)), silence, (0.6, 0.9)) == [(0.2, 0.4)]
    bare = [Segment(START, START + 1, "so")]
    assert run_on(bare, [Span(START, START + 1)], silence, START) == bare
