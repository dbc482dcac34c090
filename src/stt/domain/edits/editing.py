"""Doing operations, and what undoes them. Pure."""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from functools import singledispatch
from itertools import chain

from stt.domain.edits import lines
from stt.domain.edits.edition import Edition
from stt.domain.edits.lines import refused
from stt.domain.edits.operations import (
    Insert,
    Join,
    Line,
    Merge,
    Name,
    Operation,
    Remove,
    Restore,
    Speaker,
    Split,
    Text,
    Times,
)
from stt.domain.errors import InvalidRequest

_Change = Callable[[Line], Sequence[Line]]
MOST_NAME_CHARACTERS = 100
_LABEL = re.compile(r"S[1-9][0-9]{0,3}")


def edited(edition: Edition, operations: Iterable[Operation]) -> tuple[Edition, list[Operation]]:
    """An edition after all operations, and those that lead back to it, in the order in which they have to be done.

    Raises:
        InvalidRequest: codes `unknown_segment`, `invalid_edit`, with the number of the `operation`, from 0.
    """
    inverse: list[Operation] = []
    for number, operation in enumerate(operations):
        try:
            edition, back = _done(operation, edition)
        except InvalidRequest as error:
            error.details = {**error.details, "operation": number}
            raise
        inverse[:0] = back
    return edition, inverse


Edited = tuple[Edition, list[Operation]]
"""An edition, and what leads back from it."""


@singledispatch
def _done(operation: Operation, edition: Edition) -> Edited:
    raise TypeError(operation, edition)


@_done.register
def _text(operation: Text, edition: Edition) -> Edited:
    return _one(edition, operation.segment, lambda line: [lines.written(line, operation)])


@_done.register
def _times(operation: Times, edition: Edition) -> Edited:
    return _one(edition, operation.segment, lambda line: [lines.moved(line, operation)])


@_done.register
def _speaker(operation: Speaker, edition: Edition) -> Edited:
    _check_label(operation.speaker)
    return _each(edition, operation.segments, lambda line: [lines.spoken_by(line, operation.speaker)])


@_done.register
def _split(operation: Split, edition: Edition) -> Edited:
    return _one(edition, operation.segment, lambda line: lines.divided(line, operation.at, operation.new))


@_done.register
def _join(operation: Join, edition: Edition) -> Edited:
    place = _place(edition, operation.segment)
    if _place(edition, operation.following) != place + 1:
        raise refused(f"Segment {operation.following} does not stand behind segment {operation.segment}.")
    return _replaced(edition, place, 2, [lines.joined(*edition.lines[place : place + 2])])


@_done.register
def _insert(operation: Insert, edition: Edition) -> Edited:
    _check_label(operation.speaker)
    return _replaced(edition, _behind(edition, operation.after), 0, [lines.inserted(operation)])


@_done.register
def _remove(operation: Remove, edition: Edition) -> Edited:
    return _each(edition, operation.segments, lambda _: [])


@_done.register
def _restore(operation: Restore, edition: Edition) -> Edited:
    place, segments = _behind(edition, operation.after), list(operation.segments)
    if [line["id"] for line in edition.lines[place : place + len(segments)]] != segments:
        raise refused(f"The segments {segments} do not stand in a row behind {operation.after}.")
    return _replaced(edition, place, len(segments), operation.lines)


@_done.register
def _name(operation: Name, edition: Edition) -> Edited:
    speaker, name = operation.speaker, operation.name
    _check_label(speaker)
    names = {label: known for label, known in edition.names.items() if label != speaker}
    if name is not None:
        names[speaker] = lines.tidy(name)
        if not 0 < len(names[speaker]) <= MOST_NAME_CHARACTERS:
            raise refused(f"A name has 1 to {MOST_NAME_CHARACTERS} characters.")
    return replace(edition, names=names), [Name(speaker, edition.names.get(speaker))]


@_done.register
def _merge(operation: Merge, edition: Edition) -> Edited:
    speaker, into = operation.speaker, operation.into
    _check_label(speaker)
    _check_label(into)
    merged = {label: taken for label, taken in edition.merged.items() if label != speaker}
    if into is not None:
        if replace(edition, merged=merged).who(into) == speaker:
            raise refused(f"{into} is taken for {speaker} already.")
        merged[speaker] = into
    return replace(edition, merged=merged), [Merge(speaker, edition.merged.get(speaker))]


def _one(edition: Edition, segment: int, change: _Change) -> Edited:
    """One of the lines changed."""
    place = _place(edition, segment)
    return _replaced(edition, place, 1, change(edition.lines[place]))


def _each(edition: Edition, segments: Sequence[int], change: _Change) -> Edited:
    """Each of the lines changed for itself, in one go, as it may be thousands; none is moved or made by it."""
    wanted = {*segments}
    missing = wanted - {line["id"] for line in edition.lines}
    if missing:
        raise _unknown(min(missing))
    changed = [change(line) if line["id"] in wanted else (line,) for line in edition.lines]
    after = replace(edition, lines=tuple(chain.from_iterable(changed)))
    return after, edition.leading_from(after)


def _replaced(edition: Edition, place: int, count: int, new: Sequence[Line]) -> Edited:
    """Some lines replaced by others."""
    before, old, behind = edition.lines[:place], edition.lines[place : place + count], edition.lines[place + count :]
    new = tuple(new)
    added = [line["id"] for line in new]
    if taken := {line["id"] for line in (*before, *behind)} & {*added}:
        raise refused(f"There is a segment {min(taken)} already; give a new one a number that none has.")
    if len({*added}) < len(added):
        raise refused("Two segments would have one number.")
    lines.check_times((*before[-1:], *new, *behind[:1]), new)
    after = before[-1]["id"] if before else None
    return replace(edition, lines=before + new + behind), [Restore(after, added, old)]


def _place(edition: Edition, segment: int) -> int:
    for place, line in enumerate(edition.lines):
        if line["id"] == segment:
            return place
    raise _unknown(segment)


def _unknown(segment: int) -> InvalidRequest:
    return InvalidRequest(f"There is no segment {segment} in this version.", code="unknown_segment", segment=segment)


def _behind(edition: Edition, segment: int | None) -> int:
    return 0 if segment is None else _place(edition, segment) + 1


def _check_label(speaker: str | None) -> None:
    if speaker is not None and not _LABEL.fullmatch(speaker):
        raise refused(f"A speaker's label is S and a number, such as S1, not {speaker[:40]!r}.")
