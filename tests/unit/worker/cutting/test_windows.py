"""A chunk's speech becomes windows."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stt.domain.jobs.chunk import ChunkPlan, Span
from stt.worker.constants import MIN_WINDOW_SECONDS
from stt.worker.cutting.packing import CLEAR_PAUSE_SECONDS, LONGEST_PAUSE_SECONDS, OVERLAP_SECONDS
from stt.worker.cutting.windows import MARGIN_SECONDS, plan_windows

EPSILON = 1e-6


def plan_of(*speech: tuple[float, float], owned: tuple[float, float] | None = None) -> ChunkPlan:
    spans = tuple(Span(*s) for s in speech)
    audio = Span(max(0.0, spans[0].start - 0.5), spans[-1].end + 0.5)
    return ChunkPlan(0, Span(*owned) if owned else audio, audio, spans)


@st.composite
def plans(draw: st.DrawFn) -> ChunkPlan:
    clock = start = draw(st.floats(0, 30_000))
    speech = []
    for pause, length in draw(st.lists(st.tuples(st.floats(0.03, 9), st.floats(0.03, 70)), min_size=1, max_size=25)):
        clock += pause
        speech.append(Span(clock, clock + length))
        clock += length
    end = clock + draw(st.floats(0.1, 3))
    left, right = draw(st.sampled_from([0.0, 1.0])), draw(st.sampled_from([0.0, 1.0]))
    owned = Span(start + left * min(1, (end - start) / 4), end - right * min(1, (end - start) / 4))
    return ChunkPlan(3, owned, Span(start, end), tuple(speech))


@given(plans(), st.floats(2, 30))
def test_windows_hold_all_speech_within_the_limits_and_tile_the_chunk(plan, longest):
    windows = plan_windows(plan, longest)
    assert windows[0].owned.start == plan.owned.start
    assert windows[-1].owned.end == plan.owned.end
    for a, b in zip(windows, windows[1:], strict=False):
        assert a.owned.end == b.owned.start
        assert a.audio.start < b.audio.start
        assert a.audio.end < b.audio.end
    for window in windows:
        assert MIN_WINDOW_SECONDS - EPSILON <= window.audio.duration <= longest + EPSILON
        assert plan.audio.start <= window.audio.start
        assert window.audio.end <= plan.audio.end
    for span in plan.speech:
        wanted = Span(max(span.start, plan.owned.start), min(span.end, plan.owned.end))
        assert wanted.duration <= EPSILON or covered(wanted, windows)


def covered(span: Span, windows: list) -> bool:
    """Whether each moment of the span is in the audio of the window that owns it."""
    clock = span.start
    for w in windows:
        if w.owned.end > clock and w.owned.start < span.end:
            if w.audio.start > max(clock, w.owned.start) + EPSILON:
                return False
            clock = min(w.owned.end, span.end)
            if w.audio.end < clock - EPSILON:
                return False
    return math.isclose(clock, span.end, abs_tol=EPSILON)


@given(plans(), st.floats(2, 30))
def test_windows_overlap_where_there_is_no_clear_pause_and_only_there(plan, longest):
    windows = plan_windows(plan, longest)
    pauses = [(a.end, b.start) for a, b in zip(plan.speech, plan.speech[1:], strict=False)]
    clear = [(start, end) for start, end in pauses if end - start >= CLEAR_PAUSE_SECONDS]
    for a, b in zip(windows, windows[1:], strict=False):
        overlap = a.audio.end - b.audio.start
        assert overlap <= OVERLAP_SECONDS + EPSILON
        in_a_clear_pause = any(start - EPSILON <= a.owned.end <= end + EPSILON for start, end in clear)
        assert in_a_clear_pause == (overlap <= EPSILON)


def test_windows_part_in_the_middle_of_the_pause():
    phrases = plan_of(*((i * 5.0, i * 5.0 + 4.4) for i in range(6)))
    windows = plan_windows(phrases, 10.0)
    assert [round(w.owned.end, 2) for w in windows] == [9.7, 19.7, 29.9]
    assert [w.audio.start for w in windows[:2]] == [0.0, pytest.approx(9.7)]


def test_no_more_of_a_pause_is_heard_than_the_margin():
    first, second = plan_windows(plan_of((0, 3), (3 + LONGEST_PAUSE_SECONDS + 0.1, 9)), 30.0)
    assert first.audio.end == pytest.approx(3 + MARGIN_SECONDS)
    assert second.audio.start == pytest.approx(7.1 - MARGIN_SECONDS)


def test_a_silence_that_is_not_too_long_stays_inside_a_window():
    assert len(plan_windows(plan_of((0, 3), (3 + LONGEST_PAUSE_SECONDS - 0.1, 9)), 30.0)) == 1


def test_speech_without_a_pause_is_cut_in_equal_parts_that_overlap():
    windows = plan_windows(plan_of((0, 56)), 30.0)
    assert len(windows) == 2
    assert windows[0].audio.end - windows[1].audio.start == pytest.approx(OVERLAP_SECONDS)
    assert windows[0].owned.end == pytest.approx(28.0)


def test_margins_are_trimmed_before_speech_is():
    (window,) = plan_windows(plan_of((10, 19.6)), 10.0)
    assert window.audio.duration == pytest.approx(10.0)
    assert window.audio.start == pytest.approx(9.8)


def test_a_silent_chunk_has_no_windows():
    assert plan_windows(ChunkPlan(0, Span(0, 50), Span(0, 0), ()), 30.0) == []
