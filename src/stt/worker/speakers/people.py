"""How many people there are, and how each sounds, from a first guess at whose each voice is. Pure.

Clusters of a linkage are a guess: a wrong join stays for good. So each voice is given to whoever it sounds most like,
how people sound is found again, and so on until nothing changes (k-means on the sphere).
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from stt.worker.speakers.linkage import Labels

Vectors = npt.NDArray[np.float32]
NOBODY = -1


@dataclass(frozen=True)
class Distinct:
    """How far apart (1 − cosine) people sound at least, and those of them who say little."""

    people: float
    who_say_little: float


WIDE, NARROW = Distinct(0.5, 0.6), Distinct(0.3, 0.45)
"""Before a microphone, and on a telephone, which lets less of a voice through. Of 120 conversations of one to six
people before a microphone 116 and more had the right number with 0.48 to 0.55, and 112 with 0.38; of 60 on a telephone
46 with 0.3, 45 with 0.27. Scraps of somebody's speech are farther from the rest of it."""
LEAST_SECONDS, LEAST_SHARE, LEAST_AT_MOST = 2.0, 0.004, 20.0
"""What a person says at least: two seconds, and in long recordings that share of what all say. A fixed time invents
people in hours."""
LEAST_OF_LITTLE = 0.05
"""In short recordings it is this share."""
LITTLE_SECONDS, LITTLE_SHARE = 5.0, 0.01
"""Who says less than this says little."""
ROUNDS = 10
"""After which people hardly change any more."""


@dataclass(frozen=True)
class Sounds:
    """How voices sound, each of length 1, and for how long each is heard."""

    vectors: Vectors
    seconds: npt.NDArray[np.float32]

    @property
    def enough(self) -> float:
        """What a person says at least, in seconds."""
        total = float(self.seconds.sum())
        return min(LEAST_AT_MOST, max(LEAST_SHARE * total, min(LEAST_SECONDS, LEAST_OF_LITTLE * total)))

    @property
    def little(self) -> float:
        """Who says less than so many seconds says little."""
        return max(LITTLE_SECONDS, LITTLE_SHARE * float(self.seconds.sum()))


@dataclass(frozen=True)
class Guess:
    """Whose each voice is, how each person sounds, and how well voices fit people: their mean cosine."""

    labels: Labels
    people: Sounds
    fit: float

    @property
    def count(self) -> int:
        """How many people there are."""
        return int((self.people.seconds > 0).sum())


def better(guess: Guess) -> tuple[int, float]:
    """By what guesses are compared: people that hold are people, and of so many those that fit."""
    return guess.count, guess.fit


def as_many(sounds: Sounds, labels: Labels, count: int) -> Guess:
    """So many people, beginning with those who are heard for longest."""
    said = np.bincount(labels, sounds.seconds)
    longest = np.argsort(-said, kind="stable")[:count]
    numbers = np.full(len(said), NOBODY)
    numbers[longest] = np.arange(len(longest))
    return _refined(sounds, numbers[labels], len(longest))


def that_hold(sounds: Sounds, labels: Labels, distinct: Distinct) -> Guess:
    """Only people who say enough and sound unlike each other; what others said is given to these."""
    said = np.bincount(labels, sounds.seconds)
    guess = as_many(sounds, labels, max(1, int((said >= sounds.enough).sum())))
    while (person := _doubtful(guess, sounds, distinct)) is not None:
        others = guess.labels.copy()
        others[guess.labels == person] = NOBODY
        others[guess.labels > person] -= 1
        guess = _refined(sounds, others, len(guess.people.seconds) - 1)
    return guess


def _doubtful(guess: Guess, sounds: Sounds, distinct: Distinct) -> int | None:
    """The person who is least likely to be one: who says too little, or less than whoever sounds like that one."""
    if len(guess.people.seconds) == 1:
        return None
    shortest = int(guess.people.seconds.argmin())
    if guess.people.seconds[shortest] < sounds.enough:
        return shortest
    apart = 1 - guess.people.vectors @ guess.people.vectors.T
    np.fill_diagonal(apart, np.inf)
    needed = np.where(guess.people.seconds < sounds.little, distinct.who_say_little, distinct.people)
    alike = np.flatnonzero(apart.min(axis=1) < needed)
    return int(alike[guess.people.seconds[alike].argmin()]) if len(alike) else None


def summed(sounds: Sounds, labels: Labels, count: int) -> Sounds:
    """How so many groups of voices sound, and for how long each is heard; `NOBODY`'s are in none."""
    named = labels >= 0
    sums, seconds = np.zeros((count, sounds.vectors.shape[1]), np.float32), np.zeros(count, np.float32)
    np.add.at(sums, labels[named], sounds.vectors[named] * sounds.seconds[named, None])
    np.add.at(seconds, labels[named], sounds.seconds[named])
    return Sounds(sums / np.maximum(np.linalg.norm(sums, axis=1, keepdims=True), 1e-9), seconds)


def _refined(sounds: Sounds, labels: Labels, count: int) -> Guess:
    """Each voice given to whoever it sounds most like, until none changes hands; `NOBODY`'s are given to somebody."""
    for _ in range(ROUNDS):
        alike = sounds.vectors @ summed(sounds, labels, count).vectors.T
        nearest = alike.argmax(axis=1)
        if (nearest == labels).all():
            break
        labels = nearest
    fit = float((alike.max(axis=1) * sounds.seconds).sum() / sounds.seconds.sum())
    return Guess(labels, summed(sounds, labels, count), fit)
