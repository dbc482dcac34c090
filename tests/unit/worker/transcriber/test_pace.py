"""Words that alignment left no time, and those that it did."""

from hypothesis import given
from hypothesis import strategies as st

from stt.domain.transcripts.transcript import Word
from stt.worker.transcriber.pace import MOST_LETTERS, NO_TIME, at_a_pace


def words(*timed):
    return [Word(text, start, end, 1.0) for text, start, end in timed]


def times(found):
    return [(round(word.start, 2), round(word.end, 2)) for word in found]


def test_words_with_times_keep_them():
    said = words(("one", 0.0, 0.1), ("seventy", 0.1, 0.2), ("two", 0.5, 1.0))
    assert at_a_pace(said, 1.2) == tuple(said)


def test_words_on_one_moment_share_the_time_up_to_where_all_can_be_said():
    said = words(("aaaa", 1.0, 1.0), ("bbbb", 1.0, 1.0), ("cccc", 1.0, 1.4), ("dddd", 1.6, 2.0))
    assert times(at_a_pace(said, 2.0)) == [(1.0, 1.2), (1.2, 1.4), (1.4, 1.6), (1.6, 2.0)]


def test_words_without_a_time_of_their_own_stay_marked():
    said = words(("aaaa", 1.0, 1.0), ("bbbb", 1.0, 1.0), ("cccc", 1.0, 1.4), ("dddd", 1.6, 2.0))
    assert [word.timed for word in at_a_pace(said, 2.0)] == [False, False, True, True]


def test_up_to_the_end_of_the_segment_where_the_last_word_begins_too_early():
    said = words(("aaaa", 1.0, 1.0), ("bbbb", 1.0, 1.1))
    assert times(at_a_pace(said, 2.0)) == [(1.0, 1.5), (1.5, 2.0)]


def test_a_word_without_time_at_the_end_takes_some_of_the_word_in_front_of_it():
    said = words(("aaaa", 0.0, 0.4), ("bbbb", 0.4, 0.9), ("cc", 0.9, 0.9))
    assert times(at_a_pace(said, 0.9)) == [(0.0, 0.4), (0.4, 0.73), (0.73, 0.9)]


def test_but_not_the_pause_that_this_word_was_stretched_through():
    said = words(("aaaa", 0.0, 4.0), ("bbbb", 4.0, 4.1), ("cccccc", 4.1, 4.1))
    assert times(at_a_pace(said, 4.1)) == [(3.4, 3.6), (3.6, 3.8), (3.8, 4.1)]


def test_as_much_of_that_pause_as_it_takes_to_say_them_all():
    said = words(("a", 0.0, 4.0), ("bbbbbbbbbbbbbbb", 4.0, 4.0))
    assert times(at_a_pace(said, 4.0)) == [(3.2, 3.25), (3.25, 4.0)]


def test_two_places_without_time_are_two():
    said = words(("aaaa", 0.0, 0.0), ("bbbb", 0.0, 0.5), ("cccc", 1.0, 1.0), ("dddd", 1.0, 1.6))
    assert times(at_a_pace(said, 1.6)) == [(0.0, 0.5), (0.5, 1.0), (1.0, 1.3), (1.3, 1.6)]


@st.composite
def segments(draw):
    moments = sorted(draw(st.lists(st.integers(0, 500), min_size=2, max_size=24)))
    texts = st.text("abc", min_size=1, max_size=12)
    said = [Word(draw(texts), a / 100, b / 100, 1.0) for a, b in zip(moments[::2], moments[1::2], strict=False)]
    return said, moments[-1] / 100 + draw(st.sampled_from([0.0, 0.5, 3.0]))


@given(segments())
def test_words_stay_in_order_and_inside_and_have_time_where_there_is_any(segment):
    said, end = segment
    paced = at_a_pace(said, end)
    assert [word.word for word in paced] == [word.word for word in said]
    borders = [border for word in paced for border in (word.start, word.end)]
    assert all(a <= b + 1e-9 for a, b in zip(borders, borders[1:], strict=False))
    assert said[0].start <= paced[0].start + 1e-9
    assert paced[-1].end <= end + 1e-9
    if sum(len(word.word) for word in said) <= MOST_LETTERS * (end - said[0].start):
        assert all(word.end - word.start >= NO_TIME for word in paced)
