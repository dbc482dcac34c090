"""How well speakers are told apart: diarization error rate, as NIST defines it, in steps of 10 ms."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import permutations

import numpy as np
from numpy.typing import NDArray

from benchmarks.speakers.conversation import Turn

STEP = 0.01
Mask = NDArray[np.bool_]


@dataclass(frozen=True)
class Errors:
    """Seconds of speech that were missed, invented, and given to another, of `spoken` seconds."""

    missed: float = 0.0
    invented: float = 0.0
    confused: float = 0.0
    spoken: float = 0.0

    def __add__(self, other: "Errors") -> "Errors":
        return Errors(*(a + b for a, b in zip(vars(self).values(), vars(other).values(), strict=True)))

    @property
    def rate(self) -> float:
        """Diarization error rate, a share of what is spoken."""
        return (self.missed + self.invented + self.confused) / max(self.spoken, STEP)


def errors(truth: Sequence[Turn], found: Sequence[Turn], *, collar: float) -> Errors:
    """What is within `collar` seconds of where a turn of the truth begins or ends is not judged."""
    end = max([turn.end for turn in (*truth, *found)], default=0.0)
    spoken, heard = _activity(truth, end), _activity(found, end)
    judged = np.ones(spoken.shape[1], bool)
    for turn in truth if collar else ():
        for edge in (turn.start, turn.end):
            judged[max(0, round((edge - collar) / STEP)) : round((edge + collar) / STEP)] = False
    spoken, heard = spoken[:, judged], heard[:, judged]
    there, told = spoken.sum(axis=0), heard.sum(axis=0)
    shared = spoken.astype(np.int32) @ heard.astype(np.int32).T
    right = sum(int(shared[one, other]) for one, other in matched(shared))
    both = int(np.minimum(there, told).sum())
    missed, invented = np.maximum(there - told, 0).sum(), np.maximum(told - there, 0).sum()
    return Errors(*(float(count) * STEP for count in (missed, invented, both - right, there.sum())))


def matched(shared: NDArray[np.int32]) -> list[tuple[int, int]]:
    """Who is who: pairs by which the most time is shared; by trying all ways for few, pair by pair for many."""
    rows, columns = shared.shape
    if min(rows, columns) <= 6 and max(rows, columns) <= 8:
        wide = shared if rows <= columns else shared.T
        numbers = range(wide.shape[0])
        best = max(permutations(range(wide.shape[1]), len(numbers)), key=lambda p: sum(wide[n, p[n]] for n in numbers))
        return [(n, best[n]) if rows <= columns else (best[n], n) for n in numbers]
    left, pairs = shared.astype(np.float64), []
    while left.size and left.max() > 0:
        row, column = np.unravel_index(int(left.argmax()), left.shape)
        pairs.append((int(row), int(column)))
        left[row], left[:, column] = -1, -1
    return pairs


def _activity(turns: Sequence[Turn], end: float) -> Mask:
    names = sorted({turn.speaker for turn in turns})
    active = np.zeros((len(names), round(end / STEP) + 1), bool)
    for turn in turns:
        active[names.index(turn.speaker), round(turn.start / STEP) : round(turn.end / STEP)] = True
    return active
