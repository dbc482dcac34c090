"""The account of every millisecond of a file: words, silence, or a gap. Pure."""

from collections.abc import Iterable, Sequence

from stt.domain.chunk import Span
from stt.domain.transcript import Coverage, Gap, Segment

TOLERANCE_MS = 500
"""Speech without words up to this long, between words, is breath or the edge of a word, not a gap."""

Millis = tuple[int, int]


def account(
    duration: float, speech: Iterable[Span], segments: Sequence[Segment], failed: Sequence[Gap]
) -> tuple[Coverage, tuple[Gap, ...]]:
    """Coverage of a file of `duration` seconds, and the gaps: failed windows and speech for which nothing was written.

    The parts are whole milliseconds and add up to the duration exactly.
    """
    total = _ms(duration)
    spoken = _union([(_ms(s.start), _ms(s.end)) for s in speech], total)
    words = _union([(_ms(s.start), _ms(s.end)) for s in segments], total)
    broken = _minus(_union([(_ms(g.start), _ms(g.end)) for g in failed], total), words)
    unheard = [piece for piece in _minus(_minus(spoken, words), broken) if piece[1] - piece[0] > TOLERANCE_MS]
    gap_ms, words_ms = _length(broken) + _length(unheard), _length(words)
    coverage = Coverage(
        speech=_length(spoken) / 1000,
        words=words_ms / 1000,
        silence=(total - words_ms - gap_ms) / 1000,
        suppressed=0.0,
        gap=gap_ms / 1000,
        ratio=_ratio(spoken, _union([*broken, *unheard], total)),
    )
    gaps = [*_named(broken, failed), *(Gap(a / 1000, b / 1000, "no_words") for a, b in unheard)]
    return coverage, tuple(sorted(gaps, key=lambda gap: gap.start))


def _ratio(spoken: Sequence[Millis], missing: Sequence[Millis]) -> float:
    length = _length(spoken)
    return round(_length(_minus(spoken, missing)) / length, 4) if length else 1.0


def _named(broken: Sequence[Millis], failed: Sequence[Gap]) -> list[Gap]:
    def reason(piece: Millis) -> str:
        return next((g.reason for g in failed if _ms(g.start) <= piece[0] < _ms(g.end)), "failed")

    return [Gap(piece[0] / 1000, piece[1] / 1000, reason(piece)) for piece in broken]


def _ms(seconds: float) -> int:
    return round(seconds * 1000)


def _length(pieces: Iterable[Millis]) -> int:
    return sum(end - start for start, end in pieces)


def _union(pieces: Iterable[Millis], total: int) -> list[Millis]:
    """The pieces within 0..total, sorted, without overlaps."""
    joined: list[Millis] = []
    for start, end in sorted((max(0, start), min(total, end)) for start, end in pieces):
        if end <= start:
            continue
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(joined[-1][1], end))
        else:
            joined.append((start, end))
    return joined


def _minus(pieces: Sequence[Millis], holes: Sequence[Millis]) -> list[Millis]:
    """What is left of `pieces` outside `holes`; both sorted and without overlaps."""
    left: list[Millis] = []
    remaining = iter(holes)
    hole = next(remaining, None)
    for start, end in pieces:
        while hole and hole[1] <= start:
            hole = next(remaining, None)
        while hole and hole[0] < end:
            if hole[0] > start:
                left.append((start, hole[0]))
            start = max(start, hole[1])  # noqa: PLW2901  the rest of the piece behind the hole
            if hole[1] >= end:
                break
            hole = next(remaining, None)
        if start < end:
            left.append((start, end))
    return left
