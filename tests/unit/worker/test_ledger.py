"""The account: every millisecond once."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stt.domain.chunk import Span
from stt.domain.transcript import Gap, Segment
from stt.worker.ledger import account

SECONDS = st.floats(0, 100, allow_nan=False)
SPANS = st.lists(st.tuples(SECONDS, SECONDS).map(sorted).map(lambda p: Span(*p)), max_size=12)


@given(duration=SECONDS, speech=SPANS, said=SPANS, failed=SPANS)
def test_the_parts_add_up_to_the_duration(duration, speech, said, failed):
    segments = [Segment(s.start, s.end, "x") for s in said]
    coverage, gaps = account(duration, speech, segments, [Gap(s.start, s.end, "engine_crashed") for s in failed])
    parts = coverage.words + coverage.silence + coverage.suppressed + coverage.gap
    assert round(parts * 1000) == round(duration * 1000)
    assert min(coverage.words, coverage.silence, coverage.gap) >= 0
    assert 0 <= coverage.ratio <= 1
    assert round(sum(g.end - g.start for g in gaps) * 1000) == round(coverage.gap * 1000)
    assert all(a.end <= b.start for a, b in zip(gaps, gaps[1:], strict=False))


def test_speech_without_words_is_a_gap_and_says_so():
    coverage, gaps = account(10.0, [Span(1, 3), Span(5, 8)], [Segment(1, 3, "hello")], [])
    assert gaps == (Gap(5.0, 8.0, "no_words"),)
    assert coverage.ratio == pytest.approx(0.4)


def test_a_failed_window_is_a_gap_with_its_reason_and_not_twice():
    coverage, gaps = account(10.0, [Span(2, 6)], [], [Gap(2.0, 6.0, "engine_crashed")])
    assert gaps == (Gap(2.0, 6.0, "engine_crashed"),)
    assert coverage.gap == 4.0


def test_breath_between_words_is_no_gap():
    _, gaps = account(10.0, [Span(1, 5)], [Segment(1.2, 2.8, "a"), Segment(3.1, 4.7, "b")], [])
    assert gaps == ()


def test_a_silent_file_is_covered_whole():
    coverage, gaps = account(3600.0, [], [], [])
    assert (coverage.silence, coverage.ratio, gaps) == (3600.0, 1.0, ())
