"""The account of every millisecond of a file: words, silence, sound, suppressed, or a gap. Pure."""

import itertools
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from stt.domain.jobs.chunk import Span
from stt.domain.transcripts.coverage import Coverage
from stt.domain.transcripts.transcript import Gap, Segment, Suppressed

BESIDE_WORDS_MS = 40
"""Speech between two words is a gap from here on: alignment, which goes by steps of 20 ms, leaves none unless a word is
missing. In 11.5 minutes of people it left three places, and words were missing at all of them."""
AT_EDGE_MS = 64
"""Speech between a word and a pause is a gap from here on: two frames of the VAD, which tells no better where speech
begins and ends."""
ALONE_MS = 250
"""Speech in which no word begins or ends is a gap from here on: less of it is breath."""
LONGEST_BREAK_MS = 300
"""A pause between words of a segment up to this long belongs to them, where nobody speaks in it."""
NO_WORDS = "no_words"
"""Why a gap is one where nothing failed: nothing was written for speech, however it was heard."""

Millis = tuple[int, int]


@dataclass(frozen=True)
class Track:
    """What is known of one channel, or of all of them heard as one; times in the file.

    `speech` is where VAD heard somebody, `failed` what the engine could not do, `sound` where it is loud.
    """

    speech: Sequence[Span]
    segments: Sequence[Segment]
    suppressed: Sequence[Suppressed] = ()
    failed: Sequence[Gap] = ()
    channel: int | None = None
    sound: Sequence[Span] = ()


def account(duration: float, tracks: Sequence[Track], since: float = 0.0) -> tuple[Coverage, tuple[Gap, ...]]:
    """Coverage of a file of `duration` seconds, and the gaps: failed windows and speech for which nothing was written.

    The parts are whole milliseconds and add up to the duration exactly, or to what there is of it behind `since`.
    Where somebody speaks in one channel and not in another, the moment counts as what weighs more: words, then
    suppressed, gap, sound, silence. The ratio counts each channel's own speech. What VAD missed is sound, unless it is
    quiet: a detector that has gone deaf shows.
    """
    within = (_ms(since), max(_ms(since), _ms(duration)))
    sheets = [_Sheet.of(track, within) for track in tracks]
    words = _together([sheet.words for sheet in sheets], within)
    suppressed = _minus(_together([sheet.suppressed for sheet in sheets], within), words)
    gap = _minus(_minus(_together([sheet.missing for sheet in sheets], within), words), suppressed)
    taken = _union([*words, *suppressed, *gap], within)
    sound = _minus(_together([sheet.sound for sheet in sheets], within), taken)
    coverage = Coverage(
        speech=_length(_together([sheet.spoken for sheet in sheets], within)) / 1000,
        words=_length(words) / 1000,
        silence=(_length([within]) - _length(taken) - _length(sound)) / 1000,
        sound=_length(sound) / 1000,
        suppressed=_length(suppressed) / 1000,
        gap=_length(gap) / 1000,
        ratio=_ratio(sheets),
    )
    gaps = [found for sheet in sheets for found in sheet.gaps()]
    return coverage, tuple(sorted(gaps, key=lambda found: found.start))


