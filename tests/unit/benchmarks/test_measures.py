"""Borders, drift, coverage and word errors of transcripts in which the answer was put."""

import random
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.fidelity.measures import border_errors, coverage, drift, word_error_rate
from benchmarks.fidelity.transcription import Segment
from tests.unit.benchmarks.conftest import numbered, spoken_evenly
from tools.speech.recording import Word


def late(words, milliseconds_per_hour, jitter=0.0):
    draw = random.Random(1)
    offsets = [word.start * milliseconds_per_hour / 3600 / 1000 + draw.uniform(-jitter, jitter) for word in words]
    return [Word(w.text, w.start + by, w.end + by) for w, by in zip(words, offsets, strict=True)]


@given(st.floats(-50_000, 50_000))
def test_drift_is_the_slope_that_was_put_in(per_hour):
    words = spoken_evenly()
    found = drift(words, late(words, per_hour))
    assert found.per_hour == pytest.approx(per_hour, abs=0.01)
    assert found.uncertainty == pytest.approx(0, abs=0.01)


def test_what_jitter_hides_of_drift_is_said_with_it():
    words = [Word(f"w{n % 17}", n * 0.3, n * 0.3 + 0.3) for n in range(12_000)]
    found = drift(words, late(words, 40, jitter=0.1))
    assert found.per_hour == pytest.approx(40, abs=4 * found.uncertainty)
    assert 0 < found.uncertainty < 5


def test_drift_of_seconds_is_found_although_no_word_is_where_it_was_spoken():
    words = spoken_evenly()
    assert drift(words, late(words, 2_000_000)).per_hour == pytest.approx(2_000_000, rel=0.001)


def test_there_is_no_drift_of_nothing():
    assert drift(spoken_evenly(), []) is None
    assert drift(spoken_evenly(), [Word("other", 0.0, 0.3)]) is None


def test_borders_are_compared_with_the_words_that_segments_begin_and_end_with():
    words = spoken_evenly(20)
    first, second = Segment(0.02, 2.9, tuple(words[:10])), Segment(3.0, 6.1, tuple(words[10:]))
    assert border_errors(words, [first, second]) == pytest.approx([20, 100, 0, 100])


def test_a_segment_that_begins_with_a_misheard_word_has_a_border_and_one_with_an_invented_word_has_none():
    words = spoken_evenly(10)
    misheard = [replace(words[0], text="other"), *words[1:]]
    assert border_errors(words, [Segment(0.1, 3.0, tuple(misheard))]) == pytest.approx([100, 0])
    invented = [Word("other", 29.0, 29.3)]
    assert border_errors(words, [Segment(29.0, 29.3, tuple(invented))]) == []


def test_coverage_is_the_time_of_words_inside_segments():
    recording = numbered(spoken_evenly())
    halves = [Segment(0.0, 10.0, ()), Segment(5.0, 15.0, ())]
    assert coverage(recording, halves) == pytest.approx(0.5)
    assert coverage(recording, [Segment(0.0, 30.0, ())]) == pytest.approx(1.0)
    assert coverage(recording, []) == 0


def test_word_errors():
    assert word_error_rate("a b c d", "a b x d") == 0.25
    assert word_error_rate("a b c d", "") == 1.0
