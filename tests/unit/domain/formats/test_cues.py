from collections.abc import Iterator, Sequence
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stt.domain.formats.cues import LEAD_MS, Cue, cues
from stt.domain.formats.timed_text import width
from stt.domain.transcripts.transcript import Segment, Word

LETTERS = "aăâbcdđeêghiklmnoôơpqrstuưvxy,.?<>&{}\\-"


def needed(cue: Cue) -> int:
    """Milliseconds for reading: a second at least, a twentieth of one for each character."""
    label = 0 if cue.channel is None else 4
    return max(1000, 50 * (label + width(" ".join(cue.lines))))


def spoken(start: float, text: str, *, pace: float = 15.0) -> list[Word]:
    """The words of a text without a pause, spoken with `pace` characters in a second."""
    words = []
    for word in text.split():
        end = start + (len(word) + 1) / pace
        words.append(Word(word, start, end, 0.9))
        start = end
    return words


def segment(words: Sequence[Word], channel: int | None = None) -> Segment:
    return Segment(words[0].start, words[-1].end, " ".join(w.word for w in words), tuple(words), channel)


def shown_words(shown: Sequence[Cue]) -> list[str]:
    return " ".join(line for cue in shown for line in cue.lines).split()


def channels(shown: Sequence[Cue]) -> list[list[Cue]]:
    return [[cue for cue in shown if cue.channel == c] for c in {cue.channel for cue in shown}]


def with_words(shown: Sequence[Cue], segments: Sequence[Segment]) -> Iterator[tuple[Cue, list[Word]]]:
    """Each cue of one channel and what is spoken of it."""
    words = iter([word for segment in segments for word in segment.words])
    for cue in shown:
        yield cue, [next(words) for _ in shown_words([cue])]


@st.composite
def transcripts(
    draw: st.DrawFn, *, longest_word: int = 12, labels: Sequence[int | None] = (None,), timed: bool = False
) -> list[Segment]:
    """Segments as engines make them: in order, each with its words or (unless `timed`) perhaps with none."""
    segments, clock = [], 0.0
    for _ in range(draw(st.integers(0, 6))):
        words = []
        pause = st.just(0.0) | st.floats(0, 2)
        for text in draw(st.lists(st.text(LETTERS, min_size=1, max_size=longest_word), min_size=1, max_size=40)):
            start = clock + draw(pause)
            clock = start + draw(st.floats(0.01, 3))
            words.append(Word(text, start, clock, 0.9))
        whole = segment(words, draw(st.sampled_from(labels)))
        known = timed or draw(st.booleans())
        segments.append(whole if known else Segment(whole.start, whole.end, whole.text, (), whole.channel))
    return segments


@st.composite
def sentences(draw: st.DrawFn) -> list[Segment]:
    """Sentences that can each be read while they are spoken, in segments that end anywhere."""
    words: list[Word] = []
    clock = 0.0
    for _ in range(draw(st.integers(1, 8))):
        text = " ".join(draw(st.lists(st.text("aăbcdđ", min_size=1, max_size=8), min_size=1, max_size=8))) + "."
        words += spoken(clock, text, pace=draw(st.floats(12, 40)))
        readable = clock + max(1.0, 0.05 * len(text))
        clock = draw(st.floats(0, 1.5)) + max(words[-1].end, readable)
    cuts = [0, *sorted(draw(st.sets(st.integers(1, len(words) - 1)))), len(words)] if len(words) > 1 else [0, 1]
    return [segment(words[a:b]) for a, b in pairwise(cuts)]


def unreadable(shown: Sequence[Cue]) -> list[Cue]:
    return [cue for cue in shown if not needed(cue) <= cue.end - cue.start + 1 <= 7001]


def broken_off(shown: Sequence[Cue]) -> list[Cue]:
    return [cue for cue in shown if not cue.lines[-1].endswith(".")]


def greedy(segments: Sequence[Segment]) -> list[Cue]:
    """The naive way: of each segment as many words as two lines and 7 s hold, from the first word to the last."""
    shown: list[Cue] = []
    for heard in segments:
        group: list[Word] = []
        for word in [*heard.words, None]:
            text = " ".join(w.word for w in [*group, word] if w)
            if group and (word is None or len(text) > 84 or word.end - group[0].start > 7):
                line = " ".join(w.word for w in group)
                shown.append(Cue(round(group[0].start * 1000), round(group[-1].end * 1000), (line,)))
                group = []
            if word:
                group.append(word)
    return shown


@given(transcripts(labels=(None, 0, 1)))
def test_every_word_is_shown_once_and_in_the_order_of_its_channel(segments: list[Segment]) -> None:
    for channel in {s.channel for s in segments}:
        said = [word for s in segments if s.channel == channel for word in s.text.split()]
        assert shown_words([cue for cue in cues(segments) if cue.channel == channel]) == said


