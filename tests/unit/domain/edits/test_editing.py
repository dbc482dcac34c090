"""Operations and their inverses, on any transcript."""

import time
from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stt.domain.edits.document import document_of, edition_of
from stt.domain.edits.editing import edited
from stt.domain.edits.edition import Edition
from stt.domain.edits.operations import (
    Insert,
    Join,
    Merge,
    Name,
    Remove,
    Restore,
    Speaker,
    Split,
    Text,
    Times,
    operation_of,
)
from stt.domain.errors import InvalidRequest
from stt.domain.text.paragraphs import paragraphs
from stt.domain.transcripts.transcript import Segment, Word

TEXTS = st.lists(st.sampled_from("xin chào các bạn 今日は Hà-Nội, a".split()), min_size=1, max_size=6).map(" ".join)
LABELS = st.sampled_from(["S1", "S2", "S3"])


@st.composite
def documents(draw):
    """The part of a result document that can be edited, of lines that follow one another."""
    lines, at = [], 0.0
    for number in range(draw(st.integers(0, 6))):
        speaker = draw(st.none() | LABELS)
        words = []
        for text in draw(st.lists(st.sampled_from("xin chào bạn các 今日 は".split()), max_size=6)):
            length = draw(st.integers(0, 900)) / 1000
            words.append(Word(text, round(at, 3), round(at + length, 3), 0.5, speaker=speaker))
            at += length + draw(st.sampled_from([0, 0.1]))
        start = words[0].start if words else round(at, 3)
        text = " ".join(word.word for word in words) or "không có từ"
        lines.append({"id": number, **Segment(start, round(at, 3), text, tuple(words), speaker=speaker).to_dict()})
        at += draw(st.sampled_from([0, 1.5]))
    text = paragraphs(map(Segment.from_dict, lines))
    return {"job_id": "j", "segments": lines, "text": text, "duration": round(at, 3), "gaps": []}


@st.composite
def operations(draw, document):
    """Any operations, most of which can be done."""
    number = st.integers(0, 9)
    seconds = st.integers(0, int(1000 * document["duration"]) + 1000).map(lambda ms: ms / 1000)
    after, who = st.none() | number, st.none() | LABELS
    kinds = (
        st.builds(Text, number, TEXTS),
        st.builds(Text, number, TEXTS | st.just(""), st.tuples(st.integers(0, 4), st.integers(0, 6))),
        st.builds(Times, number, seconds, seconds),
        st.builds(Speaker, st.lists(number, min_size=1, max_size=3), who),
        st.builds(Split, number, st.integers(0, 5), st.integers(0, 99)),
        number.flatmap(lambda first: st.builds(Join, st.just(first), st.just(first + 1))),
        st.builds(Insert, st.integers(0, 99), after, seconds, seconds, TEXTS, who),
        st.builds(Remove, st.lists(number, min_size=1, max_size=3)),
        st.builds(Name, LABELS, st.none() | st.sampled_from(["Lan", "Minh"])),
        st.builds(Merge, LABELS, who),
    )
    return draw(st.lists(st.one_of(kinds), max_size=8))


def done(edition, wanted):
    """As many of the operations as can be done, one by one, and the way back."""
    performed, inverse = [], []
    for operation in wanted:
        try:
            edition, back = edited(edition, [operation])
        except InvalidRequest as error:
            if error.error_code not in ("unknown_segment", "invalid_edit"):
                raise
            continue
        performed.append(operation)
        inverse = back + inverse
    return edition, performed, inverse


@given(st.data(), documents())
def test_what_is_done_can_be_undone_and_stored(data, document):
    machine = Edition.of(document)
    now, performed, inverse = done(machine, data.draw(operations(document)))
    stored = [operation_of(operation.to_dict()) for operation in performed]
    assert edited(machine, stored) == (now, inverse)
    assert edited(now, inverse)[0] == machine
    again, _, _ = done(now, data.draw(operations(document)))
    for base, target in ((machine, now), (now, machine), (machine, again), (now, again), (again, now)):
        assert edited(base, target.leading_from(base))[0] == target
    assert now.leading_from(now) == []


