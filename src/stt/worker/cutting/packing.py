"""Which spans of speech share a window: as few windows as can be, since each costs an engine the same. Pure."""

import math
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from stt.domain.jobs.chunk import Span

LEAST_MARGIN_SECONDS = 0.2
"""What must be left of a pause where speech fills the window; the detector misses up to 0.15 s of a word."""
CLEAR_PAUSE_SECONDS = 0.3
"""A shorter pause may be the closure of a consonant, or the detector's mistake: a cut there is one inside speech."""
OVERLAP_SECONDS = 4.0
"""By how much windows overlap that part inside speech: what is near the cut is then far from the edges of both, and
engines mishear at edges."""
LARGEST_OVERLAP = 0.4
"""Part of the greatest length that an overlap takes at most; more would be heard thrice."""
LONGEST_PAUSE_SECONDS = 4.0
"""A longer silence ends a window: Whisper tends to invent words in it and to misjudge times behind it."""


class Group(NamedTuple):
    """Pieces that share a window, by the number of the first and of the last."""

    first: int
    last: int


def pieces_of(speech: Sequence[Span], longest: float) -> list[Span]:
    """Speech in pieces of at most `longest` seconds, parted by clear pauses, or overlapping where there is none."""
    return [piece for stretch in _stretches(speech) for piece in _parts(stretch, longest)]


def packed(pieces: Sequence[Span], longest: float, longest_pause: float = LONGEST_PAUSE_SECONDS) -> list[Group]:
    """The groups: as few as can be, of those the ones parted in the clearest pauses, of those the evenest.

    No group is longer than `longest` seconds, margins included, or has a pause of more than `longest_pause` in it.
    A pause with room for the least margins on both sides is as clear as a longer one.
    """
    plans = _plans(pieces, longest, longest_pause)
    groups, behind = [], len(pieces)
    while behind:
        groups.append(Group(plans[behind].first, behind - 1))
        behind = plans[behind].first
    return groups[::-1]


def fewest_windows(pieces: Sequence[Span], longest: float) -> list[int]:
    """How many windows each piece and all before it need."""
    return [plan.windows for plan in _plans(pieces, longest, LONGEST_PAUSE_SECONDS)[1:]]


class _Plan(NamedTuple):
    """How to group the pieces up to some piece; the less the better, from left to right."""

    windows: int
    unclear: float
    """Seconds that are missing in the pauses between groups."""
    unevenness: float
    first: int
    """Number of the first piece of the last group."""


def _plans(pieces: Sequence[Span], longest: float, longest_pause: float) -> list[_Plan]:
    """The best plan for the pieces up to each; that for none at all comes first."""
    plans = [_Plan(0, 0.0, 0.0, 0)]
    for last in range(len(pieces)):
        plans.append(
            min(_extended(plans, pieces, Group(first, last)) for first in _firsts(pieces, last, longest, longest_pause))
        )
    return plans


def _firsts(pieces: Sequence[Span], last: int, longest: float, longest_pause: float) -> Iterator[int]:
    """Where a group may begin that ends with piece `last`."""
    yield last
    for first in reversed(range(last)):
        too_long = pieces[last].end - pieces[first].start > longest - 2 * LEAST_MARGIN_SECONDS
        if too_long or _pause_before(pieces, first + 1) > longest_pause:
            return
        yield first


def _extended(plans: Sequence[_Plan], pieces: Sequence[Span], group: Group) -> _Plan:
    before = plans[group.first]
    missing = max(0.0, 2 * LEAST_MARGIN_SECONDS - _pause_before(pieces, group.first)) if group.first else 0.0
    length = pieces[group.last].end - pieces[group.first].start
    return _Plan(before.windows + 1, before.unclear + missing, before.unevenness + length**2, group.first)


def _pause_before(pieces: Sequence[Span], index: int) -> float:
    return pieces[index].start - pieces[index - 1].end


def _stretches(speech: Sequence[Span]) -> Iterator[Span]:
    """Speech from one clear pause to the next."""
    start = 0
    for number in range(1, len(speech) + 1):
        if number == len(speech) or _pause_before(speech, number) >= CLEAR_PAUSE_SECONDS:
            yield Span(speech[start].start, speech[number - 1].end)
            start = number


def _parts(stretch: Span, longest: float) -> Iterator[Span]:
    """The stretch, or equal parts of it that are short enough and overlap."""
    if stretch.duration <= longest:
        yield stretch
        return
    overlap = min(OVERLAP_SECONDS, LARGEST_OVERLAP * longest)
    count = math.ceil((stretch.duration - overlap) / (longest - overlap))
    step = (stretch.duration - overlap) / count
    for i in range(count):
        start = stretch.start + i * step
        yield Span(start, min(start + step + overlap, stretch.end))
