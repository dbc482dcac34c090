"""Files of any length from the clips of a set, with known words and times."""

import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import chain, repeat

import numpy as np

from benchmarks.real_voices.clips import Clip, Samples, recording_of
from benchmarks.real_voices.sound import STEP, STEP_SECONDS, Span, is_clear, loud, quiet_spans
from tools.speech.recording import SAMPLE_RATE, Recording

LEAD_SECONDS = 0.3
"""Before the first clip."""
PAUSE_SECONDS = 0.5
"""A stretch this long in which nobody speaks is a pause."""
NOISE_FLOOR = 1e-4
"""No recording is without any: digital silence between clips would give them away."""

Range = tuple[float, float]
Treatment = Callable[[Samples], Samples]


@dataclass(frozen=True)
class Part:
    """A clip in a mix, in seconds; `onset` is where its speech begins, `None` where that cannot be told."""

    start: float
    end: float
    onset: float | None
    clip: str
    text: str
    language: str


@dataclass(frozen=True, eq=False)
class Mix:
    """A file; `told` is the language that systems are told, `pauses` where nobody speaks."""

    samples: Samples
    parts: tuple[Part, ...]
    pauses: tuple[Span, ...]
    told: str

    @property
    def seconds(self) -> float:
        """Its length."""
        return len(self.samples) / SAMPLE_RATE

    @property
    def recording(self) -> Recording:
        """To be written to a file."""
        return recording_of(self.samples, self.told)

    def treated(self, treatment: Treatment) -> "Mix":
        """The same words at the same times, heard otherwise."""
        return replace(self, samples=treatment(self.samples))


def shuffled(clips: Sequence[Clip], draw: random.Random, seconds: float, pause: Range) -> list[Clip]:
    """Clips in random order until they last `seconds` with pauses; none comes again before all others did."""
    chosen: list[Clip] = []
    left: list[Clip] = []
    lasting = LEAD_SECONDS
    while lasting < seconds:
        left = left or draw.sample(list(clips), len(clips))
        chosen.append(left.pop())
        lasting += chosen[-1].seconds + sum(pause) / 2
    return chosen


def mixed(clips: Sequence[Clip], draw: random.Random, pause: Range, fill: Sequence[Clip] = (), told: str = "") -> Mix:
    """These clips one after another; a pause of less than nothing is an overlap.

    What is drawn of `fill` sounds in the pauses. `told` is the language of the first clip unless given.
    """
    placed = list(_placed(clips, draw, pause))
    end = placed[-1][0] + len(placed[-1][1].samples) + round(LEAD_SECONDS * SAMPLE_RATE)
    samples, mask = np.zeros(end, np.float32), np.zeros(end // STEP + 1, bool)
    for at, clip in placed:
        samples[at : at + len(clip.samples)] += clip.samples
        heard = loud(clip.samples)
        mask[at // STEP : at // STEP + len(heard)] |= heard
    for at, sound in _filling(placed, draw, fill):
        samples[at : at + len(sound)] += sound
    samples += np.random.default_rng(draw.getrandbits(32)).standard_normal(end).astype(np.float32) * NOISE_FLOOR
    parts = tuple(_part(at, clip) for at, clip in placed)
    return Mix(samples, parts, tuple(quiet_spans(mask, PAUSE_SECONDS)), told or clips[0].language)


def trimmed(clip: Clip) -> Clip:
    """The clip from its first loud sound to its last."""
    heard = np.flatnonzero(loud(clip.samples))
    if not len(heard):
        return clip
    samples = clip.samples[heard[0] * STEP : (heard[-1] + 1) * STEP]
    shorter = replace(clip, seconds=len(samples) / SAMPLE_RATE)
    vars(shorter)["samples"] = samples
    return shorter


def alone(clip: Clip, told: str) -> Mix:
    """One clip as it is."""
    pauses = quiet_spans(loud(clip.samples), PAUSE_SECONDS) if clip.text else [(0.0, clip.seconds)]
    return Mix(clip.samples, (_part(0, clip),) if clip.text else (), tuple(pauses), told)


def _placed(clips: Sequence[Clip], draw: random.Random, pause: Range) -> Iterator[tuple[int, Clip]]:
    at = round(LEAD_SECONDS * SAMPLE_RATE)
    for clip in clips:
        yield at, clip
        at += len(clip.samples) + round(draw.uniform(*pause) * SAMPLE_RATE)


def _filling(
    placed: Sequence[tuple[int, Clip]], draw: random.Random, fill: Sequence[Clip]
) -> Iterator[tuple[int, Samples]]:
    """A piece of a drawn sound in the middle of each pause."""
    for (at, clip), (following, _) in zip(placed, placed[1:] if fill else (), strict=False):
        sound = draw.choice(fill).samples
        start = at + len(clip.samples)
        room = min(following - start, len(sound))
        if room > 0:
            begin = draw.randrange(len(sound) - room + 1)
            yield start + (following - start - room) // 2, sound[begin : begin + room]


def _part(at: int, clip: Clip) -> Part:
    start = at / SAMPLE_RATE
    heard = np.flatnonzero(loud(clip.samples))
    onset = start + heard[0] * STEP_SECONDS if len(heard) and is_clear(clip.samples) else None
    return Part(start, start + len(clip.samples) / SAMPLE_RATE, onset, clip.name, clip.text, clip.language)


def taking_turns(groups: Sequence[Sequence[Clip]], draw: random.Random, turn: tuple[int, int]) -> list[Clip]:
    """All clips of the groups, by turns of so many clips of one group."""
    left = [list(group) for group in groups]
    turns: list[list[Clip]] = []
    for mine in chain.from_iterable(repeat(left)):
        if not any(left):
            break
        count = draw.randint(*turn)
        turns.append([mine.pop() for _ in range(min(count, len(mine)))])
    return list(chain.from_iterable(turns))