@given(transcripts(labels=(None, 0, 1)))
def test_cues_are_sorted_and_those_of_a_channel_follow_each_other_without_overlap(segments: list[Segment]) -> None:
    shown = cues(segments)
    assert all(0 <= cue.start < cue.end <= cue.start + 7000 for cue in shown)
    assert all(a.start <= b.start for a, b in pairwise(shown))
    assert all(a.end <= b.start for apart in channels(shown) for a, b in pairwise(apart))


@given(transcripts(labels=(None, 0, 1)))
def test_a_cue_has_at_most_two_lines_of_42_characters(segments: list[Segment]) -> None:
    for cue in cues(segments):
        assert 1 <= len(cue.lines) <= 2
        label = 0 if cue.channel is None else 4
        assert all(line and label + len(line) <= 42 for line in cue.lines)
        assert len(cue.lines) == 1 or label + len(" ".join(cue.lines)) > 42, "one line would do"


@given(transcripts(timed=True))
def test_a_cue_is_shown_while_it_is_spoken_and_little_longer_than_it_takes_to_read_it(segments: list[Segment]) -> None:
    for cue, words in with_words(cues(segments), segments):
        start, end = round(words[0].start * 1000), round(words[-1].end * 1000)
        assert start - LEAD_MS <= cue.start <= start
        assert end <= cue.end
        assert cue.end - cue.start <= max(needed(cue), end - start)


@given(transcripts(timed=True), st.floats(0, 3))
def test_a_cue_is_short_or_fast_only_where_speech_leaves_no_room(segments: list[Segment], silence: float) -> None:
    duration = max((s.end for s in segments), default=0.0) + silence
    shown = list(with_words(cues(segments, duration), segments))
    starts = [round(words[0].start * 1000) for _, words in shown]
    for number, (cue, _) in enumerate(shown):
        assert cue.end <= (starts[number + 1] if number + 1 < len(shown) else round(duration * 1000))
        if cue.end - cue.start < needed(cue):
            assert cue.end == (starts[number + 1] if number + 1 < len(shown) else round(duration * 1000))
            assert cue.start == max(shown[number - 1][0].end if number else 0, starts[number] - LEAD_MS)


@given(sentences())
def test_sentences_that_can_be_read_are_not_divided_and_every_cue_of_them_can_be_read(segments: list[Segment]) -> None:
    shown = cues(segments)
    assert not unreadable(shown)
    assert not broken_off(shown)


def test_filling_cues_one_after_the_other_would_divide_sentences_and_leave_no_time_to_read() -> None:
    first = spoken(1.0, "tôi đã nói với anh ấy rằng chúng ta sẽ đi vào sáng mai.", pace=23)
    second = spoken(first[-1].end + 0.6, "nhưng anh ấy không nghe máy và cũng không nhắn lại.", pace=23)
    segments = [segment(first + second)]
    assert unreadable(greedy(segments))
    assert broken_off(greedy(segments))
    assert not unreadable(cues(segments))
    assert not broken_off(cues(segments))


@pytest.mark.parametrize("end", ["xong.", "xong?", "xong!", "xong…", 'xong."', "xong?)"])
def test_a_sentence_that_does_not_fit_begins_a_cue(end: str) -> None:
    text = f"tôi đã làm {end} sau đó tôi đi về nhà với một người bạn mà tôi quen ở trường đại học"
    assert cues([segment(spoken(0.0, text))])[0].lines == (f"tôi đã làm {end}",)


NUMBERS = "một hai ba bốn năm sáu bảy tám chín mười một hai ba bốn năm sáu bảy tám chín mười một hai"


def first_cue(words: Sequence[Word]) -> int:
    """How many of the words the first cue has."""
    return len(shown_words(cues([segment(words)])[:1]))


def test_a_pause_divides_cues_better_than_a_comma_and_a_comma_better_than_nothing() -> None:
    words = spoken(0.0, NUMBERS)
    assert first_cue(words) == 11, "nothing: two that are alike"
    words[7] = Word("tám,", words[7].start, words[7].end, 0.9)
    assert first_cue(words) == 8
    later = [w if i < 14 else Word(w.word, w.start + 0.7, w.end + 0.7, 0.9) for i, w in enumerate(words)]
    assert first_cue(later) == 14


def test_the_end_of_a_segment_divides_cues_as_a_comma_does() -> None:
    words = spoken(0.0, NUMBERS)
    assert len(shown_words(cues([segment(words[:8]), segment(words[8:])])[:1])) == 8


