"""What nobody said is left out and told; what somebody said stays."""

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stt.domain.jobs.chunk import Span
from stt.domain.transcripts.decoding import Decoding
from stt.domain.transcripts.transcript import Segment, Word
from stt.worker.suppression.phrases import letters
from stt.worker.suppression.suppression import OURS, Hallucinations, undoubted, unloop
from stt.worker.transcriber.pace import at_a_pace
from tests.unit.worker.spoken import say, texts, words_of

KNOWN = Hallucinations.load()
OUTRO = "Hãy subscribe cho kênh Ghiền Mì Gõ Để không bỏ lỡ những video hấp dẫn"
SPOKEN, SILENT = 0.05, 0.9
EVERYWHERE = [Span(0, 10_000)]


def heard(segments, no_speech):
    """The segments with what the engine says of each."""
    return [
        replace(segment, decoding=None if told is None else Decoding(no_speech_prob=told))
        for segment, told in zip(segments, no_speech, strict=True)
    ]


def hissing(_segment):
    """No voice."""
    return 0.0


def sift(*segments, language="vi", speech=EVERYWHERE, evidence=SPOKEN, known=KNOWN):
    kept, left_out = known.sift(heard(segments, [evidence] * len(segments)), language, speech, hissing)
    return heard(kept, [None] * len(kept)), left_out


@pytest.mark.parametrize(
    ("silence", "log_probability", "voiced", "stays"),
    [(0.6, -0.8, 0.3, False), (0.6, -0.8, 0.4, True), (0.6, -0.6, 0.0, True), (0.4, -1.2, 0.0, True)],
)
def test_what_the_engine_itself_does_not_believe_goes_unless_a_voice_is_heard(silence, log_probability, voiced, stays):
    said = replace(say("I put it on the right side"), decoding=Decoding(log_probability, silence))
    kept, left_out = KNOWN.sift([said], "en", EVERYWHERE, lambda _: voiced)
    assert (kept, [entry.text for entry in left_out]) == (([said], []) if stays else ([], [said.text]))


@pytest.mark.parametrize(
    "text",
    [
        OUTRO,
        "Hãy subscribe cho kênh La La School Để không bỏ lỡ những video hấp dẫn",
        "Hãy đăng kí cho kênh lalaschool để không bỏ lỡ những video hấp dẫn.",
        "Cảm ơn các bạn đã theo dõi và hẹn gặp lại.",
        "Hẹn gặp lại các bạn trong những video tiếp theo nhé!",
        "Đừng quên đăng ký kênh!",
        "Phụ đề được thực hiện bởi cộng đồng Amara.org",
        "Thanks for watching!",
    ],
)
def test_a_known_hallucination_in_silence_is_left_out_however_sure_the_engine_is(text):
    segment = say(text, 20.0, probability=0.95)
    kept, left_out = sift(segment, speech=[Span(0.0, 19.0)])
    assert kept == []
    assert [(s.start, s.end, s.text, s.reason) for s in left_out] == [(20.0, segment.end, text, "hallucination")]


def test_the_same_sentence_really_spoken_stays():
    segment = say(OUTRO)
    assert sift(segment) == ([segment], [])


def test_a_filter_that_looks_at_the_text_alone_deletes_what_was_said():
    """Negative control: the way it is commonly done."""

    def naive(segments):
        return [
            s for s in segments if not any(letters(mark) in letters(s.text) for mark in ("subscribe", "đăng ký kênh"))
        ]

    said = say("Nhớ đăng ký kênh nhé, tôi nói với khán giả như vậy")
    assert naive([said]) == []
    assert sift(said)[0] == [said]


@pytest.mark.parametrize(
    ("changes", "speech", "evidence", "survives"),
    [
        ({}, EVERYWHERE, None, True),
        ({"probability": 0.3}, EVERYWHERE, SPOKEN, True),
        ({}, EVERYWHERE, SILENT, True),
        ({"pace": 0.05}, EVERYWHERE, SPOKEN, True),
        ({"pace": 2.0}, EVERYWHERE, SPOKEN, True),
        ({}, [Span(0.0, 1.0)], SPOKEN, True),
        ({"probability": 0.3}, EVERYWHERE, SILENT, False),
        ({"probability": 0.3}, [Span(0.0, 1.0)], SPOKEN, False),
        ({"pace": 0.05}, EVERYWHERE, SILENT, False),
        ({"pace": 0.05, "probability": 0.3}, EVERYWHERE, None, False),
        ({"pace": 2.0, "probability": 0.3}, EVERYWHERE, None, False),
        ({}, [Span(0.0, 0.4)], None, False),
        ({}, [], None, False),
    ],
)
def test_one_weak_sign_is_not_enough_and_two_are(changes, speech, evidence, survives):
    segment = say("Cảm ơn các bạn đã theo dõi và hẹn gặp lại", **changes)
    kept, left_out = sift(segment, speech=speech, evidence=evidence)
    assert (kept == [segment], left_out == []) == (survives, survives)


