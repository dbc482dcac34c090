"""Made-up voices: directions that are far from each other, and what a worker hears of people who have them."""

import numpy as np

from stt.domain.jobs.chunk import Span
from stt.worker.speakers.voices import EMBEDDING_SIZE, Stretch, Voices


def voice(person, draw, spread=0.5):
    """An embedding of a person: that one's direction, and chance beside it."""
    return nearly(np.eye(EMBEDDING_SIZE)[person], draw, spread)


def nearly(vector, draw, spread=0.5):
    """A direction, and chance beside it."""
    vector = vector + draw.standard_normal(EMBEDDING_SIZE) * spread / np.sqrt(EMBEDDING_SIZE)
    return vector / np.linalg.norm(vector)


def chunk_of(people, draw, seconds=5.0):
    """A chunk of windows of `seconds` that do not overlap: for each window the people in it, who speak in turn."""
    owned, speech, runs, embeddings = [], [], [], []
    for window, present in enumerate(people):
        start = window * seconds
        owned.append(Span(start, start + seconds))
        share = seconds / max(1, len(present))
        for local, person in enumerate(present):
            stretch = Stretch(window, local, start + local * share, start + (local + 1) * share)
            speech.append(stretch)
            runs.append(stretch)
            embeddings.append(voice(person, draw))
    array = np.array(embeddings, np.float16).reshape(-1, EMBEDDING_SIZE)
    return Voices(tuple(owned), tuple(speech), tuple(runs), array)


def blended(person, other, likeness):
    """A voice that is so alike to a person, and else like another."""
    vector = np.zeros(EMBEDDING_SIZE)
    vector[person], vector[other] = likeness, np.sqrt(1 - likeness**2)
    return vector


def sounding(embeddings, seconds, narrow=False):
    """A chunk of windows of `seconds`, in each one voice that sounds exactly so."""
    stretches = tuple(Stretch(number, 0, number * seconds, (number + 1) * seconds) for number in range(len(embeddings)))
    owned = tuple(Span(stretch.start, stretch.end) for stretch in stretches)
    return Voices(owned, stretches, stretches, np.array(embeddings, np.float16), narrow)


def conversation(people, count, seed=0, chunk_windows=12):
    """Chunks of a minute, in each window one or two of the people; and who is in each window."""
    draw = np.random.default_rng(seed)
    windows = [
        sorted(draw.choice(people, size=draw.integers(1, min(people, 2) + 1), replace=False)) for _ in range(count)
    ]
    chunks = [windows[at : at + chunk_windows] for at in range(0, count, chunk_windows)]
    return [(number * chunk_windows * 5.0, chunk_of(chunk, draw)) for number, chunk in enumerate(chunks)], windows
