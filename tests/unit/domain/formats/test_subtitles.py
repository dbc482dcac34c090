import html
from collections.abc import Callable, Iterable

import pysubs2
import pytest
from hypothesis import given
from hypothesis import strategies as st

from stt.domain.formats.cues import Cue
from stt.domain.formats.subtitles import srt, webvtt

LETTERS = "aăâbcdđeêghiklmnoôơpqrstuưvxy,.?<>&{}\\-今"


@st.composite
def shown_cues(draw: st.DrawFn) -> list[Cue]:
    """Cues by their start, some of them of channels and overlapping."""
    lines = st.lists(st.text(LETTERS, min_size=1, max_size=20), min_size=1, max_size=2).map(tuple)
    times = st.tuples(st.integers(0, 10**8), st.integers(1, 7000))
    drawn = draw(st.lists(st.tuples(times, lines, st.none() | st.integers(0, 3))))
    return [Cue(start, start + length, lines, channel) for (start, length), lines, channel in sorted(drawn, key=str)]


def read(text: str, form: str) -> list[tuple[int, int, tuple[str, ...]]]:
    """What pysubs2 finds; it leaves the markup of SRT as it is, and that of WebVTT out, but nothing is unescaped."""
    events = pysubs2.SSAFile.from_string(text, form, keep_html_tags=form == "srt")
    plain = html.unescape if form == "vtt" else str
    return [(e.start, e.end, tuple(map(plain, e.text.split("\\N")))) for e in events]


@given(shown_cues())
def test_an_independent_reader_finds_the_same_cues_in_webvtt(shown: list[Cue]) -> None:
    assert read(webvtt(shown), "vtt") == [(cue.start, cue.end, cue.lines) for cue in shown]


@given(shown_cues())
def test_an_independent_reader_finds_the_same_cues_and_their_channels_in_srt(shown: list[Cue]) -> None:
    labels = ["" if cue.channel is None else f"[{cue.channel + 1}] " for cue in shown]
    expected = [
        (cue.start, cue.end, (name + cue.lines[0], *cue.lines[1:])) for cue, name in zip(shown, labels, strict=True)
    ]
    assert read(srt(shown), "srt") == expected


def test_times_and_numbers_are_written_as_the_formats_want_them() -> None:
    shown = [Cue(3_723_004, 3_724_000, ("a < b & c", "→")), Cue(3_724_000, 3_725_500, ("d",))]
    assert srt(shown) == ("1\n01:02:03,004 --> 01:02:04,000\na < b & c\n→\n\n2\n01:02:04,000 --> 01:02:05,500\nd\n\n")
    assert webvtt(shown) == (
        "WEBVTT\n\n1\n01:02:03.004 --> 01:02:04.000\na &lt; b &amp; c\n→\n\n2\n01:02:04.000 --> 01:02:05.500\nd\n\n"
    )


def test_a_channel_is_a_voice_in_webvtt_and_a_label_in_srt() -> None:
    shown = [Cue(0, 1000, ("xin chào", "các bạn"), 0), Cue(500, 1500, ("vâng",), 1)]
    assert "\n<v Channel 1>xin chào\ncác bạn</v>\n" in webvtt(shown)
    assert "\n<v Channel 2>vâng</v>\n" in webvtt(shown)
    assert 'STYLE\n::cue(v[voice="Channel 2"]) { color: yellow }\n\n' in webvtt(shown)
    assert "STYLE" not in webvtt([Cue(0, 1000, ("xin chào",))])
    assert "\n[1] xin chào\ncác bạn\n" in srt(shown)
    assert "\n[2] vâng\n" in srt(shown)


@pytest.mark.parametrize("write", [srt, webvtt])
def test_no_speech_gives_a_file_without_cues(write: Callable[[Iterable[Cue]], str]) -> None:
    assert "-->" not in write([])
