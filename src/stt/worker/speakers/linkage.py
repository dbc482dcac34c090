"""Average-linkage clustering: the two clusters that are nearest on average become one, over and over. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Distances = npt.NDArray[np.float32]
Labels = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Join:
    """Two clusters, each named by one of its members, and how far apart they are on average."""

    one: int
    other: int
    distance: float


def joins_of(distances: Distances, sizes: npt.NDArray[np.float32]) -> list[Join]:
    """Every join down to a single cluster, the nearest first; `distances` (n, n) is used up.

    It follows chains of nearest neighbours (Murtagh 1983), which for average linkage finds the same joins as looking
    for the nearest pair each time, in n² steps instead of n³. What is joined already may have a size above 1.
    """
    count = len(distances)
    weights = sizes.copy()
    np.fill_diagonal(distances, np.inf)
    alive = np.ones(count, bool)
    joins: list[Join] = []
    chain: list[int] = []
    while len(joins) < count - 1:
        if not chain:
            chain.append(int(alive.argmax()))
        tip = chain[-1]
        nearest = int(distances[tip].argmin())
        if len(chain) > 1 and distances[tip, chain[-2]] <= distances[tip, nearest]:
            nearest = chain[-2]
        if len(chain) == 1 or nearest != chain[-2]:
            chain.append(nearest)
            continue
        del chain[-2:]
        joins.append(Join(tip, nearest, float(distances[tip, nearest])))
        _absorb(distances, weights, tip, nearest)
        alive[nearest] = False
    return sorted(joins, key=lambda join: join.distance)


def _absorb(distances: Distances, weights: npt.NDArray[np.float32], one: int, other: int) -> None:
    """Let `one` stand for both; the other is infinitely far from everything."""
    total = weights[one] + weights[other]
    joined = (distances[one] * weights[one] + distances[other] * weights[other]) / total
    joined[[one, other]] = np.inf
    distances[one], distances[:, one] = joined, joined
    distances[other], distances[:, other] = np.inf, np.inf
    weights[one] = total


def labels_after(joins: Sequence[Join], count: int) -> Labels:
    """Which cluster each of `count` members is in after these joins, numbered from 0 by first members."""
    parents = list(range(count))

    def root(member: int) -> int:
        while parents[member] != member:
            parents[member] = parents[parents[member]]
            member = parents[member]
        return member

    for join in joins:
        one, other = sorted((root(join.one), root(join.other)))
        parents[other] = one
    roots = [root(member) for member in range(count)]
    numbers = {name: number for number, name in enumerate(dict.fromkeys(roots))}
    return np.array([numbers[name] for name in roots], np.int64)
