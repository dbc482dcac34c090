import numpy as np
import pytest

from stt.worker.speakers.people import WIDE, Sounds, as_many, that_hold
from tests.unit.worker.speakers.voices import blended, voice


def sounds(vectors, seconds):
    return Sounds(np.array(vectors, np.float32), np.array(seconds, np.float32))


def of_three(seconds=5.0):
    """Four voices of each of three people, and whose they are."""
    draw = np.random.default_rng(0)
    whose = np.repeat([0, 1, 2], 4)
    return sounds([voice(person, draw) for person in whose], [seconds] * 12), whose


def together(labels):
    """Which voices are whose, whatever people are called."""
    return {tuple(np.flatnonzero(labels == label)) for label in set(labels.tolist())}


def test_voices_that_were_joined_wrongly_go_to_whoever_they_sound_like():
    voices, whose = of_three()
    guessed = whose.copy()
    guessed[0], guessed[5] = 1, 2
    assert together(as_many(voices, guessed, 3).labels) == together(whose)


def test_of_too_many_clusters_those_who_are_heard_for_longest_are_people():
    voices, whose = of_three()
    guess = as_many(voices, np.arange(12), 3)
    assert (guess.count, len(guess.people.vectors)) == (3, 3)
    assert as_many(voices, whose, 2).count == 2


def test_one_person_in_two_clusters_is_one():
    voices, whose = of_three()
    halves = whose * 2 + np.arange(12) % 2
    guess = that_hold(voices, halves, WIDE)
    assert together(guess.labels) == together(whose)
    assert guess.count == 3


@pytest.mark.parametrize(
    ("seconds", "likeness", "people"), [(1.0, 0.0, 1), (4.0, 0.0, 2), (4.0, 0.45, 1), (9.0, 0.45, 2)]
)
def test_who_says_little_has_to_sound_unlike_everybody(seconds, likeness, people):
    voices = sounds([blended(0, 1, 1.0), blended(0, 2, likeness)], [60.0, seconds])
    assert that_hold(voices, np.arange(2), WIDE).count == people