@given(st.data(), documents())
def test_times_stay_in_order_and_every_text_has_its_words(data, document):
    now, _, _ = done(Edition.of(document), data.draw(operations(document)))
    assert [a["start"] <= b["start"] for a, b in pairwise(now.lines)] == [True] * (
        len(now.lines) - 1 if now.lines else 0
    )
    assert len({line["id"] for line in now.lines}) == len(now.lines)
    for line in now.lines:
        assert 0 <= line["start"] <= line["end"]
        words, place = line["words"], 0
        assert all(a["start"] <= b["start"] for a, b in pairwise(words))
        for word in words:
            assert word["start"] <= word["end"]
            place = line["text"].index(word["word"], place) + len(word["word"])
        if words:
            assert "".join(line["text"].split()) == "".join(word["word"] for word in words)


@given(st.data(), documents())
def test_the_words_of_the_machine_stay_and_are_read_again_from_any_version(data, document):
    before = repr(document)
    machine = Edition.of(document)
    now, _, _ = done(machine, data.draw(operations(document)))
    changes = [operation.to_dict() for operation in now.leading_from(machine)]
    assert edition_of(document, changes) == now
    shown = document_of(document, now, 3)
    assert repr(document) == before
    assert shown["version"] == 3
    turns = shown.get("turns", [])
    for line in shown["segments"]:
        if line.get("speaker") and line["end"] > line["start"]:
            assert any(t["speaker"] == line["speaker"] and t["end"] > line["start"] for t in turns)
    assert all(a["start"] <= b["start"] for a, b in pairwise(turns))
    untouched = document_of(document, machine, 0)
    assert untouched["segments"] == document["segments"]
    assert untouched["text"] == document["text"]


def line(number, *words, speaker=None):
    said = tuple(Word(text, start, end, 0.4, speaker=speaker) for text, start, end in words)
    segment = Segment(said[0].start, said[-1].end, " ".join(w.word for w in said), said, speaker=speaker)
    return {"id": number, **segment.to_dict()}


TALK = Edition(
    (line(0, ("xin", 0, 1), ("chao", 1, 2), ("ban", 2, 3), speaker="S1"), line(1, ("tạm", 5, 6), ("biệt", 6, 7))),
    duration=9.0,
)


def words(edition, place=0):
    return [(w["word"], w["start"], w["end"], w["probability"]) for w in edition.lines[place]["words"]]


def test_a_word_that_is_corrected_keeps_its_time_and_the_others_all_they_had():
    now, _ = edited(TALK, [Text(0, "xin chào bạn")])
    assert words(now) == [("xin", 0, 1, 0.4), ("chào", 1, 2, 1.0), ("bạn", 2, 3, 1.0)]
    now, _ = edited(TALK, [Text(0, "chào các", (1, 2))])
    assert now.lines[0]["text"] == "xin chào các ban"
    assert words(now) == [("xin", 0, 1, 0.4), ("chào", 1, 1.571, 1.0), ("các", 1.571, 2, 1.0), ("ban", 2, 3, 0.4)]
    assert {word["speaker"] for word in now.lines[0]["words"]} == {"S1"}


def test_a_segment_that_is_split_and_joined_is_as_it_was_but_for_what_the_decoder_said():
    now, _ = edited(TALK, [Split(0, 1, 7), Speaker([7], "S2"), Join(0, 7)])
    assert now.lines[0]["text"] == TALK.lines[0]["text"]
    assert [word.get("speaker") for word in now.lines[0]["words"]] == ["S1", "S2", "S2"]


def test_a_segment_of_one_word_is_not_said_to_be_split_before_words_that_it_has_not():
    with pytest.raises(InvalidRequest, match=r"Segment 0 cannot be split: it is of one word\."):
        edited(TALK, [Text(0, "xin"), Split(0, 1, 7)])


def test_a_moved_segment_takes_its_words_with_it_and_a_shorter_one_holds_them():
    now, _ = edited(TALK, [Times(1, 6, 8)])
    assert words(now, 1) == [("tạm", 6, 7, 0.4), ("biệt", 7, 8, 0.4)]
    now, _ = edited(TALK, [Times(0, 0, 1.5)])
    assert words(now) == [("xin", 0, 1, 0.4), ("chao", 1, 1.5, 0.4), ("ban", 1.5, 1.5, 0.4)]


