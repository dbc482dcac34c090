"""A text to read: the same words, in paragraphs."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stt.domain.text.paragraphs import FULL_SECONDS, LONG_PAUSE_SECONDS, join_text, paragraphs
from stt.domain.transcripts.transcript import Segment


def spoken(*said, length=3.0, channel=None):
    """Segments of `length` seconds from pairs of a text and the pause before it."""
    segments, clock = [], 0.0
    for pause, text in said:
        start = clock + pause
        clock = start + length
        segments.append(Segment(start, clock, text, channel=channel))
    return segments


def test_segments_are_joined_with_spaces():
    assert paragraphs(spoken((0, " xin chào"), (0.3, "các bạn "), (0, "hôm nay"))) == "xin chào các bạn hôm nay"


def test_a_long_pause_begins_a_paragraph():
    segments = spoken((5, "một."), (0.4, "hai."), (LONG_PAUSE_SECONDS, "ba."), (0.4, "bốn."))
    assert paragraphs(segments) == "một. hai.\n\nba. bốn."


def test_a_pause_is_long_by_the_measure_of_the_recording():
    slowly = spoken(*[(2.5, f"câu {i}.") for i in range(6)], (6.0, "mới."))
    assert paragraphs(slowly) == "câu 0. câu 1. câu 2. câu 3. câu 4. câu 5.\n\nmới."


def test_a_fixed_pause_would_cut_slow_speech_into_single_sentences():
    """Negative control: the same pause in every recording."""

    def naive(segments):
        pauses = [b.start - a.end for a, b in zip(segments, segments[1:], strict=False)]
        return sum(pause >= LONG_PAUSE_SECONDS for pause in pauses)

    slowly = spoken(*[(2.5, f"câu {i}.") for i in range(6)])
    assert naive(slowly) == 5
    assert "\n" not in paragraphs(slowly)


@pytest.mark.parametrize(
    ("end", "pause", "breaks"),
    [
        (".", 0.8, True),
        ("?”", 0.8, True),
        ("。", 0.8, True),
        ("។", 0.8, True),
        (",", 0.8, False),
        ("", 0.8, False),
        (".", 0.1, False),
    ],
)
def test_a_long_paragraph_ends_with_its_sentence(end, pause, breaks):
    segments = spoken((0, "trước"), (0.6, f"câu dài{end}"), (pause, "sau"), length=FULL_SECONDS)
    assert ("\n\nsau" in paragraphs(segments)) == breaks


def test_a_short_paragraph_does_not():
    assert paragraphs(spoken((0, "một."), (1.0, "hai."), (1.0, "ba."))) == "một. hai. ba."


def test_a_change_of_channel_begins_a_paragraph():
    call = [
        Segment(0, 2, "alô", channel=0),
        Segment(1.5, 3, "vâng", channel=1),
        Segment(3, 4, "tôi nghe", channel=1),
        Segment(4, 5, "dạ", channel=0),
    ]
    assert paragraphs(call) == "alô\n\nvâng tôi nghe\n\ndạ"


@pytest.mark.parametrize(
    ("left", "right", "joined"),
    [
        ("今日は", "良い天気", "今日は良い天気"),
        ("今日は。", "良い", "今日は。良い"),
        ("你好！", "世界", "你好！世界"),
        ("สวัสดี", "ครับ", "สวัสดีครับ"),
        ("ສະບາຍ", "ດີ", "ສະບາຍດີ"),
        ("မင်္ဂ", "လာပါ", "မင်္ဂလာပါ"),
        ("សួស្តី", "អ្នក", "សួស្តីអ្នក"),
        ("我用", "iPhone", "我用 iPhone"),
        ("iPhone", "很好", "iPhone 很好"),
        ("안녕", "하세요", "안녕 하세요"),
        ("xin", "chào", "xin chào"),
    ],
)
def test_a_space_stands_where_the_script_has_one(left, right, joined):
    assert paragraphs(spoken((0, left), (0.2, right))) == joined


@pytest.mark.parametrize("segments", [[], spoken((0, " "), (1, ""))])
def test_no_words_are_no_text(segments):
    assert paragraphs(segments) == ""


@st.composite
def recordings(draw, alphabet="aăbđ ,.?"):
    segments, clock = [], 0.0
    for _ in range(draw(st.integers(0, 12))):
        start = clock + draw(st.floats(-1, 6))
        clock = start + draw(st.floats(0, 40))
        channel = draw(st.sampled_from([None, 0, 1]))
        segments.append(Segment(start, clock, draw(st.text(alphabet, max_size=12)), channel=channel))
    return segments


@given(recordings())
def test_the_words_are_those_of_the_segments_in_order(segments):
    assert paragraphs(segments).split() == join_text(segments).split()


@given(recordings("aăđ 今日はกข。"))
def test_only_spaces_come_and_go(segments):
    assert "".join(paragraphs(segments).split()) == "".join(join_text(segments).split())


@given(recordings())
def test_a_paragraph_is_one_line_of_text_without_edges(segments):
    text = paragraphs(segments)
    for paragraph in text.split("\n\n") if text else []:
        assert paragraph == paragraph.strip() != ""
        assert "\n" not in paragraph
