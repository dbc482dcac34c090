"""What is heard again, and what comes of it."""

from hypothesis import given
from hypothesis import strategies as st

from stt.domain.chunk import Span
from stt.domain.transcript import Suppressed
from stt.worker.cutting.windows import plan_windows
from stt.worker.recognition.rehearing import (
    LEAST_HOLE_SECONDS,
    filled,
    hole_windows,
    holes,
    shorter_windows,
    windows_around,
)
from tests.unit.worker.chunks import WHOLE, heard_chunks, plan_of
from tests.unit.worker.spoken import say, words_of


def borders(found):
    return [(round(hole.start, 2), round(hole.end, 2)) for hole in found]


def test_speech_without_words_is_a_hole():
    heard = [say("một hai ba bốn", 1.0)]
    assert borders(holes(plan_of((1.0, 2.0), (5.0, 8.0)), heard)) == [(5.0, 8.0)]


def test_words_missing_in_the_midst_of_a_segment_are_a_hole_too():
    first, last = say("một hai", 1.0), say("ba bốn", 6.0)
    segment = first.keeping([*first.words, *last.words])
    assert borders(holes(plan_of((1.0, 6.5)), [segment])) == [(1.75, 5.75)]


def test_breath_and_what_another_chunk_owns_are_none():
    heard = [say("một hai ba bốn", 1.0)]
    assert holes(plan_of((0.5, 2.6)), heard) == []
    assert holes(plan_of((10.0, 14.0), owned=Span(0.0, 10.5)), heard) == []


def test_where_something_was_invented_nobody_is_asked_again():
    invented = Suppressed(5.0, 8.0, "hẹn gặp lại", "hallucination")
    assert holes(plan_of((5.0, 8.0)), [], [invented]) == []


@given(heard_chunks())
def test_holes_are_speech_and_hold_no_word(chunk):
    plan, segments = chunk
    for hole in holes(plan, segments):
        assert hole.duration >= LEAST_HOLE_SECONDS
        assert any(span.start <= hole.start and hole.end <= span.end for span in plan.speech)
        assert not any(hole.start < word.midpoint < hole.end for word in words_of(segments))


def test_a_hole_is_heard_in_a_window_of_its_own():
    [(_, [window])] = hole_windows(plan_of((1.0, 9.0)), [Span(4.0, 6.0)], 8.0, at_most=1)
    assert (window.owned, window.audio) == (Span(4.0, 6.0), Span(3.2, 6.8))


def test_what_was_found_goes_where_it_was_missing_and_nothing_twice():
    first, last = say("một hai", 1.0), say("năm sáu", 3.0)
    segment = first.keeping([*first.words, *last.words])
    found = [say("hai ba bốn năm", 1.2, pace=0.45)]
    together = filled([segment], found, Span(1.5, 3.0))
    assert [word.word for word in words_of(together)] == ["một", "hai", "ba", "bốn", "năm", "sáu"]
    assert [s.text for s in together] == ["một hai", "ba bốn", "năm sáu"]


def test_what_was_found_outside_the_hole_is_not_taken():
    segment = say("một hai", 1.0)
    assert filled([segment], [say("ba bốn", 8.0)], Span(3.0, 5.0)) == [segment]


def test_shorter_windows_hear_nothing_beyond_the_window_and_another_spectrum():
    plan = plan_of((1.0, 3.8), (4.4, 8.0), (8.35, 15.0))
    window = next(window for window in plan_windows(plan, 8.0) if window.audio.start < 4.0)
    shorter = shorter_windows(plan, window, 8.0)
    assert len(shorter) == 2
    assert shorter[-1].audio.end == window.audio.end < 8.35
    assert 0.002 < shorter[0].audio.start - window.audio.start < 0.008, "whole steps of 0.01 would be the same spectrum"


@given(st.floats(0, 20), st.floats(2, 30))
def test_further_hearings_stay_in_the_room_hold_the_cut_and_have_edges_of_their_own(cut, longest):
    windows = [window.audio for window in windows_around(cut, WHOLE, longest)]
    for window in windows:
        assert 0 <= window.start <= cut <= window.end <= 20
        assert window.duration <= longest + 1e-9
    if 1 < cut < 19:
        assert len(set(windows)) == 3
