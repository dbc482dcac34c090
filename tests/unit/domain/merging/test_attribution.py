from hypothesis import given, settings
from hypothesis import strategies as st

from stt.domain.merging.attribution import attributed
from stt.domain.text.paragraphs import running_text
from stt.domain.transcripts.speakers import Turn
from stt.domain.transcripts.transcript import Segment, Word


def said(text, start=0.0, pace=0.5, pauses=()):
    """A segment whose words last `pace` each, with a pause of half a second behind those of these numbers."""
    words, at = [], start
    for number, word in enumerate(text.split()):
        words.append(Word(word, at, at + pace, 0.9))
        at += pace + (0.5 if number in pauses else 0.0)
    return Segment(words[0].start, words[-1].end, text, tuple(words))


def by(segments):
    return [(s.speaker, s.text) for s in segments]


def test_a_segment_is_cut_where_somebody_else_says_a_sentence():
    segment = said("Are you there? Yes I am here.")
    parts = attributed([segment], [Turn(0.0, 1.6, "S1"), Turn(1.6, 5.0, "S2")])
    assert by(parts) == [("S1", "Are you there?"), ("S2", "Yes I am here.")]
    assert [w.speaker for part in parts for w in part.words] == ["S1"] * 3 + ["S2"] * 4
    assert [(part.start, part.end) for part in parts] == [(0.0, 1.5), (1.5, 3.5)]


def test_a_change_that_is_heard_a_word_late_is_moved_to_where_the_sentence_ends():
    segment = said("Are you there? Yes I am here.")
    parts = attributed([segment], [Turn(0.0, 2.0, "S1"), Turn(2.0, 5.0, "S2")])
    assert by(parts) == [("S1", "Are you there?"), ("S2", "Yes I am here.")]


def test_one_word_in_the_midst_of_a_sentence_tears_nothing():
    segment = said("we went to the sea last week")
    turns = [Turn(0.0, 1.5, "S1"), Turn(1.5, 2.0, "S2"), Turn(2.0, 5.0, "S1")]
    assert by(attributed([segment], turns)) == [("S1", "we went to the sea last week")]


def test_one_word_between_pauses_is_whose_it_is():
    segment = said("we went yes to the sea", pauses=(1, 2))
    turns = [Turn(0.0, 1.2, "S1"), Turn(1.4, 2.1, "S2"), Turn(2.4, 5.0, "S1")]
    assert by(attributed([segment], turns)) == [("S1", "we went"), ("S2", "yes"), ("S1", "to the sea")]


def test_three_words_are_whose_they_are_without_a_mark_or_a_pause():
    segment = said("one two three four five six")
    turns = [Turn(0.0, 1.5, "S1"), Turn(1.5, 3.0, "S2")]
    assert by(attributed([segment], turns)) == [("S1", "one two three"), ("S2", "four five six")]


def test_words_where_nobody_was_heard_are_said_by_who_speaks_nearest():
    turns = [Turn(0.0, 1.0, "S1"), Turn(20.0, 21.0, "S2")]
    assert by(attributed([said("far away", 15.0)], turns)) == [("S2", "far away")]
    assert by(attributed([said("nobody")], [])) == [(None, "nobody")]


def test_a_segment_in_which_others_speak_as_well_is_marked():
    turns = [Turn(0.0, 3.0, "S1"), Turn(1.0, 1.6, "S2"), Turn(3.0, 9.0, "S1"), Turn(4.0, 4.2, "S2")]
    first, second = attributed([said("one two three four five six"), said("seven eight nine ten", 3.0)], turns)
    assert (first.overlap, second.overlap) == (True, False)


def test_a_text_without_words_or_with_others_is_one_persons():
    turns = [Turn(0.0, 1.0, "S1"), Turn(1.0, 5.0, "S2")]
    whole = Segment(0.0, 5.0, "no words here. none at all.")
    other = Segment(0.0, 5.0, "other words. than these.", said("one two. three four.").words)
    joined = Segment(0.0, 5.0, "do n't go. now go.", (Word("don", 0, 1, 1), Word("'t", 1, 2, 1)))
    for segment in (whole, other, joined):
        (part,) = attributed([segment], turns)
        assert (part.text, part.speaker) == (segment.text, "S2")


def test_scripts_without_spaces_are_cut_too():
    words = tuple(Word(c, n * 0.5, n * 0.5 + 0.5, 1.0) for n, c in enumerate("我来了。你好吗？"))
    segment = Segment(0.0, 4.0, "我来了。你好吗？", words)
    parts = attributed([segment], [Turn(0.0, 2.0, "S1"), Turn(2.0, 4.0, "S2")])
    assert by(parts) == [("S1", "我来了。"), ("S2", "你好吗？")]


MOMENTS = st.floats(0, 30, allow_nan=False)
TURNS = st.lists(st.tuples(MOMENTS, st.floats(0.1, 5), st.sampled_from(["S1", "S2", "S3"])), max_size=12)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.lists(st.sampled_from(["a", "b.", "c?", "d,"]), min_size=1, max_size=9), max_size=5), TURNS)
def test_no_word_changes_and_none_is_lost(lines, drawn):
    segments = [said(" ".join(line), start=6.0 * n) for n, line in enumerate(lines)]
    parts = attributed(segments, [Turn(start, start + length, speaker) for start, length, speaker in drawn])
    words = [(w.word, w.start, w.end) for s in segments for w in s.words]
    assert [(w.word, w.start, w.end) for part in parts for w in part.words] == words
    assert running_text(parts) == running_text(segments)
    assert all(len({w.speaker for w in part.words} | {part.speaker}) == 1 for part in parts)
