"""One text out of two that overlap, because the speech around a cut was heard from both of its sides. Pure."""

import itertools
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from statistics import mean

from stt.domain.jobs.chunk import Span
from stt.domain.transcripts.transcript import Word

SAME_WORD_SECONDS = 0.4
"""Two sides of a seam hear the same word if its middle differs by no more than this."""
MISTIMED_SECONDS = 1.5
"""The same where they disagree and this pairs `MISTIMED_WORDS` more: an engine that hears right may still time a whole
phrase at the edge of its window a syllable or two early, and more where it repeats itself behind it."""
MISTIMED_WORDS = 2
EDGE_SECONDS = 0.25
"""The middle of a word torn by the end of a side's audio is this close to it, mostly: no reason to doubt the other."""
WORD_SECONDS = 0.6
"""The middle of a long word that is torn may be this far from the end: no reason to believe it either."""

Pair = tuple[Word, Word]
Pairs = Sequence[Pair]


@dataclass(frozen=True)
class Hearing:
    """What a further decoding of `audio`, which holds the cut, gave; times in the file."""

    audio: Span
    words: Sequence[Word]

    @property
    def clear(self) -> Span:
        """Where its words are whole."""
        return Span(self.audio.start + WORD_SECONDS, self.audio.end - WORD_SECONDS)


Hearings = Sequence[Hearing]
"""Those of one cut, the one in whose middle it lies first."""


@dataclass(frozen=True)
class Seam:
    """What both sides of a cut heard in their `overlap`, in order; times in the file."""

    before: Sequence[Word]
    after: Sequence[Word]
    overlap: Span
    cut: float

    def joined(self, again: Hearings = ()) -> tuple[list[Word], list[Word]]:
        """What was said, each word once: the part that replaces `before`, and the part that replaces `after`.

        The text changes sides at a word that both heard. Where they disagree, the side that owns the place is
        believed, unless more of the further hearings of it, `again`, bear out the other.
        """
        pairs, border = self._agreed()
        if not pairs:
            return self._bridged(again[0].words) if again else self._parted()
        sides: tuple[list[Word], list[Word]] = ([], [])
        for number, passage in enumerate(self._passages(pairs)):
            side = 0 if number <= border else 1
            believed = passage.believed(side, again, self._clear)
            sides[side].extend(passage.words[believed])
            if number < len(pairs):
                sides[side].append(pairs[number][believed])
        return sides

    @property
    def is_in_doubt(self) -> bool:
        """Whether one side heard a word, well inside the overlap, that the other did not."""
        paired = [word for pair in self._pairs for word in pair]
        alone = (word for word in (*self.before, *self.after) if not any(word is other for other in paired))
        return any(lies_in(word, self._clear) for word in alone)

    def _agreed(self) -> tuple[Pairs, int]:
        """The words that both heard, and which of them the text changes sides at."""
        mistimed = aligned(self.before, self.after, MISTIMED_SECONDS) if self.is_in_doubt else []
        if len(mistimed) < len(self._pairs) + MISTIMED_WORDS:
            return self._pairs, self._nearest(self._pairs)
        before_is_lost, after_is_lost = (not all(w.timed for w in side) for side in (self.before, self.after))
        if before_is_lost == after_is_lost:
            return mistimed, self._nearest(mistimed)
        return mistimed, 0 if before_is_lost else len(mistimed) - 1

    def _nearest(self, pairs: Pairs) -> int:
        """A pair near the cut about whose time both agree: where a side is mistimed, words would else change order."""
        middles = [sum(word.midpoint for word in pair) / 2 for pair in pairs]
        strangeness = [abs(middle - self.cut) + 2 * _apart(*pair) for middle, pair in zip(middles, pairs, strict=True)]
        return min(range(len(pairs)), key=strangeness.__getitem__, default=0)

    @cached_property
    def _pairs(self) -> Pairs:
        """The words that both heard at the same time."""
        return aligned(self.before, self.after)

    @property
    def _clear(self) -> Span:
        return Span(self.overlap.start + EDGE_SECONDS, self.overlap.end - EDGE_SECONDS)

    def _passages(self, pairs: Pairs) -> Iterator["_Passage"]:
        """What stands before, between and behind the pairs: one more than there are."""
        ends = [(-1, -1), *((_place(self.before, a), _place(self.after, b)) for a, b in pairs)]
        for number, (left, right) in enumerate(ends):
            last = number == len(pairs)
            next_left, next_right = (len(self.before), len(self.after)) if last else ends[number + 1]
            yield _Passage(
                (self.before[left + 1 : next_left], self.after[right + 1 : next_right]),
                pairs[number - 1] if number else None,
                None if last else pairs[number],
            )

    def _bridged(self, hearing: Sequence[Word]) -> tuple[list[Word], list[Word]]:
        """Sides that have no word in common, each joined to a further hearing, which reaches over the cut."""
        quarter = self.overlap.duration / 4
        head, middle = Seam(self.before, hearing, self.overlap, self.cut - quarter).joined()
        middle, tail = Seam(middle, self.after, self.overlap, self.cut + quarter).joined()
        return [*head, *middle], tail

    def _parted(self) -> tuple[list[Word], list[Word]]:
        """Each word as the side that owns its midpoint heard it; a word torn by the cut once."""
        mine = [word for word in self.before if word.midpoint < self.cut]
        theirs = [word for word in self.after if word.midpoint >= self.cut]
        if mine and theirs and _is_one_word(mine[-1], theirs[0]):
            # The lesser reading is the one nearer to where its side's audio ends.
            if self.overlap.end - mine[-1].end < theirs[0].start - self.overlap.start:
                mine.pop()
            else:
                theirs.pop(0)
        return mine, theirs


