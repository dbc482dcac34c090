"""Where speech goes on behind the last word, and what is made of what is heard there."""

from hypothesis import given

from stt.domain.chunk import Span
from stt.worker.recognition.holes import holes
from stt.worker.recognition.tails import Tail, ended, missed, tail_windows, tails
from stt.worker.recognition.tuning import LEAD_SECONDS
from tests.unit.worker.chunks import heard_chunks, plan_of
from tests.unit.worker.spoken import say, words_of

LONGEST = 8.0


def tails_of(plan, *segments):
    return [(tail.last.word, round(tail.speech.start, 2), round(tail.speech.end, 2)) for tail in tails(plan, segments)]


def test_speech_that_goes_on_behind_its_last_word_has_a_tail():
    said = say("một hai ba bốn", 1.0)
    assert tails_of(plan_of((1.0, 2.6)), said) == [("bốn", 2.25, 2.6)]
    assert tails_of(plan_of((1.0, 2.0), (2.31, 2.6)), said) == [("bốn", 2.31, 2.6)], "a word of its own"


def test_breath_a_hole_and_what_goes_on_are_none():
    said = say("một hai ba bốn", 1.0)
    assert tails_of(plan_of((1.0, 2.4)), said) == [], "words end about there"
    assert tails_of(plan_of((1.0, 4.0)), said) == [], "that is a hole"
    assert tails_of(plan_of((1.0, 2.6), (2.75, 5.0)), said) == [], "no clear pause"
    assert tails_of(plan_of((1.0, 2.6), owned=Span(0.0, 2.5)), said) == [], "another chunk's"
    assert tails_of(plan_of((9.0, 9.4)), said) == [], "a cough long after"
    assert tails_of(plan_of((1.0, 2.6))) == [], "nothing was said"


@given(heard_chunks())
def test_tails_end_speech_hold_no_word_and_are_no_holes(chunk):
    plan, segments = chunk
    for tail in tails(plan, segments):
        assert tail.speech.end in [span.end for span in plan.speech]
        assert not any(tail.speech.start < word.midpoint < tail.speech.end for word in words_of(segments))
        assert not any(hole.start < tail.speech.end and tail.speech.start < hole.end for hole in holes(plan, segments))


def tail_behind(segment, seconds=0.4):
    last = segment.words[-1]
    return Tail(last, Span(last.end + 0.25, last.end + 0.25 + seconds))


def test_the_last_words_are_heard_with_the_tail():
    said = say("một hai ba bốn", 4.0)
    (window,) = tail_windows(plan_of((4.0, 5.6)), tail_behind(said), LONGEST)
    assert window.audio.start <= said.words[-1].start - LEAD_SECONDS
    assert window.audio.end > 5.6


def test_what_was_missed_goes_behind_the_last_word():
    said, next_said = say("một hai", 1.0), say("năm", 4.0)
    tail = tail_behind(said)
    found = missed([say("một hai ba bốn", 1.05)], tail)
    assert [segment.text for segment in ended([said, next_said], found, tail)] == ["một hai ba bốn", "năm"]


def test_a_word_said_again_is_missed_too():
    said = say("cửa vàng", 1.0)
    tail = tail_behind(said)
    assert [s.text for s in missed([say("cửa vàng vàng", 1.05)], tail)] == ["vàng"]


def test_what_was_heard_already_is_not_taken_again():
    said = say("một hai", 1.0)
    assert missed([say("một hai", 1.05)], tail_behind(said)) == []


def test_what_is_heard_in_the_pause_is_not_taken():
    said = say("một hai", 1.0)
    found = say("một hai ba", 1.05).keeping([*say("một hai ba", 1.05).words, *say("tạm biệt", 2.4).words])
    assert [s.text for s in missed([found], tail_behind(said))] == ["ba"]


def test_a_hearing_without_the_last_word_is_not_believed():
    said = say("một hai", 1.0)
    assert missed([say("một tai ba", 1.0)], tail_behind(said)) == []
    assert missed([], tail_behind(said)) == []
    assert ended([said], [], tail_behind(said)) == [said]
