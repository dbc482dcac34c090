"""A span of a transcript that was heard again: its words replaced, all others as they were. Pure."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import count
from operator import itemgetter
from typing import Any

from stt.domain.edits.borders import Borders
from stt.domain.edits.document import turns_of
from stt.domain.edits.edition import Edition
from stt.domain.edits.lines import line_of
from stt.domain.edits.operations import Line
from stt.domain.jobs.chunk import Span
from stt.domain.merging.attribution import attributed_as_before
from stt.domain.transcripts.speakers import Turn
from stt.domain.transcripts.transcript import Segment, Word

Channel = int | None
NOBODY = ""
"""Stands for those who speak in lines of which nobody has said whose they are."""


def borders_of(edition: Edition, wanted: Span, channel: Channel) -> Borders:
    """Where a span of a channel is parted from what stays in an edition."""
    mine = (line for line in edition.lines if line.get("channel") == channel)
    return Borders.around(wanted, (word for line in mine for word in _words(Segment.from_dict(dict(line)))))


def reheard(
    machine: Mapping[str, Any], edition: Edition, wanted: Span, heard: Mapping[Channel, Sequence[Segment]]
) -> Edition:
    """An edition with what was heard again between two seconds, by channel, in the place of what stands there.

    Words outside stay as they are, and so does who speaks when. A line of which words stay on both sides is divided.
    """
    numbers = count(max((line["id"] for line in (*machine["segments"], *edition.lines)), default=-1) + 1)
    stays = [part for line in edition.lines for part in _left_of(line, wanted, heard.keys(), numbers)]
    # Of lines that begin at one moment those stand first which stay before the span, and last those behind it.
    placed = [(line["start"], 0 if line["start"] < wanted.start else 2, line) for line in stays]
    for channel, segments in heard.items():
        new = _clipped(segments, borders_of(edition, wanted, channel))
        spoken = _said_by_whom(machine, edition, channel, new)
        placed += [(segment.start, 1, line_of(next(numbers), segment)) for segment in spoken]
    return replace(edition, lines=tuple(line for *_, line in sorted(placed, key=itemgetter(0, 1))))


def _words(segment: Segment) -> Sequence[Word]:
    """Its words; a segment without any is as one."""
    return segment.words or (Word(segment.text, segment.start, segment.end, 1.0),)


def _left_of(line: Line, wanted: Span, channels: Iterable[Channel], numbers: Iterator[int]) -> Iterator[Line]:
    """What stays of a line: itself, a part before the span, one behind it, or nothing."""
    segment = Segment.from_dict(dict(line))
    parted = Borders.around(wanted, _words(segment))
    if line.get("channel") not in channels or not parted.inside:
        yield line
        return
    if parted.before:
        yield line_of(line["id"], replace(segment.keeping(parted.before), start=segment.start))
    if parted.behind:
        number = next(numbers) if parted.before else line["id"]
        yield line_of(number, replace(segment.keeping(parted.behind), end=max(segment.end, parted.behind[-1].end)))


def _clipped(segments: Sequence[Segment], borders: Borders) -> Iterator[Segment]:
    """The segments with those of their words that go into the span, none of which reaches over its ends."""
    chosen = {id(word) for word in borders.chosen([word for segment in segments for word in segment.words])}
    for segment in segments:
        kept = segment.keeping([word for word in segment.words if id(word) in chosen])
        if kept.words:
            words = tuple(_within(word, borders.room) for word in kept.words)
            yield replace(kept, start=words[0].start, end=words[-1].end, words=words)


def _within(word: Word, span: Span) -> Word:
    start, end = (min(max(moment, span.start), span.end) for moment in (word.start, word.end))
    return replace(word, start=start, end=end)


def _said_by_whom(
    machine: Mapping[str, Any], edition: Edition, channel: Channel, segments: Iterable[Segment]
) -> Iterable[Segment]:
    """The segments with who speaks when, as it was: by the words that stood there, and by the turns where none did."""
    mine = [Segment.from_dict(dict(line)) for line in edition.lines if line.get("channel") == channel]
    labels = {segment.speaker for segment in mine if segment.speaker}
    if not labels and "turns" not in machine:
        return segments
    said = [
        Turn(word.start, word.end, word.speaker or segment.speaker or NOBODY)
        for segment in mine
        for word in _words(segment)
    ]
    turns = [Turn(**turn) for turn in turns_of(machine, edition) if not labels or turn["speaker"] in labels]
    return map(_named, attributed_as_before(segments, said, turns))


def _named(segment: Segment) -> Segment:
    words = tuple(replace(word, speaker=word.speaker or None) for word in segment.words)
    return replace(segment, speaker=segment.speaker or None, words=words)
