"""The text of segments cut where a line may break, each piece with its place in time. Pure."""

import math
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import accumulate, groupby, pairwise
from operator import itemgetter

from stt.domain.text.scripts import is_unspaced
from stt.domain.transcripts.transcript import Segment, Word

READING_MS = 50
"""The time to read one character: 20 in a second."""

_BEGIN_NO_LINE = frozenset("ะาำๅฯະາຳぁぃぅぇぉっゃゅょゎゕゖァィゥェォッャュョヮヵヶ")
_END_NO_LINE = frozenset("เแโใไເແໂໃໄ")
_MARKS_AND_CLOSING = frozenset({"Mn", "Mc", "Me", "Lm", "Pe", "Pf", "Po"})
_OPENING = frozenset({"Ps", "Pi"})
_VIRAMA = 9
"""Combining class of the signs that join the letters on both sides."""


@dataclass(frozen=True)
class TimedText:
    """A word, or a part of one that a line may begin with, and the space behind it; milliseconds in the file."""

    text: str
    start: int
    end: int
    ends_segment: bool = False


@lru_cache(maxsize=1 << 14)
def width(text: str) -> int:
    """Characters as the eye counts them: wide ones (East Asian) are two, marks above or below others none."""
    if text.isascii():
        return len(text)
    return sum(_columns(character) for character in text)


def timed_text(segments: Iterable[Segment], widest: int) -> list[TimedText]:
    """All text of the segments, in order: no piece begins before the one in front of it ends.

    Pieces are what the engine called words, joined where they have no space between them but need one. A segment
    whose words are not those of its text is timed by its characters. In scripts without spaces that is done
    character by character, and with a word wider than `widest` too; any other word stays whole.
    """
    return _in_order([piece for segment in segments for piece in _pieces(segment, widest)])


def _columns(character: str) -> int:
    if unicodedata.category(character) in ("Mn", "Me"):
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1


def _pieces(segment: Segment, widest: int) -> list[TimedText]:
    text = " ".join(segment.text.split())
    if not text:
        return []
    whole = TimedText(text, _ms(segment.start), _ms(segment.end))
    pieces: list[TimedText] = []
    for piece in _by_words(text, segment.words, widest) or _by_length(whole):
        if pieces and not _may_break(pieces[-1].text[-1], piece.text[0]):
            pieces[-1] = replace(pieces[-1], text=pieces[-1].text + piece.text, end=piece.end)
        else:
            pieces.append(piece)
    pieces[-1] = replace(pieces[-1], text=pieces[-1].text + " ", ends_segment=True)
    return pieces


def _by_words(text: str, words: Sequence[Word], widest: int) -> list[TimedText]:
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
    pieces = [TimedText(text[a:b], _ms(w.start), _ms(w.end)) for (a, b), w in zip(cuts, words, strict=True) if a < b]
    return [part for piece in pieces for part in (_by_length(piece) if width(piece.text) > widest else [piece])]


def _by_length(whole: TimedText) -> list[TimedText]:
    """A text cut wherever a line may break, its time shared out by characters."""
    text = whole.text
    breaks = [place for place in range(1, len(text)) if _may_break(text[place - 1], text[place])]
    parts = [text[a:b] for a, b in pairwise([0, *breaks, len(text)])]
    return [TimedText(part, *times) for part, times in zip(parts, _shared(parts, whole.start, whole.end), strict=True)]


def _shared(texts: Sequence[str], start: int, end: int) -> list[tuple[int, int]]:
    """A start and an end for each text, by their characters."""
    pace = (end - start) / max(1, width("".join(texts).rstrip()))
    edges = accumulate((pace * width(text) for text in texts), initial=float(start))
    return [(round(edge), round(edge + pace * width(text.rstrip()))) for edge, text in zip(edges, texts, strict=False)]


def _may_break(before: str, after: str) -> bool:
    """Whether a line may end with the one character and the next begin with the other."""
    if before.isspace() or after.isspace():
        return before.isspace() and not after.isspace()
    if after in _BEGIN_NO_LINE or unicodedata.category(after) in _MARKS_AND_CLOSING:
        return False
    if before in _END_NO_LINE or unicodedata.category(before) in _OPENING or unicodedata.combining(before) == _VIRAMA:
        return False
    return is_unspaced(before) or is_unspaced(after)


def _in_order(pieces: Sequence[TimedText]) -> list[TimedText]:
    """The pieces without steps back in time."""
    starts = accumulate((piece.start for piece in pieces), max)
    moments = [(start, [p for _, p in run]) for start, run in groupby(zip(starts, pieces, strict=True), itemgetter(0))]
    later = [*(start for start, _ in moments[1:]), math.inf]
    runs = zip(moments, later, strict=False)
    return [piece for (start, run), latest in runs for piece in _side_by_side(run, start, latest)]


def _side_by_side(together: Sequence[TimedText], start: int, latest: float) -> list[TimedText]:
    """Pieces that begin at one moment share their time, or as much of the pause behind as they need to be read."""
    end = max(start, *(piece.end for piece in together))
    texts = [piece.text for piece in together]
    if len(together) > 1:
        end = max(end, start + READING_MS * sum(map(width, texts)))
    times = _shared(texts, start, int(min(end, latest)))
    return [replace(piece, start=a, end=b) for piece, (a, b) in zip(together, times, strict=True)]


def _ms(seconds: float) -> int:
    return round(seconds * 1000)