def test_a_fast_phrase_shares_a_cue_with_some_of_the_slow_one_behind_it() -> None:
    fast = spoken(0.0, "một hai ba bốn năm sáu bảy tám chín mười", pace=30)
    slow = spoken(fast[-1].end, "một hai ba bốn năm sáu bảy tám chín mười một hai ba", pace=12)
    assert not unreadable(cues([segment(fast + slow)]))


@pytest.mark.parametrize(("pace", "divided"), [(22.0, False), (40.0, True)])
def test_time_to_read_weighs_more_than_whole_sentences_where_much_of_it_is_missing(pace: float, divided: bool) -> None:
    fast = spoken(0.0, "một hai ba bốn năm sáu bảy tám chín mười.", pace=pace)
    slow = spoken(fast[-1].end, "một hai ba bốn năm sáu bảy tám chín mười một hai ba bốn năm sáu bảy.", pace=11)
    shown = cues([segment(fast + slow)])
    assert bool(broken_off(shown)) is divided
    assert bool(unreadable(shown)) is not divided


def test_sentences_are_not_joined_where_that_leaves_less_than_it_takes_to_read_them() -> None:
    for pace, number in ((20.7, 3), (15.0, 1)):
        words = spoken(0.0, " ".join(["một hai ba bốn năm sáu x."] * 3), pace=pace)
        assert len(cues([segment(words)], words[-1].end)) == number


def test_a_cue_is_not_left_with_one_word() -> None:
    def said(first: str, between: str = " ") -> list[tuple[str, ...]]:
        first_words = [Word(w, 0.6 * i, 0.6 * i + 0.6, 0.9) for i, w in enumerate(first.split("|"))]
        begin = first_words[-1].end + 0.7
        rest = [Word(w, begin + i * 0.4, begin + i * 0.4 + 0.4, 0.9) for i, w in enumerate(("我", "知", "道", "了"))]
        words = first_words + rest
        text = between.join(w.word for w in words)
        return [cue.lines for cue in cues([Segment(0.0, words[-1].end, text, tuple(words))])]

    assert said("vâng") == [("vâng 我 知 道 了",)]
    assert said("vâng|anh") == [("vâng anh",), ("我 知 道 了",)]
    assert said("是|的", "") == [("是的我知道了",)]
    assert said("是|的|吗", "") == [("是的吗",), ("我知道了",)]


@pytest.mark.parametrize("text", [NUMBERS[:-4], "vâng. một hai ba bốn năm sáu bảy tám chín mười"])
def test_a_line_is_not_left_with_one_word(text: str) -> None:
    shown = cues([segment(spoken(0.0, text))])
    assert all(len(line.split()) > 3 for cue in shown for line in cue.lines)


def test_filling_cues_one_after_the_other_would_leave_one_with_one_word() -> None:
    assert len(shown_words(greedy([segment(spoken(0.0, NUMBERS[:-4]))])[-1:])) == 1


def test_segments_of_one_word_close_together_are_one_cue() -> None:
    words = [Word(word, 0.7 * i, 0.7 * i + 0.4, 0.9) for i, word in enumerate("một hai ba bốn năm sáu".split())]
    (cue,) = cues([segment([word]) for word in words])
    assert cue.lines == ("một hai ba bốn năm sáu",)
    assert len(greedy([segment([word]) for word in words])) == 6


def test_words_far_apart_are_not_shown_before_they_are_spoken() -> None:
    words = [Word(word, 2.5 * i, 2.5 * i + 0.4, 0.9) for i, word in enumerate(("một", "hai", "ba"))]
    assert cues([segment(words)]) == [Cue(0, 1000, ("một",)), Cue(2500, 3500, ("hai",)), Cue(5000, 6000, ("ba",))]


def test_a_cue_stays_in_the_pause_behind_it_then_comes_early_and_is_short_where_both_are_too_little() -> None:
    word = Word("vâng", 5.0, 5.3, 0.9)
    behind = Segment(6.2, 9.0, "x " * 30)
    close = Segment(5.4, 9.4, "x" * 50)
    ahead = Segment(1.0, 4.8, "x" * 50)
    assert cues([segment([word]), behind])[0] == Cue(5000, 6000, ("vâng",))
    assert cues([segment([word]), close])[0] == Cue(4500, 5400, ("vâng",))
    assert cues([ahead, segment([word]), close])[1] == Cue(4800, 5400, ("vâng",))


def test_a_word_of_more_than_7_s_is_shown_for_7_s() -> None:
    assert cues([segment([Word("vâng", 1.0, 9.5, 0.9)])]) == [Cue(1000, 8000, ("vâng",))]


def test_the_label_of_a_channel_is_read_too() -> None:
    (cue,) = cues([segment([Word("x" * 30, 1.0, 1.5, 0.9)], 0)])
    assert (cue.start, cue.end) == (1000, 1000 + 50 * (30 + len("[1] ")))


