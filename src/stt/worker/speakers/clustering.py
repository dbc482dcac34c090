"""Which tracks are one person's: as many people as are asked for, or as there seem to be. Pure."""

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from stt.worker.speakers.calibration import threshold_of
from stt.worker.speakers.linkage import Distances, Join, Labels, joins_of, labels_after
from stt.worker.speakers.tracks import Pairs, Tracks

MOST_AT_ONCE = 5000
"""Tracks that are clustered at once, in 100 MB. More are clustered by blocks first, and then the clusters of these."""
BLOCK = 2000
WITHIN_BLOCK = 0.7
"""Of the threshold: what is nearer is one person's within a block already."""
APART = 2.0
"""The distance of two voices of one window, which nobody's two are from each other."""
LEAST_SECONDS, LEAST_SHARE, LEAST_AT_MOST = 2.0, 0.004, 20.0
"""What a person says at least: two seconds, and in long recordings that share of what all say. Of 21 conversations of
two minutes 15 had the right number of people with 1 s, 19 with 2 s; a fixed time invents people in hours."""
LEAST_OF_LITTLE = 0.05
"""In short recordings it is this share."""
LITTLE_SECONDS, LITTLE_SHARE, ALIKE = 5.0, 0.01, 0.52
"""Who says less than this and sounds so much like somebody else is that one: of 24 conversations five had such a person
too many, 0.37 to 0.51 from somebody else, and those who were there and said as little were 0.6 and more away."""

Vectors = npt.NDArray[np.float32]
_NOBODY = -1


@dataclass(frozen=True)
class People:
    """Which person each track is, from 0, `-1` where that cannot be told, and how each person sounds."""

    labels: Labels
    centroids: Vectors


def people_of(tracks: Tracks, least: int, most: float) -> People:
    """At least and at most so many people, if there are as many voices."""
    known = tracks.known
    labels = np.full(len(tracks.seconds), _NOBODY)
    if not len(known):
        return People(labels, np.zeros((0, tracks.embeddings.shape[1]), np.float32))
    groups = _groups(tracks, threshold_of(tracks))
    vectors, seconds = _summed(tracks, groups)
    sizes = np.bincount(groups[known]).astype(np.float32)
    joins = joins_of(_distances(vectors, _between(tracks.apart, groups), sizes), sizes)
    count = _cut(joins, seconds, threshold_of(tracks), least, most)
    clusters = labels_after(joins[:count], len(seconds))
    labels[known] = clusters[groups[known]]
    return _without_small(tracks, labels, least, most)


def _groups(tracks: Tracks, threshold: float) -> Labels:
    """Each known track by itself, numbered; or, of very many, in clusters of what is certainly one's."""
    known = tracks.known
    groups = np.full(len(tracks.seconds), _NOBODY)
    if len(known) <= MOST_AT_ONCE:
        groups[known] = np.arange(len(known))
        return groups
    total = 0
    for block in np.array_split(known, math.ceil(len(known) / BLOCK)):
        places = np.full(len(tracks.seconds), _NOBODY)
        places[block] = np.arange(len(block))
        sizes = np.ones(len(block), np.float32)
        apart = _between(tracks.apart, places)
        joins = joins_of(_distances(tracks.embeddings[block], apart, sizes), sizes)
        near = [join for join in joins if join.distance < WITHIN_BLOCK * threshold]
        labels = labels_after(near, len(block))
        groups[block] = total + labels
        total += int(labels.max()) + 1
    return groups


def _summed(tracks: Tracks, labels: Labels) -> tuple[Vectors, npt.NDArray[np.float32]]:
    """How each group sounds, and for how long."""
    count = int(labels.max()) + 1
    sums, seconds = np.zeros((count, tracks.embeddings.shape[1]), np.float32), np.zeros(count, np.float32)
    named = labels >= 0
    np.add.at(sums, labels[named], tracks.embeddings[named] * tracks.seconds[named, None])
    np.add.at(seconds, labels[named], tracks.seconds[named])
    return sums / np.maximum(np.linalg.norm(sums, axis=1, keepdims=True), 1e-9), seconds


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


def _least_seconds(seconds: npt.NDArray[np.float32]) -> float:
    total = float(seconds.sum())
    return min(LEAST_AT_MOST, max(LEAST_SHARE * total, min(LEAST_SECONDS, LEAST_OF_LITTLE * total)))


def _cut(joins: Sequence[Join], seconds: npt.NDArray[np.float32], threshold: float, least: int, most: float) -> int:
    """How many joins to make: up to the threshold, or as near to it as gives a number of people that was asked for."""
    usual = sum(join.distance < threshold for join in joins)

    def misfit(people: int) -> float:
        return max(least - people, people - most, 0)

    counts = _people_after(joins, seconds, _least_seconds(seconds))
    if all(map(misfit, counts)):
        counts = _people_after(joins, seconds, 0.0)
    return min(range(len(counts)), key=lambda made: (misfit(counts[made]), abs(made - usual)))


def _people_after(joins: Sequence[Join], seconds: npt.NDArray[np.float32], enough: float) -> list[int]:
    """How many clusters of at least `enough` seconds there are after none, one, two … of the joins."""
    held = dict(enumerate(seconds.tolist()))
    people = sum(length >= enough for length in held.values())
    counts = [people]
    roots = list(range(len(seconds)))

    def root(member: int) -> int:
        while roots[member] != member:
            roots[member] = roots[roots[member]]
            member = roots[member]
        return member

    for join in joins:
        one, other = root(join.one), root(join.other)
        people -= (held[one] >= enough) + (held[other] >= enough)
        held[one] += held.pop(other)
        roots[other] = one
        people += held[one] >= enough
        counts.append(people)
    return counts


def _without_small(tracks: Tracks, labels: Labels, least: int, most: float) -> People:
    """Clusters that are nobody by themselves are given to whoever sounds most like them; the rest is numbered."""
    centroids, seconds = _summed(tracks, labels)
    alike = centroids @ centroids.T
    kept = _kept(alike, seconds, least, most)
    near = kept[alike[:, kept].argmax(axis=1)]
    near[kept] = kept
    numbers = np.full(len(seconds), _NOBODY)
    numbers[kept] = np.arange(len(kept))
    named = labels >= 0
    labels = labels.copy()
    labels[named] = numbers[near[labels[named]]]
    return People(labels, _summed(tracks, labels)[0])


def _kept(alike: Vectors, seconds: npt.NDArray[np.float32], least: int, most: float) -> Labels:
    """The clusters that are people: those with enough speech, but for little speech that sounds like somebody else."""
    by_length = np.argsort(-seconds, kind="stable")
    enough = int((seconds >= _least_seconds(seconds)).sum())
    kept = by_length[: int(min(max(least, enough, 1), most, len(seconds)))].tolist()
    little = max(LITTLE_SECONDS, LITTLE_SHARE * float(seconds.sum()))
    for cluster in reversed(kept[1:]):
        others = [other for other in kept if other != cluster]
        if len(kept) > least and seconds[cluster] < little and 1 - alike[cluster, others].max() < ALIKE:
            kept.remove(cluster)
    return np.sort(np.array(kept, np.int64))
