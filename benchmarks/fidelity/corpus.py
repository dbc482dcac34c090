"""What everything listens to: speech with pauses, speech without any, and no speech at all."""

import math
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property, partial

from tools.speech import compose
from tools.speech.nonspeech import clicks, dtmf, hum, silence, tones, white_noise
from tools.speech.recording import Recording, Word

LANGUAGES = ("en", "vi")
PAUSES = (0.3, 0.8)
NONSPEECH: Sequence[Callable[[float], Recording]] = (
    silence,
    partial(white_noise, level_db=-50.0),
    partial(white_noise, level_db=-20.0),
    hum,
    tones,
    dtmf,
    clicks,
)
CHUNK_LENGTHS = (10.0, 300.0)
"""Seconds between drawn cuts, at least and at most: the range of STT_CHUNK_SECONDS."""


@dataclass(frozen=True)
class Corpus:
    """Recordings in one language, `minutes` of each kind; the same seed gives the same ones."""

    language: str
    minutes: float
    seed: int

    @cached_property
    def paused(self) -> Recording:
        """Phrases with 0.3 to 0.8 s of silence between them."""
        return compose(self.language, 60 * self.minutes, seed=self.seed, pause=PAUSES)

    @cached_property
    def pauseless(self) -> Recording:
        """Phrases with nothing between them: wherever it is cut, it is cut in speech."""
        return compose(self.language, 60 * self.minutes, seed=self.seed + 1, pause=(0.0, 0.0))

    @cached_property
    def nonspeech(self) -> list[Recording]:
        """Silence, noise, hum, tones, telephone keys and clicks, as long together."""
        seconds = 60 * self.minutes / len(NONSPEECH)
        return [Recording(made.pcm, (), self.language) for made in (make(seconds) for make in NONSPEECH)]


def cuts_inside_words(recording: Recording, every: Callable[[random.Random], float], seed: int) -> list[float]:
    """Moments in the middle of words, the next one after `every` seconds, up to five seconds before the end."""
    draw = random.Random(seed)
    moments: list[float] = []
    at = every(draw) * draw.uniform(0.5, 1)
    while at < recording.duration - 5:
        moments.append(_inside(min(recording.words, key=lambda word: abs(word.start - at))))
        at = moments[-1] + every(draw)
    return moments


def any_chunk_length(draw: random.Random) -> float:
    """Between 10 s and 5 min, short ones as likely as long ones."""
    shortest, longest = map(math.log, CHUNK_LENGTHS)
    return math.exp(draw.uniform(shortest, longest))


def _inside(word: Word) -> float:
    return (word.start + word.end) / 2