def test_thanks_need_more_than_that_and_to_stand_alone():
    sure, unsure = say("Thank you.", 5.0), say("Thank you.", 5.0, probability=0.3)
    assert sift(unsure, language="en", evidence=SILENT)[0] == [unsure]
    assert sift(sure, language="en", speech=[])[0] == [sure]
    assert sift(unsure, language="en", speech=[])[0] == []
    assert sift(sure, language="en", evidence=SILENT, speech=[])[0] == []
    longer = say("Thank you for your letter.", 5.0, probability=0.3)
    assert sift(longer, language="en", evidence=SILENT, speech=[])[0] == [longer]


def test_an_hallucination_in_the_midst_of_speech_leaves_both_sides():
    before, after = "xin chào các bạn", "hôm nay trời đẹp"
    said = say(f"{before} {OUTRO} {after}", channel=1, language="vi")
    first = say(before)
    silent = Span(first.end, first.end + 0.25 * len(OUTRO.split()))
    kept, left_out = sift(said, speech=[Span(0, silent.start), Span(silent.end, said.end)])
    assert texts(kept) == [before, after]
    assert texts(left_out) == [OUTRO]
    assert {s.channel for s in [*kept, *left_out]} == {1}
    assert [(s.start, s.end) for s in kept] == [(0.0, silent.start), (silent.end, said.end)]


def test_the_language_is_the_segments_own_where_it_says_one():
    german = say("Vielen Dank fürs Zuschauen", language="de")
    assert sift(german, language="vi", speech=[])[0] == []
    assert sift(say("Vielen Dank fürs Zuschauen"), language="vi", speech=[])[1] == []
    assert sift(say("Thanks for watching!"), language="und", speech=[])[0] == []


def test_characters_are_words_where_nobody_writes_spaces():
    said = say("今天天气好请不吝点赞订阅转发打赏支持明镜与点点栏目", spaced=False)
    kept, left_out = sift(said, language="zh", speech=[Span(0, 5 * 0.25 - 0.2)])
    assert texts(kept) == ["今天天气好"]
    assert texts(left_out) == ["请不吝点赞订阅转发打赏支持明镜与点点栏目"]


def test_a_segment_without_words_is_left_as_it_is():
    bare = Segment(0.0, 1.0, "Thanks for watching!")
    assert sift(bare, language="en", speech=[]) == ([bare], [])


def test_an_operator_adds_and_removes(tmp_path):
    (tmp_path / "vi.txt").write_text("nhạc nền vui nhộn\n- Đừng quên đăng ký kênh\n", "utf-8")
    known = Hallucinations.load(tmp_path)
    segments = say("nhạc nền vui nhộn"), say("đừng quên đăng ký kênh", 3.0), say("ghiền mì gõ", 6.0)
    assert texts(sift(*segments, speech=[], known=known)[1]) == ["nhạc nền vui nhộn", "ghiền mì gõ"]
    assert texts(sift(*segments, speech=[])[1]) == ["đừng quên đăng ký kênh", "ghiền mì gõ"]


LINES = [
    pytest.param(path.stem, line, id=f"{path.stem} {line}")
    for path in sorted(OURS.glob("*.txt"))
    for line in map(str.strip, Path(path).read_text("utf-8").splitlines())
    if line and not line.startswith("#")
]


@pytest.mark.parametrize(("language", "line"), LINES)
def test_every_line_of_ours_finds_itself(language, line):
    text = line.removeprefix("=").replace("…", "Tên Của Ai").strip()
    assert sift(say(text, probability=0.2), language=language, speech=[])[0] == []


def test_no_line_of_ours_stands_there_twice():
    for phrases in KNOWN.phrases.values():
        assert len({phrase.parts for phrase in phrases}) == len(phrases)


# Loops


def repeated(phrase, times, **how):
    return say(" ".join([phrase] * times), **how)


@pytest.mark.parametrize("phrase", ["không", "cảm ơn", "xin chào các bạn", "một hai ba bốn năm sáu bảy tám chín mười"])
@pytest.mark.parametrize("how", [{"pace": 0.02}, {"probability": 0.3}, {"pace": 0.0}])
def test_a_loop_is_said_once(phrase, how):
    kept, left_out = unloop([repeated(phrase, 6, **how)])
    assert texts(kept) == [phrase]
    assert texts(left_out) == [" ".join([phrase] * 5)]
    assert {s.reason for s in left_out} == {"loop"}


@pytest.mark.parametrize("pace", [0.15, 0.25, 0.6])
def test_who_really_says_no_four_times_is_heard_four_times(pace):
    said = say("không không không không tôi không đi", pace=pace)
    assert unloop([said]) == ([said], [])


