"""Seams: every word of an overlap is in the merged text exactly once."""

from hypothesis import given
from hypothesis import strategies as st

from stt.domain.jobs.chunk import Span
from stt.domain.merging.merger import Piece, disputed_seams, merge
from stt.domain.transcripts.transcript import Segment, Word
from tests.unit.worker.spoken import say

OVERLAP = 1.6


def words_of(text: str, start: float = 0.0, seconds: float = 0.4) -> list[Word]:
    return [Word(w, start + i * seconds, start + (i + 1) * seconds, 0.9) for i, w in enumerate(text.split())]


def segment(words: list[Word]) -> tuple[Segment, ...]:
    if not words:
        return ()
    return (Segment(words[0].start, words[-1].end, " ".join(w.word for w in words), tuple(words)),)


def hear(truth: list[Word], audio: Span, jitter: float) -> list[Word]:
    """What an engine writes for a window: whole words as they are, words cut by its border as a torn piece."""
    heard = []
    for word in truth:
        if word.start >= audio.start and word.end <= audio.end:
            heard.append(word.shifted(jitter))
        elif word.end > audio.start + 0.15 and word.start < audio.end - 0.15:
            start, end = max(word.start, audio.start), min(word.end, audio.end)
            heard.append(Word(word.word[:1] + "-", start, end, 0.3))
    return heard


def text_of(segments: list[Segment]) -> list[str]:
    return [word.word for segment in segments for word in segment.words]


def pieces_of(truth: list[Word], cuts: list[float], jitters: list[float]) -> list[Piece]:
    borders = [0.0, *cuts, truth[-1].end]
    pieces = []
    for i, (start, end) in enumerate(zip(borders, borders[1:], strict=False)):
        audio = Span(max(0.0, start - OVERLAP / 2) if i else 0.0, end + OVERLAP / 2 if i + 2 < len(borders) else end)
        pieces.append(Piece(audio, Span(start, end), segment(hear(truth, audio, jitters[i % len(jitters)]))))
    return pieces


@given(
    lengths=st.lists(st.floats(0.16, 0.7), min_size=45, max_size=90),
    vocabulary=st.integers(1, 60),
    shift=st.floats(-0.7, 0.7),
    jitters=st.lists(st.floats(-0.08, 0.08), min_size=1, max_size=5),
)
def test_forced_cuts_neither_lose_nor_double_nor_tear_a_word(lengths, vocabulary, shift, jitters):
    truth, clock = [], 0.0
    for i, length in enumerate(lengths):
        truth.append(Word(f"w{i % vocabulary}", clock, clock + length, 0.9))
        clock += length
    cuts = [clock / 2 + shift] if clock < 12 else [clock / 3 + shift, 2 * clock / 3 + shift]
    merged = merge(pieces_of(truth, cuts, jitters))
    assert text_of(merged) == [w.word for w in truth]


def test_joining_without_regard_to_the_overlap_would_double_words():
    truth = words_of("một hai ba bốn năm sáu bảy tám chín mười")
    pieces = pieces_of(truth, [2.0], [0.0])
    naive = [w.word for piece in pieces for s in piece.segments for w in s.words]
    assert len(naive) > len(truth)
    assert text_of(merge(pieces)) == [w.word for w in truth]


def test_a_word_said_twice_on_purpose_stays_twice():
    truth = words_of("đi đi đi nhanh nhanh lên lên nào nào nào")
    assert text_of(merge(pieces_of(truth, [2.1], [0.0]))) == [w.word for w in truth]


def test_pieces_cut_in_silence_keep_every_word_even_beyond_their_border():
    left = Piece(Span(0, 10), Span(0, 10), segment([Word("late", 9.5, 10.05, 0.9)]))
    right = Piece(Span(10, 20), Span(10, 20), segment([Word("early", 9.98, 10.4, 0.9)]))
    assert text_of(merge([left, right])) == ["late", "early"]


def test_segments_come_in_order_and_do_not_overlap():
    truth = words_of("a b c d e f g h i j k l m n o p")
    merged = merge(pieces_of(truth, [3.1], [0.05, -0.05]))
    assert all(a.end <= b.start for a, b in zip(merged, merged[1:], strict=False))


def test_a_trimmed_segment_is_rewritten_without_the_words_it_lost():
    left = Piece(Span(0, 4), Span(0, 3), segment(words_of("one two three four five six seven eight nine ten")))
    right = Piece(Span(2, 6), Span(3, 6), segment(words_of("six seven eight nine ten eleven", 2.0)))
    merged = merge([left, right])
    assert " ".join(s.text for s in merged) == "one two three four five six seven eight nine ten eleven"
    assert all(s.text == " ".join(w.word for w in s.words) for s in merged)


def test_text_without_spaces_stays_without_spaces():
    characters = [Word(c, i * 0.4, i * 0.4 + 0.4, 0.9) for i, c in enumerate("今日は良い天気ですね")]
    whole = Segment(0.0, 4.0, "今日は良い天気ですね", tuple(characters))
    left = Piece(Span(0, 3), Span(0, 2), (whole,))
    right = Piece(Span(1.2, 4), Span(2, 4), (Segment(1.2, 4.0, "良い天気ですね", tuple(characters[3:])),))
    assert "".join(s.text for s in merge([left, right])) == "今日は良い天気ですね"


def test_only_sides_that_overlap_and_disagree_are_in_dispute():
    left = Piece(Span(0, 6), Span(0, 4.5), (say("a b c d e f g h", 2.0, pace=0.5),))
    same = Piece(Span(3, 9), Span(4.5, 9), (say("c d e f g h i j", 3.0, pace=0.5),))
    other = Piece(Span(3, 9), Span(4.5, 9), (say("c d x f g h i j", 3.0, pace=0.5),))
    behind = Piece(Span(6, 9), Span(6, 9), (say("y z", 6.0),))
    assert disputed_seams([left, same]) == []
    assert disputed_seams([left, other]) == [1]
    assert disputed_seams([left, behind]) == []