@dataclass(frozen=True)
class _Sheet:
    """One track in milliseconds; no two of `words`, `suppressed`, `broken` and `unheard` overlap."""

    track: Track
    spoken: list[Millis]
    words: list[Millis]
    suppressed: list[Millis]
    broken: list[Millis]
    unheard: list[Millis]
    sound: list[Millis]

    @classmethod
    def of(cls, track: Track, within: Millis) -> "_Sheet":
        spoken = _union(_in_ms(track.speech), within)
        words = _union((word for segment in track.segments for word in _words(segment)), within)
        suppressed = _minus(_union(_in_ms(track.suppressed), within), words)
        broken = _minus(_minus(_apart(track.failed, within), words), suppressed)
        silent = _minus(_minus(_minus(spoken, words), suppressed), broken)
        unheard = list(_missing(silent, words))
        runs = _union((run for segment in track.segments for run in _runs(segment)), within)
        edges = _beside(_minus(silent, unheard), words)
        sound = _union(_in_ms(track.sound), within)
        runs = _minus(_minus(_minus(_union([*runs, *edges], within), suppressed), broken), unheard)
        return cls(track, spoken, runs, suppressed, broken, unheard, sound)

    @property
    def missing(self) -> list[Millis]:
        return sorted([*self.broken, *self.unheard])

    def gaps(self) -> Iterator[Gap]:
        for start, end in self.broken:
            yield Gap(start / 1000, end / 1000, self._reason(start), self.track.channel)
        for start, end in self.unheard:
            yield Gap(start / 1000, end / 1000, NO_WORDS, self.track.channel)

    def _reason(self, moment: int) -> str:
        return next(g.reason for g in self.track.failed if _ms(g.start) <= moment < _ms(g.end))


def _words(segment: Segment) -> Iterator[Millis]:
    return ((_ms(piece.start), _ms(piece.end)) for piece in segment.words or (segment,))


def _missing(silent: Sequence[Millis], words: Sequence[Millis]) -> Iterator[Millis]:
    """What of the speech without words is too long for that."""
    starts, ends = {start for start, _ in words}, {end for _, end in words}
    for start, end in silent:
        least = (ALONE_MS, AT_EDGE_MS, BESIDE_WORDS_MS)[(start in ends) + (end in starts)]
        if end - start > least:
            yield start, end


def _runs(segment: Segment) -> Iterator[Millis]:
    """The words of a segment without the pauses between them that are too long to belong to them."""
    if not segment.words:
        yield _ms(segment.start), _ms(segment.end)
        return
    start, clock = _ms(segment.start), _ms(segment.start)
    borders = [*((word.start, word.end) for word in segment.words), (segment.end, segment.end)]
    for begin, end in borders:
        if _ms(begin) - clock > LONGEST_BREAK_MS:
            yield start, clock
            start = _ms(begin)
        clock = max(clock, _ms(end))
    yield start, clock


def _beside(pieces: Sequence[Millis], words: Sequence[Millis]) -> list[Millis]:
    """The pieces that begin where words end, or end where some begin."""
    starts, ends = {start for start, _ in words}, {end for _, end in words}
    return [piece for piece in pieces if piece[0] in ends or piece[1] in starts]


def _ratio(sheets: Sequence[_Sheet]) -> float:
    spoken = sum(_length(sheet.spoken) for sheet in sheets)
    with_words = sum(_length(_minus(_minus(s.spoken, s.missing), s.suppressed)) for s in sheets)
    return round(with_words / spoken, 4) if spoken else 1.0


def _apart(failed: Sequence[Gap], within: Millis) -> list[Millis]:
    """The failed pieces in order, those that adjoin not joined: each has a reason of its own."""
    pieces: list[Millis] = []
    for gap in sorted(failed, key=lambda g: g.start):
        taken = _union(pieces, within)
        pieces += _minus(_union(_in_ms([gap]), within), taken)
    return sorted(pieces)


def _in_ms(pieces: Iterable[Span | Suppressed | Gap]) -> Iterator[Millis]:
    return ((_ms(piece.start), _ms(piece.end)) for piece in pieces)


def _together(many: Iterable[Iterable[Millis]], within: Millis) -> list[Millis]:
    return _union(itertools.chain.from_iterable(many), within)


def _ms(seconds: float) -> int:
    return round(seconds * 1000)


def _length(pieces: Iterable[Millis]) -> int:
    return sum(end - start for start, end in pieces)


def _union(pieces: Iterable[Millis], within: Millis) -> list[Millis]:
    """The pieces as far as they lie `within`, sorted, without overlaps."""
    joined: list[Millis] = []
    for start, end in sorted((max(within[0], start), min(within[1], end)) for start, end in pieces):
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
