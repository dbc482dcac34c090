"""Reading windows piece by piece, as Whisper does where it breaks off before the end."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from stt.domain.transcripts.decoding import Decoding
from stt.domain.transcripts.transcript import Segment
from stt.worker.constants import MIN_WINDOW_SECONDS
from stt.worker.transcriber.script import Script
from stt.worker.transcriber.words import Group, to_segments

MIN_STEP_SECONDS = 0.5
"""A decoder that wants to go on from so close to where it began would do so for ever."""


@dataclass(frozen=True)
class Piece:
    """What is left of window number `window` from second `start` on."""

    window: int
    start: float = 0.0


@dataclass(frozen=True)
class Heard:
    """What a decoder wrote for a piece, its words in order, and how it came to it; nothing where nobody spoke."""

    script: Script = field(default_factory=Script)
    groups: Sequence[Group] = ()
    decoding: Decoding = field(default_factory=Decoding)


def read(lengths: Sequence[float], hear: Callable[[list[Piece]], Sequence[Heard]]) -> list[tuple[Segment, ...]]:
    """Segments of windows of `lengths` seconds; `hear` is asked for all of them, then for what it left unfinished.

    Where a piece breaks off, its closed segments are kept and the rest is heard again from the last closed one.
    Where too little would be left or gained by that, what was written for the rest is kept instead.
    """
    segments: list[list[Segment]] = [[] for _ in lengths]
    pieces = [Piece(window) for window in range(len(lengths))]
    while pieces:
        heard = hear(pieces)
        rests = [_take(p, h, lengths[p.window], segments[p.window]) for p, h in zip(pieces, heard, strict=True)]
        pieces = [rest for rest in rests if rest is not None]
    return [tuple(found) for found in segments]


def _take(piece: Piece, heard: Heard, length: float, segments: list[Segment]) -> Piece | None:
    """Adds what is settled about a piece to its window's segments; gives the piece to hear next, if any."""
    script, seconds = heard.script, length - piece.start
    closed = [] if script.resume is None else list(to_segments(script.closed, heard.groups, seconds, heard.decoding))
    resume = _resumed(script.resume, closed, seconds)
    found = to_segments(script.spans, heard.groups, seconds, heard.decoding) if resume is None else closed
    segments += [segment.shifted(piece.start) for segment in found]
    return None if resume is None else Piece(piece.window, piece.start + resume)


def _resumed(wanted: float | None, closed: Sequence[Segment], seconds: float) -> float | None:
    """From where the rest of a piece of so many seconds is heard again, if it is worth that.

    That is where the decoder wants it, but behind the last closed segment, whose closing timestamp may be too early.
    """
    if wanted is None:
        return None
    resume = max([wanted, *(segment.end for segment in closed[-1:])])
    return resume if MIN_STEP_SECONDS <= resume <= seconds - MIN_WINDOW_SECONDS else None
