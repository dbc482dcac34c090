"""Tokens become words, words lie in their segment."""

import itertools
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stt.worker.transcriber.script import Span
from stt.worker.transcriber.words import Group, Token, attach_punctuation, group, to_segments


def tokens(*pieces):
    return [Token(piece, i / 10, (i + 1) / 10, 0.5) for i, piece in enumerate(pieces)]


def texts(groups):
    return [found.text for found in groups]


def groups_of(*times):
    return [Group(f" w{i}", 1, start, end, 0.9) for i, (start, end) in enumerate(times)]


def test_a_word_begins_at_its_space():
    assert texts(group(tokens(b" ", b"tr", "ă".encode(), b"m", b" xanh"), "vi")) == [" trăm", " xanh"]


def test_a_character_in_two_tokens_stays_whole():
    high, low = "ế".encode()[:1], "ế".encode()[1:]
    assert texts(group(tokens(b" b", high, low, b"p"), "vi")) == [" bếp"]
    assert texts(group(tokens(*("你".encode()[i : i + 1] for i in range(3)), "好".encode()), "zh")) == ["你", "好"]


def test_languages_without_spaces_are_not_one_long_word():
    assert texts(group(tokens(b"ab", b"cd"), "en")) == ["abcd"]
    assert texts(group(tokens(b"ab", b"cd"), "ja")) == ["ab", "cd"]


def test_a_group_spans_its_tokens_and_is_as_sure_as_they_are_on_average():
    first, last = Token(b" a", 1.0, 1.5, 0.2), Token(b"b", 1.5, 2.5, 0.8)
    assert group([first, last], "en") == [Group(" ab", 2, 1.0, 2.5, pytest.approx(0.5))]


@given(st.text(alphabet="abc ếộ好,.", max_size=30), st.data())
def test_grouping_loses_no_byte_however_the_text_is_cut(text, data):
    raw = text.encode()
    cuts = sorted(data.draw(st.sets(st.integers(1, max(1, len(raw) - 1)))) if len(raw) > 1 else [])
    pieces = [raw[a:b] for a, b in itertools.pairwise([0, *cuts, len(raw)])]
    for language in ("vi", "zh"):
        found = group(tokens(*pieces), language)
        assert "".join(texts(found)) == text
        assert sum(g.tokens for g in found) == len(pieces)


def test_punctuation_belongs_to_a_word():
    parts = [Group(text, 1, i, i + 1, 0.9) for i, text in enumerate([' "', "hello", ",", " you", "!", " –", " so"])]
    joined = attach_punctuation(parts)
    assert texts(joined) == [' "hello,', " you!", " – so"]
    assert [g.tokens for g in joined] == [3, 2, 2]
    assert [(g.start, g.end) for g in joined] == [(1, 2.8), (3, 4.8), (6, 7)]


def test_punctuation_alone_stays():
    assert texts(attach_punctuation([Group("...", 1, 0, 1, 0.9)])) == ["..."]


def test_words_never_leave_their_span():
    spans = [Span(1.1, 2.1, (1, 1)), Span(3.1, 4.1, (1,))]
    first, second = to_segments(spans, groups_of((0.2, 1.5), (1.5, 3.4), (2.0, 5.0)), 10)
    assert [(w.start, w.end) for w in first.words] == [(1.1, 1.5), (1.5, 2.1)]
    assert [(w.start, w.end) for w in second.words] == [(3.1, 4.1)]


def test_a_timestamp_on_a_whole_second_is_believed_only_where_alignment_is_close_to_it():
    spans = [Span(0.0, 2.0, (1, 1)), Span(2.0, 4.0, (1, 1)), Span(4.0, 6.0, (1,))]
    times = [(0.0, 1.0), (1.0, 1.5), (1.5, 3.0), (3.0, 3.5), (3.5, 6.1)]
    found = list(to_segments(spans, groups_of(*times), 10))
    assert [(w.start, w.end) for segment in found for w in segment.words] == [*times[:-1], (3.5, 6.0)]
    assert [segment.end for segment in found] == [1.5, 3.5, 6.0]


