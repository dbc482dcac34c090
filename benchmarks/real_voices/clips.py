"""The set of recordings: people, what they say, and sounds in which nobody says anything."""

import json
import os
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Self

import av
import numpy as np
from numpy.typing import NDArray

from tools.speech.recording import SAMPLE_RATE, Recording

VARIABLE = "STT_TEST_SPEECH"
MANIFEST = "manifest.jsonl"
FULL_SCALE = 32768

Samples = NDArray[np.float32]


@dataclass(frozen=True)
class Clip:
    """A recording of the set; `text` is what is said, "" where nobody wrote it down or nobody speaks."""

    path: Path
    language: str
    text: str
    kind: str
    seconds: float

    @property
    def name(self) -> str:
        """The file's name without its ending."""
        return self.path.stem

    @cached_property
    def samples(self) -> Samples:
        """16 kHz mono, -1 to 1."""
        return read(self.path)


@dataclass(frozen=True)
class SpeechSet:
    """A folder with a `manifest.jsonl`, which names a file, its language, reference and kind in each line."""

    folder: Path
    clips: tuple[Clip, ...]

    @classmethod
    def of_environment(cls) -> Self:
        """The folder that `STT_TEST_SPEECH` names. Raises FileNotFoundError where there is none, or nothing in it."""
        if not (named := os.environ.get(VARIABLE)):
            raise FileNotFoundError(f"{VARIABLE} has to name a folder of recordings with a {MANIFEST}.")
        return cls.read(Path(named))

    @classmethod
    def read(cls, folder: Path) -> Self:
        """Raises FileNotFoundError where the folder has no manifest, or an empty one."""
        manifest = folder / MANIFEST
        if not manifest.is_file():
            raise FileNotFoundError(f"{folder} holds no {MANIFEST}, which says what is spoken in each of its files.")
        entries = [json.loads(line) for line in manifest.read_text(encoding="utf-8").splitlines() if line.strip()]
        if not entries:
            raise FileNotFoundError(f"{manifest} is empty.")
        return cls(folder, tuple(_clip(folder, entry) for entry in entries))

    def spoken(self, language: str, *kinds: str) -> Sequence[Clip]:
        """Clips with a reference in a language, of these kinds or of any."""
        return [c for c in self.clips if c.text and c.language == language and (not kinds or c.kind in kinds)]

    @property
    def nonspeech(self) -> Sequence[Clip]:
        """Recordings of noise."""
        return [clip for clip in self.clips if clip.kind == "nonspeech"]


def read(path: Path) -> Samples:
    """The audio of a 16 kHz mono file, -1 to 1."""
    with av.open(str(path)) as container:
        frames = [frame.to_ndarray().reshape(-1) for frame in container.decode(audio=0)]
    return np.concatenate(frames).astype(np.float32) / FULL_SCALE


def recording_of(samples: Samples, language: str = "") -> Recording:
    """As a file is written from; what is beyond full scale is clipped."""
    pcm = np.round(np.clip(samples, -1, 1) * (FULL_SCALE - 1)).astype(np.int16)
    return Recording(pcm, (), language)


def seconds_of(samples: Samples) -> float:
    """Their length."""
    return len(samples) / SAMPLE_RATE


def _clip(folder: Path, entry: dict[str, Any]) -> Clip:
    text = " ".join((entry["reference"] or "").split())
    return Clip(folder / entry["file"], entry["language"], text, entry["kind"], entry["seconds"])