@dataclass(frozen=True)
class _Passage:
    """The words of each side between two words that both heard."""

    words: tuple[Sequence[Word], Sequence[Word]]
    from_pair: Pair | None
    to_pair: Pair | None

    def believed(self, side: int, again: Hearings, clear: Span) -> int:
        """The side that heard right: `side`, or the other if that was heard again more often, and heard clearly."""
        if not self._lies_in(clear):
            return side
        able = [hearing.words for hearing in again if self._lies_in(hearing.clear)]
        votes = sum(self._vote(side, words) for words in able)
        return 1 - side if votes > 0 else side

    def _vote(self, side: int, hearing: Sequence[Word]) -> int:
        """1 for the other side, -1 for `side`: for the one whose words are more like what stands there."""
        mine, theirs = (self._fit_in(hearing, number) for number in (side, 1 - side))
        return (theirs > mine) - (theirs < mine)

    def _lies_in(self, span: Span) -> bool:
        return all(lies_in(word, span) for word in itertools.chain(*self.words))

    def _fit_in(self, hearing: Sequence[Word], side: int) -> tuple[int, float]:
        """How well a side's words, between its neighbours, fit what stands there one after another; 0 if not at all.

        At an end of the overlap, where there is no neighbour, a reading that says less fits wherever one that says more
        does: the longer goes first.
        """
        neighbours = [[pair[side]] if pair else [] for pair in (self.from_pair, self.to_pair)]
        run = [*neighbours[0], *self.words[side], *neighbours[1]]
        fits = (list(map(_likeness, run, hearing[i : i + len(run)])) for i in range(len(hearing) - len(run) + 1))
        likeness = max((mean(fit) for fit in fits if all(fit)), default=0.0)
        is_open = self.from_pair is None or self.to_pair is None
        return (len(run) if is_open and likeness else 0, likeness)


def _normal(word: str) -> str:
    """A word as it is compared: without case, punctuation and the choice of its Unicode form."""
    text = unicodedata.normalize("NFC", word).casefold()
    return "".join(c for c in text if c.isalnum() or unicodedata.category(c) == "Mn") or text


def is_same(mine: Word, theirs: Word) -> bool:
    """Whether two hearings are of one word: equal, and at the same time."""
    return _likeness(mine, theirs) > 0


def aligned(before: Sequence[Word], after: Sequence[Word], apart: float = SAME_WORD_SECONDS) -> list[Pair]:
    """The pairs of equal words less than `apart` seconds apart, in order on both sides, that fit best.

    A longest common subsequence whose matches weigh up to twice as much the closer their times are: a word said several
    times in a row pairs with itself, not with its neighbour.
    """
    best: list[list[tuple[float, list[Pair]]]] = [[(0.0, [])] * (len(after) + 1)]
    for mine in before:
        row: list[tuple[float, list[Pair]]] = [(0.0, [])]
        for column, theirs in enumerate(after):
            score, pairs = best[-1][column]
            gain = _likeness(mine, theirs, apart)
            match = (score + 1 + gain, [*pairs, (mine, theirs)]) if gain else (0.0, [])
            row.append(max(match, row[-1], best[-1][column + 1], key=lambda entry: entry[0]))
        best.append(row)
    return best[-1][-1][1]


def _likeness(mine: Word, theirs: Word, apart: float = SAME_WORD_SECONDS) -> float:
    """From 0 (not the same word, or `apart` seconds and more) to 1 (the same word at the same time)."""
    return max(0.0, 1 - _apart(mine, theirs) / apart) if _normal(mine.word) == _normal(theirs.word) else 0.0


def _apart(mine: Word, theirs: Word) -> float:
    return abs(mine.midpoint - theirs.midpoint)


def lies_in(word: Word, span: Span) -> bool:
    """Whether the middle of the word does."""
    return span.start <= word.midpoint <= span.end


def _is_one_word(mine: Word, theirs: Word) -> bool:
    shared = min(mine.end, theirs.end) - max(mine.start, theirs.start)
    return 0 < shared >= min(mine.end - mine.start, theirs.end - theirs.start) / 2


def _place(words: Sequence[Word], wanted: Word) -> int:
    return next(place for place, word in enumerate(words) if word is wanted)
