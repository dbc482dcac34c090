"""What was heard again in its place in a transcript."""

import pytest

from stt.domain.edits.edition import Edition
from stt.domain.edits.lines import check_times, line_of
from stt.domain.edits.rehearing import reheard
from stt.domain.jobs.chunk import Span
from stt.domain.transcripts.transcript import Segment, Word


def segment(*said, **labels):
    words = tuple(Word(text, start, end, 0.9, speaker=labels.get("speaker")) for text, start, end in said)
    text = " ".join(word.word for word in words)
    return Segment(words[0].start, words[-1].end, text, words, **labels)


def document(*segments, **more):
    lines = [line_of(number, each) for number, each in enumerate(segments)]
    return {"segments": lines, "duration": 60.0} | more


def words_of(edition):
    return [word["word"] for line in edition.lines for word in line["words"]]


def again(machine, span, *heard, channel=None, edition=None):
    after = reheard(machine, edition or Edition.of(machine), span, {channel: heard})
    check_times(after.lines, after.lines)
    return after


SENTENCE = segment(("trucks", 7.16, 8.16), ("Most", 8.16, 8.36), ("of", 8.36, 8.56), ("the", 8.56, 8.68))


@pytest.mark.parametrize("start", [8.1, 8.36, 8.4, 8.5])
def test_words_keep_their_order_where_nobody_pauses_and_models_time_them_differently(start):
    after = again(document(SENTENCE), Span(8.1, 8.42), segment(("Many", start, start + 0.2), ("of", 8.42, 8.6)))
    assert words_of(after) == ["trucks", "Many", "of", "the"]


@pytest.mark.parametrize("end", [8.3, 8.45, 8.7])
def test_times_of_words_that_overlap_do_not_change_the_order_either(end):
    crowded = segment(("trucks", 7.16, 8.16), ("Most", 8.16, end), ("of", 8.2, 8.9), ("the", 8.56, 9.68))
    after = again(document(crowded), Span(8.0, 8.5), segment(("Many", 8.3, 8.5), ("of", 8.4, 9.0)))
    assert words_of(after) in (["trucks", "Many", "of", "the"], ["trucks", "Many", "the"])


def test_other_channels_stay_whole():
    machine = document(segment(("a", 1.0, 2.0), channel=0), segment(("b", 1.0, 2.0), channel=1))
    after = again(machine, Span(0.5, 2.5), segment(("c", 1.0, 2.0), channel=1), channel=1)
    assert [(line["channel"], line["text"], line["id"]) for line in after.lines] == [(1, "c", 2), (0, "a", 0)]


def test_what_people_said_of_speakers_stays_in_a_transcript_that_tells_none_apart():
    machine = document(segment(("a", 1.0, 2.0), ("b", 2.0, 3.0)), segment(("c", 4.0, 5.0)))
    lines = [line_of(0, segment(("a", 1.0, 2.0), ("b", 2.0, 3.0), speaker="S1")), machine["segments"][1]]
    edition = Edition(tuple(lines), duration=60.0)
    heard = segment(("x", 1.0, 2.0), ("y", 2.0, 3.0), ("z", 4.0, 5.0))
    after = again(machine, Span(0.5, 5.5), heard, edition=edition)
    assert [(line["text"], line.get("speaker")) for line in after.lines] == [("x y", "S1"), ("z", None)]


def test_a_segment_without_words_goes_or_stays_as_one():
    machine = document(Segment(1.0, 3.0, "a b"), Segment(4.0, 6.0, "c d"))
    after = again(machine, Span(3.5, 9.0), segment(("x", 4.5, 5.0)))
    assert [line["text"] for line in after.lines] == ["a b", "x"]


def test_where_nothing_is_heard_any_more_nothing_stands():
    after = again(document(SENTENCE), Span(8.1, 8.42))
    assert [(line["id"], line["text"]) for line in after.lines] == [(0, "trucks"), (1, "of the")]
