"""The result document of an edited transcript. Pure."""

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from stt.domain.edits.editing import edited
from stt.domain.edits.edition import Edition
from stt.domain.edits.operations import Line, operation_of
from stt.domain.text.paragraphs import paragraphs
from stt.domain.transcripts.speakers import name_of
from stt.domain.transcripts.transcript import Segment

Document = Mapping[str, Any]


def edition_of(machine: Document, changes: Iterable[Mapping[str, Any]]) -> Edition:
    """The machine's transcript after changes that were stored."""
    return edited(Edition.of(machine), map(operation_of, changes))[0]


def document_of(machine: Document, edition: Edition, version: int) -> dict[str, Any]:
    """The machine's document with the lines, the text and the speakers of an edition.

    What it says of the audio, such as `coverage` and `gaps`, is what became of it in the machine's words.
    """
    lines = [_resolved(edition, line) for line in edition.lines]
    text = paragraphs(map(Segment.from_dict, lines))
    changed = {"text": text, "segments": lines, "version": version}
    return {**machine, **changed, **_told_apart(machine, edition, lines)}


def _resolved(edition: Edition, line: Line) -> dict[str, Any]:
    """A line whose speakers are those that they are taken for."""
    if not edition.merged or not line.get("speaker"):
        return dict(line)
    words = [
        {**word, "speaker": edition.who(word["speaker"])} if word.get("speaker") else word for word in line["words"]
    ]
    return {**line, "speaker": edition.who(line["speaker"]), "words": words}


def _told_apart(machine: Document, edition: Edition, lines: Sequence[Line]) -> dict[str, Any]:
    known = [speaker["id"] for speaker in machine.get("speakers", ())]
    spoken = [line["speaker"] for line in lines if line.get("speaker")]
    if "turns" not in machine and not spoken:
        return {}
    labels = dict.fromkeys(label for label in (*known, *spoken) if edition.who(label) == label)
    speakers = [{"id": label, "name": edition.names.get(label, name_of(label))} for label in labels]
    turns = [{**turn, "speaker": edition.who(turn["speaker"])} for turn in machine.get("turns", ())]
    return {"speakers": speakers, "turns": _agreeing(turns, lines)}


def turns_of(machine: Document, edition: Edition) -> list[dict[str, Any]]:
    """Who speaks when by their labels, whoever they are taken for, as it agrees with the lines of an edition."""
    return _agreeing([dict(turn) for turn in machine.get("turns", ())], edition.lines)


def _agreeing(turns: list[dict[str, Any]], lines: Sequence[Line]) -> list[dict[str, Any]]:
    """The turns, but where a line is of somebody who has none there: then it is a turn, and no other's."""
    place = 0
    corrected: list[Line] = []
    for line in (line for line in lines if line.get("speaker")):
        while place < len(turns) and turns[place]["end"] <= line["start"]:
            place += 1
        near = []
        for turn in turns[place:]:
            if turn["start"] >= line["end"]:
                break
            near.append(turn)
        if all(turn["speaker"] != line["speaker"] or turn["end"] <= line["start"] for turn in near):
            corrected.append(line)
    spoken = [{"start": line["start"], "end": line["end"], "speaker": line["speaker"]} for line in corrected]
    left = [part for turn in turns for part in _outside(turn, spoken)]
    return sorted([*left, *spoken], key=lambda turn: (turn["start"], turn["end"]))


def _outside(turn: dict[str, Any], spoken: Sequence[Line]) -> Iterator[dict[str, Any]]:
    """What is left of a turn between turns that begin in order."""
    longest = max((other["end"] - other["start"] for other in spoken), default=0.0)
    start = turn["start"]
    for other in spoken[bisect_left(spoken, start - longest, key=lambda other: other["start"]) :]:
        if other["start"] >= turn["end"]:
            break
        if other["start"] > start:
            yield {**turn, "start": start, "end": other["start"]}
        start = max(start, other["end"])
    if start < turn["end"]:
        yield {**turn, "start": start}
