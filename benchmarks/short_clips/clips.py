"""The clips: what voice messages and commands are like."""

import random
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from tools.speech import compose, write

SECONDS = (3.0, 10.0)
LANGUAGE = "en"


@dataclass(frozen=True)
class Clip:
    """A file, and how many seconds it lasts."""

    body: bytes
    seconds: float


def make(count: int, seed: int, between: tuple[float, float] = SECONDS) -> Sequence[Clip]:
    """WAV files of English of 3 to 10 s, or of other lengths; the same seed gives the same ones, and no two alike."""
    draw = random.Random(seed)
    lengths = [round(draw.uniform(*between), 2) for _ in range(count)]
    return [Clip(_wav(seconds, seed * 10_000 + number), seconds) for number, seconds in enumerate(lengths)]


def _wav(seconds: float, seed: int) -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        return write(compose(LANGUAGE, seconds, seed=seed), Path(folder) / "clip.wav").read_bytes()
