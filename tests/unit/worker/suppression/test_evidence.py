"""Signs that nobody said what is written."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stt.domain.jobs.chunk import Span
from stt.domain.transcripts.transcript import Word
from stt.worker.suppression.evidence import SLACK_SECONDS, is_rushed, is_stretched, share_heard, weakness

TIMES = st.floats(0, 20, allow_nan=False)
SPANS = st.lists(st.tuples(TIMES, TIMES).map(sorted).map(lambda p: Span(*p)), max_size=8)


def words(count, seconds, probability=0.9):
    return [Word("w", i * seconds / count, (i + 1) * seconds / count, probability) for i in range(count)]


HEARD = [Span(0, 60)]
QUIET = 0.1


@pytest.mark.parametrize(
    ("spoken", "speech", "no_speech", "signs"),
    [
        (words(8, 2.0), HEARD, QUIET, 0),
        (words(8, 2.0), HEARD, None, 0),
        (words(8, 2.0), HEARD, 0.5, 1),
        (words(8, 2.0, 0.49), HEARD, QUIET, 1),
        (words(8, 2.0), [Span(0, 0.7)], QUIET, 1),
        (words(8, 2.0), [Span(0, 0.2)], QUIET, 2),
        (words(8, 2.0), [], QUIET, 2),
        (words(8, 0.9), HEARD, QUIET, 1),
        (words(8, 30.0), HEARD, QUIET, 1),
        (words(8, 0.0), HEARD, QUIET, 1),
        (words(8, 0.0, 0.2), [], 0.9, 5),
    ],
)
def test_signs_add_up(spoken, speech, no_speech, signs):
    assert weakness(spoken, speech, no_speech) == signs


def test_squeezed_words_are_rushed_even_where_pauses_lie_between_them():
    assert is_rushed([Word("a", 0.0, 0.05, 0.9), Word("b", 1.0, 1.05, 0.9)])
    assert not is_rushed([Word("a", 0.0, 0.05, 0.9), Word("b", 1.0, 1.2, 0.9)])


def test_words_without_a_time_are_rushed_however_long_the_one_that_they_were_given():
    assert is_rushed([Word("a", 0.0, 0.5, 0.9, timed=False), Word("b", 0.5, 1.0, 0.9, timed=False)])


def test_a_sentence_is_stretched_at_a_pace_nobody_speaks_at():
    assert is_stretched(words(15, 27.0))
    assert not is_stretched(words(15, 9.0))


def test_a_sentence_beside_its_speech_by_what_alignment_errs_is_half_heard():
    assert share_heard(Span(1.0, 1.4), [Span(0.0, 1.0)]) == pytest.approx(0.5)


@given(st.tuples(TIMES, TIMES).map(sorted), SPANS)
def test_the_share_counts_every_moment_once(ends, speech):
    span = Span(*ends)
    steps = 2000
    moments = [span.start + (i + 0.5) * span.duration / steps for i in range(steps)]
    heard = sum(any(s.start - SLACK_SECONDS <= m <= s.end + SLACK_SECONDS for s in speech) for m in moments)
    assert share_heard(span, speech) == pytest.approx(heard / steps, abs=0.02)
