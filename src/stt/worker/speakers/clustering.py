"""Whose each voice is: as many people as are asked for, or as there seem to be. Pure."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from stt.worker.speakers.linkage import Join, Labels, joins_of, labels_after
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
from stt.worker.speakers.tracks import Tracks

MOST_AT_ONCE = 5000
"""Runs that are clustered at once, in 100 MB. More are clustered by blocks first, and then the clusters of these."""
BLOCK = 2000
WITHIN_BLOCK = 0.2
"""What is nearer is one person's within a block already."""
LEVELS = (0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8)
"""Distances up to which voices are joined, for a first guess at people each."""


@dataclass(frozen=True)
class People:
    """Which person each track is, from 0, `-1` where that cannot be told, and how each person sounds."""

    labels: Labels
    centroids: Vectors


def people_of(tracks: Tracks, least: int, most: float) -> People:
    """At least and at most so many people, if there are as many voices.

    Runs are clustered, since what a window takes for one voice may be two; a track is whose most of its runs are.
    """
    labels = np.full(len(tracks.seconds), NOBODY)
    if not tracks.runs:
        return People(labels, np.zeros((0, tracks.run_embeddings.shape[1]), np.float32))
    runs = Sounds(tracks.run_embeddings, np.array([run.end - run.start for run in tracks.runs], np.float32))
    groups = _groups(runs)
    sizes = np.bincount(groups).astype(np.float32)
    sounds = summed(runs, groups, len(sizes))
    joins = joins_of(1 - sounds.vectors @ sounds.vectors.T, sizes)
    found = _found(sounds, joins, NARROW if tracks.narrow else WIDE, least, most)
    said = np.zeros((len(labels), len(found.people.seconds)), np.float32)
    np.add.at(said, (np.array([run.track for run in tracks.runs]), found.labels[groups]), runs.seconds)
    known = tracks.seconds > 0
    labels[known] = said[known].argmax(axis=1)
    return People(labels, found.people.vectors)


def _found(sounds: Sounds, joins: Sequence[Join], needed: Distinct, least: int, most: float) -> Guess:
    """The best of what the joins lead to; another number than is there only where it is asked for."""
    everybody = len(sounds.seconds)
    starts = dict(_starts(joins, everybody))
    found = max((that_hold(sounds, labels, needed) for labels in starts.values()), key=better)
    count = int(min(max(found.count, least), most, everybody))
    if count == found.count:
        return found
    fewest = {everybody - count: labels_after(joins[: everybody - count], everybody)}
    enough = (labels for made, labels in (starts | fewest).items() if everybody - made >= count)
    return max((as_many(sounds, labels, count) for labels in enough), key=better)


def _starts(joins: Sequence[Join], count: int) -> Iterator[tuple[int, Labels]]:
    """How many joins are made up to each level, and the clusters that these make."""
    for made in sorted({sum(join.distance < level for join in joins) for level in LEVELS}):
        yield made, labels_after(joins[:made], count)


def _groups(runs: Sounds) -> Labels:
    """Each run by itself, numbered; or, of very many, in clusters of what is certainly one's."""
    count = len(runs.seconds)
    if count <= MOST_AT_ONCE:
        return np.arange(count)
    groups = np.zeros(count, np.int64)
    total = 0
    for block in np.array_split(np.arange(count), math.ceil(count / BLOCK)):
        vectors = runs.vectors[block]
        joins = joins_of(1 - vectors @ vectors.T, np.ones(len(block), np.float32))
        labels = labels_after([join for join in joins if join.distance < WITHIN_BLOCK], len(block))
        groups[block] = total + labels
        total += int(labels.max()) + 1
    return groups
