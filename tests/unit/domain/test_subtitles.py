from collections.abc import Callable, Iterable
from itertools import pairwise

import pysubs2
import pytest
from hypothesis import given
from hypothesis import strategies as st

from stt.domain.subtitles import CUE_SECONDS, LINE_CHARACTERS, LINES, Cue, cues, srt, webvtt
from stt.domain.transcript import Segment, Word

LETTERS = "aăâbcdđeêghiklmnoôơpqrstuưvxy,.?<>&{}\\-"


@st.composite
def transcripts(draw: st.DrawFn, *, longest_word: int = 12) -> list[Segment]:
    """Segments as engines make them: in order, each with its words or with none."""
    segments, clock = [], 0.0
    for _ in range(draw(st.integers(0, 6))):
        words = []
        begin = clock
        spoken = st.lists(st.text(LETTERS, min_size=1, max_size=longest_word), min_size=1, max_size=40)
        for text in draw(spoken):
            start = clock + draw(st.floats(0, 2))
            clock = start + draw(st.floats(0.01, 3))
            words.append(Word(text, start, clock, 0.9))
        text = " ".join(word.word for word in words)
        segments.append(Segment(begin, clock, text, tuple(words) if draw(st.booleans()) else ()))
    return segments


@given(transcripts())
def test_every_word_is_shown_once_and_in_order(segments: list[Segment]) -> None:
    shown = " ".join(line for cue in cues(segments) for line in cue.lines).split()
    assert shown == [word for segment in segments for word in segment.text.split()]


@given(transcripts())
def test_cues_follow_each_other_without_overlap(segments: list[Segment]) -> None:
    shown = cues(segments)
    assert all(cue.start < cue.end <= cue.start + CUE_SECONDS * 1000 for cue in shown)
    assert all(a.end <= b.start for a, b in pairwise(shown))


@given(transcripts())
def test_a_cue_has_at_most_two_lines_of_42_characters(segments: list[Segment]) -> None:
    for cue in cues(segments):
        assert 1 <= len(cue.lines) <= LINES
        assert all(len(line) <= LINE_CHARACTERS for line in cue.lines)


@given(transcripts(longest_word=100))
def test_a_word_longer_than_a_line_is_kept_whole(segments: list[Segment]) -> None:
    shown = " ".join(line for cue in cues(segments) for line in cue.lines).split()
    assert shown == [word for segment in segments for word in segment.text.split()]


@given(transcripts())
def test_an_independent_reader_finds_the_same_cues_in_both_formats(segments: list[Segment]) -> None:
    shown = cues(segments)
    for name, text in (("srt", srt(shown)), ("vtt", webvtt(shown))):
        read = pysubs2.SSAFile.from_string(text, name, keep_html_tags=True)
        assert [(event.start, event.end) for event in read] == [(cue.start, cue.end) for cue in shown]


def test_a_line_break_divides_a_cue_evenly() -> None:
    text = "một hai ba bốn năm sáu bảy tám chín mười một"
    (cue,) = cues([Segment(0.0, 4.0, text)])
    assert cue.lines == ("một hai ba bốn năm sáu", "bảy tám chín mười một")


def test_words_keep_the_spacing_of_their_text() -> None:
    words = tuple(Word(text, i, i + 1, 0.9) for i, text in enumerate(("今日", "は", "晴れ")))
    assert cues([Segment(0.0, 3.0, "今日は晴れ", words)]) == [Cue(0, 3000, ("今日は晴れ",))]


def test_a_segment_whose_words_are_not_its_text_is_timed_by_length() -> None:
    segment = Segment(0.0, 10.0, "one two three four", (Word("uno", 0.0, 1.0, 0.5),))
    assert [cue.lines for cue in cues([segment])] == [("one two",), ("three four",)]


def test_times_and_numbers_are_written_as_the_formats_want_them() -> None:
    shown = [Cue(3_723_004, 3_724_000, ("a < b & c", "→"))]
    assert srt(shown) == "1\n01:02:03,004 --> 01:02:04,000\na < b & c\n→\n\n"
    assert webvtt(shown) == "WEBVTT\n\n01:02:03.004 --> 01:02:04.000\na &lt; b &amp; c\n→\n\n"


@pytest.mark.parametrize("write", [srt, webvtt])
def test_no_speech_gives_a_file_without_cues(write: Callable[[Iterable[Cue]], str]) -> None:
    assert "-->" not in write(cues([]))
