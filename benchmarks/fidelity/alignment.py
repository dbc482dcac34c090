"""Which written word stands for which spoken one, by the word and by the time."""

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from itertools import accumulate, pairwise

from tools.speech.recording import Word

Pair = tuple[Word | None, Word | None]
"""A spoken word and what was written for it: `None` on the right where it is lost, on the left where it is made up."""

SAME_SECONDS = 2.0
"""A word written further than this from where it was spoken does not stand for it."""
REACH_SECONDS = 5.0
"""Only words this close are compared: hours align in the time of minutes, and nothing that may pair is left out."""
TIME_WEIGHT = 0.1
"""What the greatest difference in time costs, beside 1 for a word: it decides only between alignments as good."""


def align(spoken: Sequence[Word], written: Sequence[Word]) -> list[Pair]:
    """The pairs in order, with the fewest words lost, made up or exchanged, and those closest in time among equals."""
    rows = list(_bands(spoken, written))
    costs = [_first_row(rows[0])]
    for word, band in zip(spoken, rows[1:], strict=True):
        costs.append(_next_row(costs[-1], word, written, band))
    return _walk_back(costs, spoken, written)


def is_right(pair: Pair) -> bool:
    """Whether the spoken word was written."""
    said, heard = pair
    return said is not None and heard is not None and said.text == heard.text


Row = dict[int, float]
"""The cost of having used up so many written words, by their number."""


def _bands(spoken: Sequence[Word], written: Sequence[Word]) -> list[range]:
    """For each number of spoken words used up, the numbers of written words that are worth considering."""
    clock = list(accumulate((_middle(word) for word in written), max))
    ends = [
        (bisect_left(clock, at - REACH_SECONDS), bisect_right(clock, at + REACH_SECONDS)) for at in map(_middle, spoken)
    ]
    bands = [(0, ends[0][0] if ends else 0), *ends]
    bands[-1] = (bands[-1][0], len(written))
    # Behind a long pause the next band must begin where this one ends.
    widened = [(low, max(high, following)) for (low, high), (following, _) in pairwise([*bands, (0, 0)])]
    return [range(low, high + 1) for low, high in widened]


def _first_row(band: range) -> Row:
    return {column: float(column) for column in band}


def _next_row(above: Row, word: Word, written: Sequence[Word], band: range) -> Row:
    row: Row = {}
    for column in band:
        choices = [above[column] + 1] if column in above else []
        if column - 1 in row:
            choices.append(row[column - 1] + 1)
        if column - 1 in above and (cost := _exchange(word, written[column - 1])) is not None:
            choices.append(above[column - 1] + cost)
        if choices:
            row[column] = min(choices)
    return row


def _exchange(said: Word, heard: Word) -> float | None:
    apart = abs(_middle(said) - _middle(heard))
    if apart > SAME_SECONDS:
        return None
    return (said.text != heard.text) + TIME_WEIGHT * apart / SAME_SECONDS


def _walk_back(costs: Sequence[Row], spoken: Sequence[Word], written: Sequence[Word]) -> list[Pair]:
    pairs: list[Pair] = []
    row, column = len(spoken), len(written)
    while row or column:
        cost = costs[row][column]
        said, heard = spoken[row - 1] if row else None, written[column - 1] if column else None
        if said and heard and column - 1 in costs[row - 1]:
            exchange = _exchange(said, heard)
            if exchange is not None and costs[row - 1][column - 1] + exchange == cost:
                pairs.append((said, heard))
                row, column = row - 1, column - 1
                continue
        if said and column in costs[row - 1] and costs[row - 1][column] + 1 == cost:
            pairs.append((said, None))
            row -= 1
        else:
            pairs.append((None, heard))
            column -= 1
    return pairs[::-1]


def _middle(word: Word) -> float:
    return (word.start + word.end) / 2