def test_collapsing_whatever_repeats_would_take_words_out_of_a_mouth():
    """Negative control: the way it is commonly done."""

    def naive(words):
        return [word for i, word in enumerate(words) if not i or word != words[i - 1]]

    said = say("không không không không")
    assert len(naive([word.word for word in said.words])) == 1
    assert words_of(unloop([said])[0]) == list(said.words)


def test_three_times_is_no_loop_and_four_times_is():
    three, four = (repeated("vâng", times, pace=0.01, probability=0.1) for times in (3, 4))
    assert unloop([three]) == ([three], [])
    assert texts(unloop([four])[0]) == ["vâng"]


def test_a_loop_may_run_over_segments_of_one_channel():
    mine = [say("Thanks for watching!", i * 5.0, probability=0.3, channel=0) for i in range(5)]
    others = [say("vâng", i * 5.0 + 2, channel=1) for i in range(5)]
    together = [segment for pair in zip(mine, others, strict=True) for segment in pair]
    kept, left_out = unloop(together)
    assert kept == [mine[0], *others]
    assert texts(left_out) == ["Thanks for watching!"] * 4
    assert {s.channel for s in left_out} == {0}


def test_what_comes_before_and_behind_a_loop_stays():
    said = say("tôi nói là " + "tr " * 8 + "rồi đi về", probability=0.4)
    kept, left_out = unloop([said])
    assert texts(kept) == ["tôi nói là tr", "rồi đi về"]
    assert texts(left_out) == ["tr tr tr tr tr tr tr"]


def test_half_of_the_words_without_a_time_is_a_loop():
    words = tuple(Word("la", i * 0.4, i * 0.4 + 0.4, 0.9, timed=bool(i % 2)) for i in range(9))
    kept, _ = unloop([Segment(0, 3.6, " ".join("la" for _ in words), words)])
    assert texts(kept) == ["la"]


LOOPED = "tôi la la la la la la rồi"


def in_time_of(segment, timed=None):
    """Words that alignment put on one moment, with the time that the rest of their segment left them."""
    paced = at_a_pace(segment.words, segment.end)
    return replace(segment, words=tuple(w if timed is None else replace(w, timed=timed) for w in paced))


def on_one_moment():
    words = say(LOOPED, pace=0.3).words
    return Segment(0, 3.0, LOOPED, tuple(replace(w, start=0.3, end=0.3) if w.word == "la" else w for w in words))


def test_words_that_were_given_a_time_are_still_a_loop():
    kept, left_out = unloop([in_time_of(on_one_moment())])
    assert texts(kept) == ["tôi la", "rồi"]
    assert texts(left_out) == ["la la la la la"]


def test_their_length_alone_would_not_tell():
    """Negative control: a time that was shared out taken for one that was found."""
    said = in_time_of(on_one_moment(), timed=True)
    assert unloop([said]) == ([said], [])


# For any segments


VOCABULARY = ["xin", "chào,", "không", "hoà", "khỏe", "Amara.org", "video", "—", "you", "kênh"]
PIECES = [*VOCABULARY, OUTRO, "Thanks for watching!", "đừng quên đăng ký kênh", "không không không không", "cảm ơn"]


PROBABILITIES, PACES = st.floats(0, 1), st.floats(0, 0.6)


@st.composite
def recordings(draw, probabilities=PROBABILITIES, paces=PACES):
    """Segments in order of time, with hallucinations and repeats among them."""
    segments, clock = [], 0.0
    for _ in range(draw(st.integers(0, 5))):
        words = []
        clock += draw(st.floats(0, 3))
        start = clock
        for piece in " ".join(draw(st.lists(st.sampled_from(PIECES), min_size=1, max_size=6))).split():
            begin, clock = clock, clock + draw(paces)
            words.append(Word(piece, begin, clock, draw(probabilities)))
        segments.append(Segment(start, clock, " ".join(w.word for w in words), tuple(words)))
    return segments


TIMES = st.floats(0, 30)
SPEECH = st.lists(st.tuples(TIMES, TIMES).map(sorted).map(lambda p: Span(*p)), max_size=5)
NO_SPEECH = st.none() | st.floats(0, 1)


def in_order(kept, left_out):
    """The texts of both, in order of time; of equal times the longer is the later."""
    return " ".join(e.text for e in sorted([*kept, *left_out], key=lambda e: (e.start, e.end))).split()


