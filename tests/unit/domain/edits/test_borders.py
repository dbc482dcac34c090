"""Where a span is parted from what stays, and which of the words that are heard again go into it."""

import pytest

from stt.domain.edits.borders import Borders
from stt.domain.jobs.chunk import Span
from stt.domain.transcripts.transcript import Word


def words(*said):
    """`(text, start, end)`, each."""
    return [Word(text, start, end, 0.9) for text, start, end in said]


PAUSED = words(("one", 0.0, 0.5), ("two", 1.5, 2.0), ("three", 2.1, 2.5), ("four", 3.5, 4.0))
FLOWING = [Word(f"w{number}", number * 0.5, number * 0.5 + 0.5, 0.9) for number in range(40)]


@pytest.mark.parametrize(
    ("wanted", "inside", "span"),
    [
        (Span(1.5, 2.5), ["two", "three"], Span(1.25, 2.75)),  # as it is clicked: from word to word
        (Span(1.0, 3.0), ["two", "three"], Span(1.0, 3.0)),  # in pauses it stays as it is
        (Span(0.4, 3.6), ["two", "three"], Span(0.75, 3.25)),  # words that reach over a border by less than half stay
        (Span(1.7, 2.2), ["two"], Span(1.25, 2.05)),  # by more than half they go
        (Span(0.1, 9.0), ["one", "two", "three", "four"], Span(0.0, 9.0)),
        (Span(2.6, 3.4), [], Span(2.75, 3.25)),
        (Span(5.0, 6.0), [], Span(5.0, 6.0)),
    ],
)
def test_borders_lie_in_the_pauses_beside_the_words_that_go(wanted, inside, span):
    borders = Borders.around(wanted, PAUSED)
    assert [word.word for word in borders.inside] == inside
    assert (borders.span.start, borders.span.end) == (pytest.approx(span.start), pytest.approx(span.end))


def test_what_is_said_close_by_is_heard_as_well_where_nobody_pauses():
    paused = Borders.around(Span(1.0, 3.0), PAUSED).audio
    assert (paused.start, paused.end) == (0.5, 3.5)
    flowing = Borders.around(Span(8.0, 10.0), FLOWING).audio
    assert (flowing.start, flowing.end) == (4.0, 14.0)


def test_a_clear_pause_close_by_is_where_hearing_begins():
    late = [word for word in FLOWING if word.word != "w13"]
    assert Borders.around(Span(8.0, 10.0), late).audio.start == 6.75


@pytest.mark.parametrize(
    ("heard", "chosen"),
    [
        # Both models time words alike.
        (words(("one", 0.0, 0.5), ("zwei", 1.5, 2.0), ("drei", 2.1, 2.5), ("four", 3.5, 4.0)), ["zwei", "drei"]),
        # What stays was heard late, and what goes early.
        (words(("one", 0.6, 1.3), ("zwei", 1.4, 1.6), ("drei", 2.1, 2.5), ("four", 2.8, 3.0)), ["zwei", "drei"]),
        # A word that goes was heard where the border lies.
        (words(("two", 0.8, 1.1), ("three", 2.1, 2.5)), ["two", "three"]),
        # Nothing that was known is heard: times tell.
        (words(("x", 0.0, 0.5), ("y", 1.4, 2.0), ("z", 3.5, 4.0)), ["y"]),
        ([], []),
    ],
)
def test_what_is_heard_of_words_that_stay_is_left_out(heard, chosen):
    borders = Borders.around(Span(1.2, 3.0), PAUSED)
    assert [word.word for word in borders.chosen(heard)] == chosen


def test_a_word_said_several_times_is_taken_as_often_as_it_goes():
    said = words(("no", 0.0, 0.4), ("no", 0.5, 0.9), ("no", 1.0, 1.4), ("no", 1.5, 1.9))
    borders = Borders.around(Span(0.45, 1.45), said)
    late = [Word(word.word, word.start + 0.15, word.end + 0.15, 0.8) for word in said]
    assert borders.chosen(late) == late[1:3]