def test_no_cue_outlasts_the_file() -> None:
    assert cues([Segment(0.2, 0.5, "xin chào")], 0.9) == [Cue(0, 900, ("xin chào",))]
    assert cues([Segment(0.2, 0.5, "xin chào")]) == [Cue(200, 1200, ("xin chào",))]


def test_a_line_break_divides_a_cue_evenly() -> None:
    (cue,) = cues([Segment(0.0, 4.0, "một hai ba bốn năm sáu bảy tám chín mười một")])
    assert cue.lines == ("một hai ba bốn năm sáu", "bảy tám chín mười một")


@pytest.mark.parametrize("mark", [",", ".", "?", ";"])
def test_a_line_break_is_rather_behind_punctuation(mark: str) -> None:
    (cue,) = cues([Segment(0.0, 2.4, f"một hai ba bốn{mark} năm sáu bảy tám chín mười một")])
    assert cue.lines == (f"một hai ba bốn{mark}", "năm sáu bảy tám chín mười một")


def test_words_keep_the_spacing_of_their_text() -> None:
    words = tuple(Word(text, i, i + 1, 0.9) for i, text in enumerate(("今日", "は", "晴れ")))
    assert cues([Segment(0.0, 3.0, "今日は晴れ", words)]) == [Cue(0, 3000, ("今日は晴れ",))]


@pytest.mark.parametrize("timed", [True, False])
def test_a_text_without_spaces_is_divided_at_its_marks(timed: bool) -> None:
    text = "今日は天気がとてもいいですね。散歩に行きませんか？いいえ、家で本を読みたいと思っていますので、また今度に。"
    words = tuple(Word(c, i * 0.2, i * 0.2 + 0.2, 0.9) for i, c in enumerate(text)) if timed else ()
    shown = cues([Segment(0.0, len(text) * 0.2, text, words)])
    assert "".join(line for cue in shown for line in cue.lines) == text
    assert all(cue.lines[-1][-1] in "。？、" and max(map(width, cue.lines)) <= 42 for cue in shown)
    assert not unreadable(shown)


def test_a_space_is_a_mark_in_a_script_without_spaces() -> None:
    before, after = "你好" * 5, "世界" * 16
    words = tuple(Word(c, i * 0.15, i * 0.15 + 0.15, 0.9) for i, c in enumerate(before + after))
    shown = cues([Segment(0.0, words[-1].end, f"{before} {after}", words)])
    assert [cue.lines[0] for cue in shown] == [before, after[:16]]


@given(st.text("กขเแ็่ำ今日はーっ。、a ", min_size=1, max_size=200), st.floats(0.1, 60))
def test_no_line_is_too_wide_in_scripts_without_spaces(text: str, seconds: float) -> None:
    shown = cues([Segment(0.0, seconds, "今" + text.replace("a", "今"))])
    assert all(width(line) <= 42 for cue in shown for line in cue.lines)
    assert "".join(line for cue in shown for line in cue.lines).replace(" ", "") == "今" + "".join(
        text.replace("a", "今").split()
    )


@given(transcripts(longest_word=100))
def test_a_word_longer_than_a_line_is_kept_whole_in_a_cue_of_its_own(segments: list[Segment]) -> None:
    shown = cues(segments)
    assert shown_words(shown) == [word for s in segments for word in s.text.split()]
    for cue in shown:
        assert cue.lines == (cue.lines[0],) or all(len(line) <= 42 for line in cue.lines)


def test_people_who_talk_at_once_have_cues_of_their_own() -> None:
    left = segment(spoken(0.0, "tôi nghĩ là chúng ta nên đi sớm"), 0)
    right = segment(spoken(0.5, "vâng đúng rồi"), 1)
    shown = cues([left, right])
    assert [(cue.channel, cue.lines) for cue in shown] == [(0, (left.text,)), (1, (right.text,))]
    assert shown[1].start < shown[0].end


def test_no_speech_has_no_cues() -> None:
    assert cues([]) == cues([Segment(0.0, 1.0, " ")]) == []


@given(st.lists(st.tuples(st.floats(0, 9), st.floats(0, 9), st.lists(st.floats(0, 9), max_size=9)), max_size=4))
def test_times_that_contradict_each_other_lose_no_word(heard: list[tuple[float, float, list[float]]]) -> None:
    segments = [
        Segment(start, end, "từ " * len(times), tuple(Word("từ", t, end, 0.9) for t in times))
        for start, end, times in heard
    ]
    shown = cues(segments)
    assert len(shown_words(shown)) == sum(len(times) for _, _, times in heard)
    assert all(cue.start < cue.end <= cue.start + 7000 for cue in shown)
    assert all(a.end <= b.start for a, b in pairwise(shown))
