"""Where a span of a transcript is parted from what stays, so that no word is torn or doubled there. Pure."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

from stt.domain.jobs.chunk import Span
from stt.domain.merging.seam import aligned, lies_in
from stt.domain.transcripts.transcript import Word

MARGIN_SECONDS = 0.25
"""At least so far from the words beside it lies a border in a pause, if that has as much room."""
PAUSE_SECONDS = 0.2
"""From a border to the next word, from which on that has not to be heard as well."""
SILENCE_SECONDS = 1.0
"""At most so much is heard beyond a border where no word is known: there may be one of which a part is in the span."""
NO_PAUSE_SECONDS = 0.2
"""Between words that an engine times, this is none."""
CONTEXT_SECONDS = 4.0
"""Where nobody pauses at a border, up to so much beyond it is heard as well: an engine mishears at edges."""
NEAR_SECONDS = 8.0
"""Words so far from a border are compared to find out which of those that are heard again stay as they were."""
LATE_SECONDS = 0.5
"""So far from the span a word may be timed if the next one that stays was heard beyond it."""
SAME_WORD_SECONDS = 1.0
"""The middles of two hearings of a word by two models are closer than this."""


@dataclass(frozen=True)
class Borders:
    """The words of a channel that stay `before` a span, those `inside`, which go, and those that stay `behind` it.

    A word belongs to the side on which its middle lies: one that reaches over a border is replaced whole, or stays.
    """

    wanted: Span
    before: Sequence[Word]
    inside: Sequence[Word]
    behind: Sequence[Word]

    @classmethod
    def around(cls, wanted: Span, words: Iterable[Word]) -> "Borders":
        """The words of one channel, in any order, parted by the span."""
        ordered = sorted(words, key=lambda word: word.midpoint)
        before = tuple(word for word in ordered if word.midpoint < wanted.start)
        behind = tuple(word for word in ordered if word.midpoint > wanted.end)
        return cls(wanted, before, tuple(word for word in ordered if lies_in(word, wanted)), behind)

    @cached_property
    def span(self) -> Span:
        """The span with its ends where they tear no word: in the pauses beside those that go."""
        start, end = self.wanted.start, self.wanted.end
        if self.before:
            start = _between(self.before[-1].end, start, self.inside[0].start if self.inside else end)
        elif self.inside:
            start = min(start, self.inside[0].start)
        if self.behind:
            end = _between(self.inside[-1].end if self.inside else start, end, self.behind[0].start)
        elif self.inside:
            end = max(end, self.inside[-1].end)
        return Span(start, max(start, end))

    @property
    def room(self) -> Span:
        """Where the words that come into the span may lie: never behind the beginning of one that stays behind it."""
        end = min([self.span.end, *(word.start for word in self.behind[:1])])
        return Span(self.span.start, max(self.span.start, end))

    @property
    def audio(self) -> Span:
        """What has to be heard: the span, and what is close to it, which is speech unless somebody pauses there."""
        last = self.before[-1].end if self.before else 0.0
        first = self.behind[0].start if self.behind else math.inf
        start, end = max(last, self.span.start - SILENCE_SECONDS), min(first, self.span.end + SILENCE_SECONDS)
        if self.before and self.span.start - last < PAUSE_SECONDS:
            start = _far_from(self.span.start, self.span.start - CONTEXT_SECONDS, self.before)
        if self.behind and first - self.span.end < PAUSE_SECONDS:
            end = _far_from(self.span.end, self.span.end + CONTEXT_SECONDS, self.behind)
        return Span(max(0.0, start), end)

    def chosen(self, heard: Sequence[Word]) -> Sequence[Word]:
        """Those of the words that were heard again, in order, which go into the span.

        What was heard of the words that stay is left out: it is known by what it says, as two models time a word
        differently, and where that tells nothing, by its middle.
        """
        known = {id(new): old for old, new in self._pairs(heard)}
        first, last, reach = 0, len(heard), self.span
        for place, word in enumerate(heard):
            old = known.get(id(word))
            if old is not None and old.midpoint < self.wanted.start:
                first = place + 1
                reach = Span(self.span.start - (LATE_SECONDS if old is self.before[-1] else 0.0), reach.end)
            elif old is not None and old.midpoint > self.wanted.end:
                last = min(last, place)
                reach = Span(reach.start, reach.end + (LATE_SECONDS if old is self.behind[0] else 0.0))
        goes = [
            place
            for place in range(first, last)
            if lies_in(heard[place], reach) or id(heard[place]) in known  # of those that stay there is none in between
        ]
        return heard[goes[0] : goes[-1] + 1] if goes else ()

    def _pairs(self, heard: Sequence[Word]) -> list[tuple[Word, Word]]:
        """Words as they were and as they were heard again, close to the borders."""
        old = [word for word in (*self.before, *self.inside, *self.behind) if self._is_near(word)]
        return aligned(old, [word for word in heard if self._is_near(word)], SAME_WORD_SECONDS)

    def _is_near(self, word: Word) -> bool:
        return any(abs(word.midpoint - border) <= NEAR_SECONDS for border in (self.wanted.start, self.wanted.end))


def _between(left: float, moment: float, right: float) -> float:
    """The moment, moved into the pause between a word that ends at `left` and one that begins at `right`."""
    middle = (left + right) / 2
    return min(max(moment, min(middle, left + MARGIN_SECONDS)), max(middle, right - MARGIN_SECONDS))


def _far_from(border: float, outermost: float, words: Sequence[Word]) -> float:
    """Where words part between a border and a moment beyond it: in the longest pause, else as far away as can be."""
    low, high = sorted((border, outermost))
    pauses = [(b.start - a.end, (a.end + b.start) / 2) for a, b in pairwise(words)]
    known = [(max(0.0, length - NO_PAUSE_SECONDS), abs(at - border), at) for length, at in pauses if low <= at <= high]
    return max(known)[-1] if known else outermost
