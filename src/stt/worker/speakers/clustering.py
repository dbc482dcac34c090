"""Which tracks are one person's: as many people as are asked for, or as there seem to be. Pure."""

import math
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from stt.worker.speakers.linkage import Distances, Join, Labels, joins_of, labels_after
from stt.worker.speakers.people import (
    NARROW,
    NOBODY,
    WIDE,
    Distinct,
    Guess,
    Sounds,
    Vectors,
    as_many,
    better,
    summed,
    that_hold,
)
from stt.worker.speakers.tracks import Pairs, Tracks

MOST_AT_ONCE = 5000
"""Tracks that are clustered at once, in 100 MB. More are clustered by blocks first, and then the clusters of these."""
BLOCK = 2000
WITHIN_BLOCK = 0.2
"""What is nearer is one person's within a block already."""
APART = 2.0
"""The distance of two voices of one window, which nobody's two are from each other."""
LEVELS = (0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8)
"""Distances up to which voices are joined, for a first guess at people each."""


@dataclass(frozen=True)
class People:
    """Which person each track is, from 0, `-1` where that cannot be told, and how each person sounds."""

    labels: Labels
    centroids: Vectors


def people_of(tracks: Tracks, least: int, most: float) -> People:
    """At least and at most so many people, if there are as many voices."""
    known = tracks.known
    labels = np.full(len(tracks.seconds), NOBODY)
    if not len(known):
        return People(labels, np.zeros((0, tracks.embeddings.shape[1]), np.float32))
    groups = _groups(tracks)
    voices = summed(Sounds(tracks.embeddings, tracks.seconds), groups, int(groups.max()) + 1)
    sizes = np.bincount(groups[known]).astype(np.float32)
    joins = joins_of(_distances(voices.vectors, _between(tracks.apart, groups), sizes), sizes)
    found = _found(voices, joins, NARROW if tracks.narrow else WIDE, least, most)
    labels[known] = found.labels[groups[known]]
    return People(labels, found.people.vectors)


def _found(voices: Sounds, joins: Sequence[Join], distinct: Distinct, least: int, most: float) -> Guess:
    """The best of what the joins lead to; another number than is there only where it is asked for."""
    everybody = len(voices.seconds)
    starts = dict(_starts(joins, everybody))
    found = max((that_hold(voices, labels, distinct) for labels in starts.values()), key=better)
    count = int(min(max(found.count, least), most, everybody))
    if count == found.count:
        return found
    fewest = {everybody - count: labels_after(joins[: everybody - count], everybody)}
    enough = (labels for made, labels in (starts | fewest).items() if everybody - made >= count)
    return max((as_many(voices, labels, count) for labels in enough), key=better)


def _starts(joins: Sequence[Join], count: int) -> Iterator[tuple[int, Labels]]:
    """How many joins are made up to each level, and the clusters that these make."""
    for made in sorted({sum(join.distance < level for join in joins) for level in LEVELS}):
        yield made, labels_after(joins[:made], count)


def _groups(tracks: Tracks) -> Labels:
    """Each known track by itself, numbered; or, of very many, in clusters of what is certainly one's."""
    known = tracks.known
    groups = np.full(len(tracks.seconds), NOBODY)
    if len(known) <= MOST_AT_ONCE:
        groups[known] = np.arange(len(known))
        return groups
    total = 0
    for block in np.array_split(known, math.ceil(len(known) / BLOCK)):
        places = np.full(len(tracks.seconds), NOBODY)
        places[block] = np.arange(len(block))
        sizes = np.ones(len(block), np.float32)
        apart = _between(tracks.apart, places)
        joins = joins_of(_distances(tracks.embeddings[block], apart, sizes), sizes)
        labels = labels_after([join for join in joins if join.distance < WITHIN_BLOCK], len(block))
        groups[block] = total + labels
        total += int(labels.max()) + 1
    return groups


def _between(pairs: Pairs, groups: Labels) -> Pairs:
    """Pairs of tracks as pairs of groups; those within one group, or outside of all, say nothing."""
    named = groups[pairs]
    between: Pairs = named[(named >= 0).all(axis=1) & (named[:, 0] != named[:, 1])]
    return between


def _distances(vectors: Vectors, apart: Pairs, sizes: Vectors) -> Distances:
    """Of all groups from each other; of how many pairs of their members it is known counts as in an average."""
    distances: Distances = 1 - vectors @ vectors.T
    for (one, other), count in Counter(map(tuple, apart.tolist())).items():
        share = min(1.0, count / float(sizes[one] * sizes[other]))
        distance = distances[one, other] + (APART - distances[one, other]) * share
        distances[one, other] = distances[other, one] = distance
    return distances
