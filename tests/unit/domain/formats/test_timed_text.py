from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stt.domain.formats.timed_text import TimedText, timed_text, width
from stt.domain.transcripts.transcript import Segment, Word

LETTERS = "aăđ,.?-「今日。はっーกำเ็ \t"


@st.composite
def any_segments(draw: st.DrawFn) -> list[Segment]:
    """Whatever an engine might write, times out of order and words that are not in the text included."""
    seconds = st.floats(0, 20)
    words = st.builds(Word, st.text(LETTERS, max_size=6), seconds, seconds, st.just(0.9))
    heard = draw(
        st.lists(st.tuples(seconds, seconds, st.lists(words, max_size=8), st.sampled_from(["", " "])), max_size=5)
    )
    return [
        Segment(start, end, between.join(w.word for w in words), tuple(words)) for start, end, words, between in heard
    ]


def pieces(text: str, *words: tuple[str, float, float], widest: int = 42) -> list[tuple[str, int, int]]:
    spoken = tuple(Word(*word, 0.9) for word in words)
    return [(p.text, p.start, p.end) for p in timed_text([Segment(0.0, 10.0, text, spoken)], widest)]


@given(any_segments(), st.integers(1, 50))
def test_the_text_is_there_whole_and_in_order(segments: list[Segment], widest: int) -> None:
    found = "".join(piece.text for piece in timed_text(segments, widest))
    assert found.split() == [word for segment in segments for word in segment.text.split()]


@given(any_segments(), st.integers(1, 50))
def test_no_piece_is_empty_or_begins_before_the_last_one_ends(segments: list[Segment], widest: int) -> None:
    found = timed_text(segments, widest)
    assert all(piece.text.strip() and piece.start <= piece.end for piece in found)
    assert all(a.end <= b.start for a, b in pairwise(found))


def test_words_keep_their_times_and_the_spacing_of_the_text() -> None:
    assert pieces("xin  chào.", ("xin", 0.2, 0.5), ("chào.", 0.6, 1.0)) == [("xin ", 200, 500), ("chào. ", 600, 1000)]
    assert pieces("今日は", ("今日", 0, 1), ("は", 1, 2)) == [("今日", 0, 1000), ("は ", 1000, 2000)]


def test_a_text_whose_words_are_others_is_timed_by_its_characters() -> None:
    assert (
        pieces("abcd efghi", ("uno", 0.0, 1.0)) == pieces("abcd efghi") == [("abcd ", 0, 4000), ("efghi ", 5000, 10000)]
    )


def test_words_that_no_space_divides_are_one_piece() -> None:
    assert pieces("hai-mươi", ("hai", 0.0, 1.0), ("-mươi", 1.5, 2.0)) == [("hai-mươi ", 0, 2000)]


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("今日は「いい」天気。", ["今", "日", "は", "「い", "い」", "天", "気。"]),
        ("ちょっと", ["ちょっ", "と"]),
        ("コーヒー", ["コー", "ヒー"]),
        ("ก็เก่งนะ", ["ก็", "เก่", "ง", "นะ"]),
        ("xin chào", ["xin", "chào"]),
        ("안녕하세요 여러분", ["안녕하세요", "여러분"]),
    ],
)
def test_where_a_line_may_begin(text: str, parts: list[str]) -> None:
    assert [part.strip() for part, _, _ in pieces(text)] == parts


def test_a_word_too_wide_for_a_line_is_divided_only_where_its_script_allows() -> None:
    assert len(pieces("今日晴天", ("今日晴天", 0, 1), widest=8)) == 1
    assert [part.strip() for part, _, _ in pieces("今日晴天", ("今日晴天", 0, 1), widest=7)] == list("今日晴天")
    assert len(pieces("a" * 100, ("a" * 100, 0, 1))) == 1


def test_words_without_a_time_of_their_own_share_the_time_to_the_next() -> None:
    words = (("aaa", 1.0, 1.0), ("bbb", 1.0, 1.0), ("ccc", 1.2, 1.5))
    assert pieces("aaa bbb ccc", *words)[:2] == [("aaa ", 1000, 1086), ("bbb ", 1114, 1200)]
    assert pieces("aaa bbb", *words[:2]) == [("aaa ", 1000, 1171), ("bbb ", 1229, 1400)]


def test_the_last_piece_of_a_segment_is_marked() -> None:
    found = timed_text([Segment(0.0, 1.0, "a b"), Segment(1.0, 2.0, "c")], 42)
    assert [piece.ends_segment for piece in found] == [False, True, True]
    assert isinstance(found[0], TimedText)


def test_wide_characters_count_twice_and_marks_not_at_all() -> None:
    assert [width(text) for text in ("xin", "chào", "cha\u0300o", "今日", "ก็", "안녕")] == [3, 4, 4, 4, 1, 4]
