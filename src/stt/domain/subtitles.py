"""Subtitles of a transcript: SubRip (SRT) and WebVTT. Pure."""

import html
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from stt.domain.transcript import Segment, Word

LINE_CHARACTERS = 42
LINES = 2
CUE_SECONDS = 7.0
"""A cue stays at most this long; what is spoken longer becomes several."""


@dataclass(frozen=True)
class Cue:
    """What stands on the screen from `start` to `end` (milliseconds from the start of the file)."""

    start: int
    end: int
    lines: tuple[str, ...]


@dataclass(frozen=True)
class _Piece:
    """A word with the space behind it as the text has it; seconds from the start of the file."""

    text: str
    start: float
    end: float


def cues(segments: Iterable[Segment]) -> list[Cue]:
    """The segments as cues of at most two lines of 42 characters and 7 s, in order and without overlap.

    No word is lost; one that is longer than a line has a cue of its own, as it is.
    """
    shown: list[Cue] = []
    for segment in segments:
        for group in _grouped(_pieces(segment)):
            earliest = shown[-1].end if shown else 0
            start = max(earliest, round(group[0].start * 1000))
            end = min(round(group[-1].end * 1000), start + round(CUE_SECONDS * 1000))
            shown.append(Cue(start, max(start + 1, end), _lines(group)))
    return shown


def srt(shown: Iterable[Cue]) -> str:
    """The cues as a SubRip file."""
    return "".join(f"{number}\n{_entry(cue, ',')}" for number, cue in enumerate(shown, 1))


def webvtt(shown: Iterable[Cue]) -> str:
    """The cues as a WebVTT file (w3.org/TR/webvtt1), what would read as markup escaped."""
    escaped = (replace(cue, lines=tuple(html.escape(line, quote=False) for line in cue.lines)) for cue in shown)
    return "WEBVTT\n\n" + "".join(_entry(cue, ".") for cue in escaped)


def _entry(cue: Cue, point: str) -> str:
    return "\n".join([f"{_clock(cue.start, point)} --> {_clock(cue.end, point)}", *cue.lines, "", ""])


def _clock(milliseconds: int, point: str) -> str:
    seconds, rest = divmod(milliseconds, 1000)
    return f"{seconds // 3600:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}{point}{rest:03d}"


def _pieces(segment: Segment) -> list[_Piece]:
    """The text of a segment word by word, each with its time."""
    text = " ".join(segment.text.split())
    return _timed_by_words(text, segment.words) or _timed_by_length(text, segment)


def _timed_by_words(text: str, words: Sequence[Word]) -> list[_Piece]:
    """The text cut where its words begin; nothing if the words are not those of the text."""
    places, after = [], 0
    for word in words:
        place = text.find(word.word, after)
        if place < 0 or text[after:place].strip():
            return []
        places.append(place)
        after = place + len(word.word)
    if text[after:].strip():
        return []
    cuts = pairwise([*places, len(text)])
    return [_Piece(text[a:b], w.start, w.end) for (a, b), w in zip(cuts, words, strict=True)]


def _timed_by_length(text: str, segment: Segment) -> list[_Piece]:
    """The text cut at its spaces, its time shared out by characters."""
    pace = (segment.end - segment.start) / max(1, len(text))
    pieces, place = [], 0
    for word in text.split():
        start = segment.start + place * pace
        pieces.append(_Piece(word + " ", start, start + len(word) * pace))
        place += len(word) + 1
    return pieces


def _grouped(pieces: Iterable[_Piece]) -> Iterator[list[_Piece]]:
    """As many pieces together as one cue can show."""
    group: list[_Piece] = []
    for piece in pieces:
        if group and not _fits([*group, piece]):
            yield group
            group = []
        group.append(piece)
    if group:
        yield group


def _fits(group: Sequence[_Piece]) -> bool:
    if group[-1].end - group[0].start > CUE_SECONDS:
        return False
    lines = _wrapped(group)
    return len(lines) <= LINES and all(len(line) <= LINE_CHARACTERS for line in lines)


def _wrapped(group: Sequence[_Piece]) -> list[str]:
    """The lines of a group, each filled before the next begins."""
    lines = [""]
    for piece in group:
        if lines[-1] and len((lines[-1] + piece.text).rstrip()) > LINE_CHARACTERS:
            lines.append("")
        lines[-1] += piece.text
    return [line.rstrip() for line in lines]


def _lines(group: Sequence[_Piece]) -> tuple[str, ...]:
    """The lines as shown: one if it is enough, else two that are as equal as the words allow."""
    filled = _wrapped(group)
    if len(filled) < LINES:
        return tuple(filled)
    texts = [piece.text for piece in group]
    breaks = [("".join(texts[:i]).rstrip(), "".join(texts[i:]).rstrip()) for i in range(1, len(texts))]
    return min(breaks, key=lambda pair: max(map(len, pair)))
