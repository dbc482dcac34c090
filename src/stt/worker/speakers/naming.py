"""Who the people of a recording are, of those whose voices are known. Pure."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from stt.worker.speakers.clustering import people_of
from stt.worker.speakers.tracks import Heard, tracks_of
from stt.worker.speakers.voices import Embedding

NEAR = 0.25
"""How far a person may sound from a known voice, at most, to be that one. Of eight people before a microphone none was
farther from what that one had said elsewhere, and no other was nearer than 0.48."""
SURER = 0.15
"""By how much anybody else has to be farther from that voice, and any other known voice from that person."""


class Known(NamedTuple):
    """Somebody whose voice is known."""

    name: str
    voice: Embedding


def voice_in(heard: Sequence[Heard]) -> Embedding | None:
    """Whose voice a recording is of, by who speaks most in it; `None` where nobody is heard clearly."""
    tracks = tracks_of(heard)
    people = people_of(tracks, 1, float("inf"))
    if not len(people.centroids):
        return None
    spoken = [float(tracks.seconds[people.labels == person].sum()) for person in range(len(people.centroids))]
    voice: Embedding = people.centroids[int(np.argmax(spoken))]
    return voice


def names_of(centroids: npt.NDArray[np.float32], known: Sequence[Known]) -> dict[int, str]:
    """The names of people, by the rows of `centroids`, which say how they sound.

    Only who is near to one known voice and to no other, and is the only one near to it, has its name: a guess would be
    read as a fact.
    """
    if not known or not len(centroids):
        return {}
    apart = 1 - centroids @ np.array([each.voice for each in known], np.float32).T
    found = {}
    for number, each in enumerate(known):
        person = int(apart[:, number].argmin())
        nearest = float(apart[person, number])
        others = np.concatenate([np.delete(apart[:, number], person), np.delete(apart[person], number)])
        if nearest <= NEAR and (not len(others) or others.min() - nearest >= SURER):
            found[person] = each.name
    return found
