"""Where speech is best divided into cues, and a cue into lines. Pure.

Whatever makes a cue hard to read has a price, and so has every place where one may end; of all ways to divide the
text the cheapest is taken. A break in the middle of a phrase costs 10, the other prices are meant relative to that.
"""

import math
from functools import cache

from stt.domain.formats.speech import Speech

_MID_PHRASE = 10.0
_CLAUSE_END = 6.0
_PAUSE_MS = 800
"""A pause this long takes nine tenths off the price of a break, a shorter one less; a sentence end costs nothing."""
_STRADDLE = 4.0
"""A cue with the end of one sentence and only a part of another."""
_ORPHAN = 3.0
"""A cue of one word."""
_EMPTY = 2.0
"""A cue without text, and with the square of what is free: two half full are better than one full and one empty."""
_SILENCE = 8.0
"""A second of silence inside a cue, and with its square: what follows it is shown before it is spoken."""
_HURRIED = 4.0
"""A cue that is shown for less time than it takes to read it."""
_HURRY = 25.0
"""A second of that time."""

_LINE_IN_PHRASE = 6.0
_LINE_IN_SENTENCE = 3.0
_UNEQUAL = 6.0
"""One line full and the other empty, and with the square of the difference."""
_SHORT_LINE = 4.0
"""A line of one word."""


def cue_breaks(speech: Speech) -> list[tuple[int, int]]:
    """The places between which the cues lie, in order; each keeps the limits unless it is a single piece."""
    count = speech.count
    best = [0.0] + [math.inf] * count
    before = [0] * (count + 1)
    prices = [_price(speech, place) for place in range(count + 1)]
    for first in range(count):
        for last in range(first + 1, speech.furthest(first) + 1):
            if last > first + 1 and speech.ends[last - 1] - speech.starts[first] > speech.longest_ms:
                break
            cost = best[first] + _cost(speech, first, last) + prices[last]
            if cost < best[last]:
                best[last], before[last] = cost, first
    cues, place = [], count
    while place:
        cues.append((before[place], place))
        place = before[place]
    return cues[::-1]


def line_breaks(speech: Speech, first: int, last: int) -> list[int]:
    """The places at which the lines of a cue begin behind its first: as few lines as will do, divided most cheaply."""

    @cache
    def divided(start: int, count: int) -> tuple[float, tuple[int, ...]]:
        """What it costs to divide the rest from `start` on into so many lines, and where."""
        if count == 1:
            return 0.0 if last - start == 1 or speech.width(start, last) <= speech.line else math.inf, ()
        best: tuple[float, tuple[int, ...]] = math.inf, ()
        for place in range(start + 1, last):
            if speech.width(start, place) > speech.line and place > start + 1:
                break
            rest, places = divided(place, count - 1)
            cost = rest + _line_cost(speech, start, place, last, count)
            if cost < best[0]:
                best = cost, (place, *places)
        return best

    return list(divided(first, speech.lines_needed(first, last))[1])


def _price(speech: Speech, place: int) -> float:
    """What it costs to end a cue at a place."""
    if place == speech.count or speech.ends_sentence[place]:
        return 0.0
    price = _CLAUSE_END if speech.ends_clause[place] else _MID_PHRASE
    return price * max(0.1, 1 - speech.pauses[place] / _PAUSE_MS)


def _cost(speech: Speech, first: int, last: int) -> float:
    """What it costs to show a run as one cue."""
    width = speech.width(first, last)
    free = max(0.0, 1 - width / (speech.lines * speech.line))
    cost = _EMPTY * free * free + _SILENCE * speech.silence(first, last)
    missing = speech.needed(width) - speech.room(first, last)
    if missing > 0:
        cost += _HURRIED + _HURRY * missing / 1000
    if speech.is_orphan(first, last):
        cost += _ORPHAN
    if speech.has_sentence_end(first, last) and not (speech.ends_sentence[first] and speech.ends_sentence[last]):
        cost += _STRADDLE
    return cost


def _line_cost(speech: Speech, first: int, place: int, last: int, lines: int) -> float:
    """What it costs that the first of so many lines ends at `place`."""
    unequal = (speech.width(first, place) - speech.width(place, last) / (lines - 1)) / speech.line
    cost = _UNEQUAL * unequal**2
    if not speech.ends_sentence[place]:
        cost += _LINE_IN_SENTENCE if speech.ends_clause[place] else _LINE_IN_PHRASE
    if speech.is_orphan(first, place) or speech.is_orphan(place, last):
        cost += _SHORT_LINE
    return cost