def test_an_outer_word_goes_to_the_border_when_it_is_close_and_not_when_it_is_far():
    near = next(to_segments([Span(1.0, 3.0, (1, 1))], groups_of((1.2, 1.6), (1.6, 2.8)), 10))
    assert (near.words[0].start, near.words[-1].end) == (1.0, 3.0)
    far = next(to_segments([Span(1.0, 3.0, (1, 1))], groups_of((1.5, 1.7), (1.7, 2.0)), 10))
    assert (far.words[0].start, far.words[-1].end) == (1.5, 2.0)
    assert (far.start, far.end) == (1.5, 3.0)


@pytest.mark.parametrize(("start", "end"), [(1.3, 2.0), (0.9, 1.5)])
def test_a_last_word_reaches_the_border_if_it_can_be_spoken_so_slowly(start, end):
    century = [Group(" century", 1, start, 1.5, 0.9)]  # 0.76 s, spoken slowly
    (segment,) = to_segments([Span(start, 2.0, (1,))], century, 10)
    assert (segment.words[-1].end, segment.end) == (end, 2.0)


def test_a_span_without_an_end_ends_with_its_last_word():
    segment = next(to_segments([Span(0, None, (1,))], groups_of((0.0, 1.0)), 10))
    assert segment.end == 1.0


def test_words_that_alignment_puts_on_one_moment_have_time_all_the_same():
    (segment,) = to_segments([Span(0.5, 2.5, (1, 2))], groups_of((0.5, 0.5), (0.5, 0.6)), 8.0)
    assert [(word.start, word.end) for word in segment.words] == [(0.5, 1.5), (1.5, 2.5)]


def test_a_timestamp_that_leaves_the_words_no_time_is_not_believed():
    spoken = [(second, second + 1.0) for second in range(7)]
    (segment,) = to_segments([Span(0.0, 0.3, (1,) * 7)], groups_of(*spoken), 8.0)
    assert [(word.start, word.end) for word in segment.words] == spoken
    assert segment.end == 7.0


def test_nor_is_one_before_several_words_that_alignment_has_found():
    spoken = [(0.0, 0.5), (0.5, 1.0), (1.0, 1.5), (1.5, 2.0), (2.0, 2.5)]
    (segment,) = to_segments([Span(0.0, 1.5, (1,) * 5)], groups_of(*spoken), 8.0)
    assert [(word.start, word.end) for word in segment.words] == spoken
    assert all(word.timed for word in segment.words)


def test_it_is_believed_where_alignment_is_late_for_one_word_or_lost_its_way():
    late_for_one = groups_of((0.0, 0.5), (0.5, 1.0), (1.6, 2.0))
    lost = groups_of((0.0, 0.5), (3.0, 3.0), (3.0, 3.0))
    for groups in (late_for_one, lost):
        (segment,) = to_segments([Span(0.0, 1.5, (1,) * 3)], groups, 8.0)
        assert segment.end == segment.words[-1].end == 1.5


def test_a_word_across_two_spans_belongs_to_the_first():
    long = Group(" hundred", 2, 0.0, 2.0, 0.9)
    segments = list(to_segments([Span(0, 1, (1,)), Span(1, 2, (1,))], [long], 5))
    assert [segment.text for segment in segments] == ["hundred"]


def test_letters_and_their_marks_are_one_character_however_the_model_writes_them():
    apart = [Group(unicodedata.normalize("NFD", " Việt Nam"), 1, 0.0, 1.0, 0.9)]
    segment = next(to_segments([Span(0, 1, (1,))], apart, 5))
    assert segment.text == segment.words[0].word == "Việt Nam"


TIMES = st.floats(-1, 40, allow_nan=False)


@given(
    st.lists(st.tuples(TIMES, st.none() | TIMES, st.integers(1, 3)), max_size=6),
    st.lists(st.tuples(TIMES, TIMES), max_size=12),
    st.floats(0.1, 30),
)
def test_whatever_the_model_writes_times_are_in_order_and_inside_the_audio(spans, times, seconds):
    script = [Span(start, end, (1,) * count) for start, end, count in spans]
    segments = list(to_segments(script, groups_of(*times), seconds))
    flat = [time for segment in segments for word in segment.words for time in (word.start, word.end)]
    assert flat == sorted(flat)
    for segment in segments:
        assert 0 <= segment.start <= segment.words[0].start <= segment.words[-1].end <= segment.end <= seconds
    assert all(a.end <= b.start for a, b in itertools.pairwise(segments))
    said = [word.word for segment in segments for word in segment.words]
    assert said == [f"w{i}" for i in range(min(len(times), sum(count for *_, count in spans)))]
