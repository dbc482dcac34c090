"""A transcript as it stands after some edits. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Self

from stt.domain.edits.operations import Line, Merge, Name, Operation, Restore
from stt.domain.transcripts.speakers import given_names


@dataclass(frozen=True)
class Edition:
    """Lines in order, and what people have said of speakers: names by label, and for whom somebody is taken."""

    lines: tuple[Line, ...]
    names: Mapping[str, str] = field(default_factory=dict)
    merged: Mapping[str, str] = field(default_factory=dict)
    duration: float = 0.0

    @classmethod
    def of(cls, document: Mapping[str, Any]) -> Self:
        """The machine's own, by its result document."""
        return cls(tuple(document["segments"]), given_names(document), duration=document["duration"])

    def who(self, label: str | None) -> str | None:
        """The label of the speaker that one is taken for."""
        while label is not None and label in self.merged:
            label = self.merged[label]
        return label

    def leading_from(self, base: "Edition") -> list[Operation]:
        """The operations that make this of `base`: as few lines as can be, whatever was done in between."""
        return [*_lines_between(base.lines, self.lines), *_speakers_between(base, self)]


def _lines_between(base: Sequence[Line], lines: Sequence[Line]) -> list[Operation]:
    runs = list(_runs(base, lines))
    there = {number for _, segments, _ in runs for number in segments}
    if any((there & {line["id"] for line in written}) - set(segments) for _, segments, written in runs):
        # A line has gone to another place: it must leave the one before it can come to the other.
        leave = [Restore(after, segments, ()) for after, segments, _ in runs if segments]
        return [*leave, *(Restore(after, (), written) for after, _, written in runs if written)]
    return [Restore(*run) for run in runs]


def _runs(base: Sequence[Line], lines: Sequence[Line]) -> Iterator[tuple[int | None, list[int], list[Line]]]:
    """Where the two differ: behind which line that both have, what is in the first, and what in the second."""
    places = {line["id"]: place for place, line in enumerate(base)}
    after, place, written = None, 0, list[Line]()
    for line in lines:
        found = places.get(line["id"], -1)
        if found < place or base[found] != line:
            written.append(line)
            continue
        if found > place or written:
            yield after, [other["id"] for other in base[place:found]], written
        after, place, written = line["id"], found + 1, []
    if place < len(base) or written:
        yield after, [other["id"] for other in base[place:]], written


def _speakers_between(base: Edition, target: Edition) -> Iterator[Operation]:
    for label in sorted({*base.names, *target.names}):
        if base.names.get(label) != target.names.get(label):
            yield Name(label, target.names.get(label))
    changed = [label for label, into in base.merged.items() if target.merged.get(label) != into]
    yield from (Merge(label, None) for label in changed)
    yield from (Merge(label, into) for label, into in target.merged.items() if base.merged.get(label) != into)
