"""Speech without words: where it is, and what is made of what is heard there."""

from hypothesis import given

from stt.domain.jobs.chunk import Span
from stt.domain.transcripts.transcript import Suppressed
from stt.worker.recognition.holes import filled, hole_windows, holes
from stt.worker.recognition.tuning import LEAST_HOLE_SECONDS
from tests.unit.worker.chunks import heard_chunks, plan_of
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