@given(recordings(), SPEECH, st.lists(NO_SPEECH, min_size=5, max_size=5), st.sampled_from(["vi", "en", "zh", "und"]))
def test_nothing_is_ever_silently_gone(segments, speech, no_speech, language):
    kept, invented = KNOWN.sift(heard(segments, no_speech[: len(segments)]), language, speech, hissing)
    kept, looped = unloop(kept)
    said = [word.word for word in words_of(segments)]
    assert sorted(in_order(kept, [*invented, *looped])) == sorted(said)
    remaining = iter(words_of(segments))
    assert all(any(word is other for other in remaining) for word in words_of(kept))
    assert all(s.text == " ".join(w.word for w in s.words) for s in kept)


@given(recordings(paces=st.floats(0.13, 0.6)), SPEECH)
def test_words_and_what_is_left_out_are_the_words_in_order(segments, speech):
    kept, left_out = KNOWN.sift(heard(segments, [SILENT] * len(segments)), "vi", speech, hissing)
    assert in_order(kept, left_out) == [word.word for word in words_of(segments)]


@given(recordings(st.floats(0.5, 1), st.floats(0.14, 0.6)), st.sampled_from([None, 0.0, 0.49]))
def test_strong_evidence_never_suppresses(segments, no_speech):
    segments = heard(segments, [no_speech] * len(segments))
    assert KNOWN.sift(segments, "vi", EVERYWHERE, hissing) == (segments, [])
    assert unloop(segments) == (segments, [])


@given(
    st.sampled_from([OUTRO, "Thanks for watching!", "Đừng quên đăng ký kênh"]),
    st.lists(st.sampled_from(VOCABULARY[:4]), max_size=3),
    st.lists(st.sampled_from(VOCABULARY[:4]), max_size=3),
    st.floats(0, 0.49),
    st.floats(0.5, 1),
)
def test_weak_evidence_with_a_known_phrase_always_does(phrase, before, after, probability, no_speech):
    said = say(" ".join([*before, phrase, *after]), probability=probability)
    kept, left_out = sift(said, evidence=no_speech)
    assert texts(left_out) == [phrase]
    assert [word.word for word in words_of(kept)] == [*before, *after]


@given(st.lists(st.text("abcđêx", min_size=1, max_size=5), min_size=1, max_size=30), st.floats(0, 1), st.floats(0, 2))
def test_unknown_text_is_never_touched(words, probability, pace):
    said = say(" ".join(words), probability=probability, pace=pace)
    assert sift(said, speech=[], evidence=SILENT) == ([said], [])


def stuttered(timed, probability):
    """A phrase of two words said twice; the third word is as likely as told."""
    said = say("vàng trạm vàng trạm triệu", pace=0.3)
    words = list(said.words)
    words[2] = replace(words[2], timed=timed, probability=probability)
    return said.keeping(words)


def test_twice_is_a_loop_where_a_word_of_the_second_time_has_neither_a_time_nor_a_chance():
    kept, left_out = unloop([stuttered(False, 0.0)])
    assert [word.word for word in words_of(kept)] == ["vàng", "trạm", "triệu"]
    assert [(s.text, s.reason) for s in left_out] == [("vàng trạm", "loop")]


@pytest.mark.parametrize(("timed", "probability"), [(True, 0.0), (False, 0.4), (True, 0.9)])
def test_what_is_said_twice_stays_where_either_sign_is_missing(timed, probability):
    said = stuttered(timed, probability)
    assert unloop([said]) == ([said], [])


# Doubt


def with_one_untimed(segment, number):
    words = list(segment.words)
    words[number] = replace(words[number], timed=False)
    return segment.keeping(words)


def test_a_phrase_that_stands_three_times_and_was_not_found_all_of_them_is_in_doubt():
    said = with_one_untimed(repeated("hotel january", 3), 4)
    kept, left_out = undoubted([said])
    assert (texts(kept), texts(left_out)) == (["hotel january"], ["hotel january hotel january"])


@pytest.mark.parametrize(("phrase", "times"), [("hotel january", 2), ("một hai ba", 2)])
def test_what_people_repeat_is_in_no_doubt(phrase, times):
    said = with_one_untimed(repeated(phrase, times), 1)
    assert undoubted([said]) == ([said], [])


def test_who_says_no_four_times_keeps_all_of_them():
    said = with_one_untimed(repeated("không", 4), 1)
    assert undoubted([said]) == ([said], [])


@given(recordings())
def test_what_alignment_found_is_never_left_out(segments):
    assert undoubted(segments) == (segments, [])


def said_again_in(seconds):
    """Three words, the second like the first and so many seconds long."""
    said = say("vàng vàng triệu")
    first, second, last = said.words
    return said.keeping([first, replace(second, end=second.start + seconds), last])


def test_what_is_said_again_where_there_is_hardly_room_is_never_left_out_for_it():
    squeezed = said_again_in(0.08)
    assert undoubted([squeezed]) == ([squeezed], [])
    untimed = with_one_untimed(say("đường bảy đường bảy gà"), 3)
    assert undoubted([untimed]) == ([untimed], [])