def test_a_speaker_is_named_and_merged_everywhere_and_told_apart_again():
    document = {
        "segments": list(TALK.lines),
        "duration": 9.0,
        "speakers": [{"id": "S1", "name": "Speaker 1"}, {"id": "S2", "name": "Speaker 2"}],
        "turns": [{"start": 0, "end": 3, "speaker": "S1"}, {"start": 4, "end": 8, "speaker": "S2"}],
    }
    now, _ = edited(Edition.of(document), [Name("S2", " Lan "), Merge("S1", "S2"), Speaker([1], "S3")])
    shown = document_of(document, now, 1)
    assert shown["speakers"] == [{"id": "S2", "name": "Lan"}, {"id": "S3", "name": "Speaker 3"}]
    assert shown["segments"][0]["speaker"] == shown["segments"][0]["words"][0]["speaker"] == "S2"
    assert shown["turns"] == [
        {"start": 0, "end": 3, "speaker": "S2"},
        {"start": 4, "end": 5, "speaker": "S2"},
        {"start": 5, "end": 7, "speaker": "S3"},
        {"start": 7, "end": 8, "speaker": "S2"},
    ]
    apart, _ = edited(now, [Merge("S1", None)])
    assert document_of(document, apart, 2)["segments"][0]["speaker"] == "S1"


@pytest.mark.parametrize(
    ("operation", "code"),
    [
        (Text(9, "a"), "unknown_segment"),
        (Text(0, " \x00 "), "invalid_edit"),
        (Text(0, "a" * 10_001), "invalid_edit"),
        (Text(0, "a", (2, 4)), "invalid_edit"),
        (Text(0, "", (0, 3)), "invalid_edit"),
        (Times(0, 2, 1), "invalid_edit"),
        (Times(0, float("nan"), 1), "invalid_edit"),
        (Times(1, -1, 1), "invalid_edit"),
        (Times(0, 6, 7), "invalid_edit"),
        (Split(0, 0, 5), "invalid_edit"),
        (Split(0, 3, 5), "invalid_edit"),
        (Split(0, 1, 1), "invalid_edit"),
        (Join(1, 0), "invalid_edit"),
        (Insert(1, 0, 3, 4, "a"), "invalid_edit"),
        (Insert(5, 0, 8, 9, "a"), "invalid_edit"),
        (Insert(5, 0, 3, 4, ""), "invalid_edit"),
        (Restore(0, [0], []), "invalid_edit"),
        (Restore(None, [], [TALK.lines[0]]), "invalid_edit"),
        (Restore(None, [0], [TALK.lines[0] | {"id": 7}] * 2), "invalid_edit"),
        (Name("Lan", "Lan"), "invalid_edit"),
        (Name("S1", ""), "invalid_edit"),
        (Merge("S1", "S1"), "invalid_edit"),
        (Speaker([0], "x"), "invalid_edit"),
    ],
)
def test_what_cannot_be_done_changes_nothing_and_names_the_operation(operation, code):
    with pytest.raises(InvalidRequest) as refusal:
        edited(TALK, [Name("S1", "Lan"), operation])
    assert (refusal.value.error_code, refusal.value.details["operation"]) == (code, 1)


def test_thousands_of_segments_are_given_to_a_speaker_in_one_go():
    count = 5000
    lines = tuple(line(number, ("a", number, number + 1)) for number in range(count))
    talk = Edition(lines, duration=count)
    began = time.process_time()
    now, inverse = edited(talk, [Speaker(range(count), "S1")])
    assert edited(now, inverse)[0] == talk
    assert time.process_time() - began < 5, "as long as the square of their number it would take a quarter of a minute"


def test_speakers_cannot_be_taken_for_one_another_in_a_ring():
    merged, _ = edited(TALK, [Merge("S1", "S2"), Merge("S2", "S3")])
    with pytest.raises(InvalidRequest):
        edited(merged, [Merge("S3", "S1")])
    assert replace(merged).who("S1") == "S3"


def test_a_line_that_went_to_another_place_is_led_there_too():
    now, _ = edited(TALK, [Remove([0]), Insert(0, 1, 8, 9, "cuối")])
    assert edited(TALK, now.leading_from(TALK))[0] == now
    assert edited(now, TALK.leading_from(now))[0] == TALK
