"""The voices of all windows of a recording side by side: what is clustered, and what is known before. Pure."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from stt.domain.jobs.chunk import Span
from stt.worker.speakers.voices import EMBEDDING_SIZE, Stretch, Voices

LINK_SECONDS = 1.0
"""How long two voices of neighbouring windows have to speak at the same moments to be known as one."""
LINK_SHARE = 0.8
"""And how much of what either says where the windows overlap."""

Pairs = npt.NDArray[np.int64]
"""Numbers of tracks, shape (n, 2)."""


class Heard(NamedTuple):
    """What was heard of a chunk whose audio begins at second `begin`, and what of the recording the chunk owns."""

    begin: float
    owned: Span
    voices: Voices


@dataclass(frozen=True)
class Run:
    """A voice alone, in seconds of the recording, and the track that it belongs to."""

    start: float
    end: float
    track: int


@dataclass(frozen=True)
class Speech:
    """When a track is heard, in seconds of the recording, in what its window owns."""

    start: float
    end: float
    track: int


@dataclass(frozen=True)
class Tracks:
    """A track is one voice in one window.

    Attributes:
        seconds: How long each is alone.
        runs: Where a track is alone, `run_embeddings` what was heard there, of length 1.
        speech: Where a track speaks at all, in order of time.
        linked: Pairs of neighbouring windows that speak at the same moments: certainly one.
        narrow: Whether most of what is said comes from a telephone.
    """

    seconds: npt.NDArray[np.float32]
    runs: Sequence[Run]
    run_embeddings: npt.NDArray[np.float32]
    speech: Sequence[Speech]
    linked: Pairs
    narrow: bool


def tracks_of(heard: Sequence[Heard]) -> Tracks:
    """The tracks of a recording."""
    numbers: dict[tuple[int, int, int], int] = {}
    linked: list[tuple[int, int]] = []
    speech: list[Speech] = []
    runs: list[Run] = []
    narrow = 0.0
    for chunk, (begin, owned, voices) in enumerate(heard):
        by_window = _by_window(voices)
        for window, locals_ in by_window.items():
            here = {local: numbers.setdefault((chunk, window, local), len(numbers)) for local in locals_}
            linked.extend(
                (numbers[chunk, window - 1, before], here[after])
                for before, after in _linked(by_window.get(window - 1, {}), locals_)
            )
            own = voices.owned[window]
            for local, stretches in locals_.items():
                for s in stretches:
                    start = max(begin + max(s.start, own.start), owned.start)
                    end = min(begin + min(s.end, own.end), owned.end)
                    if start < end:
                        speech.append(Speech(start, end, here[local]))
        runs.extend(Run(begin + r.start, begin + r.end, numbers[chunk, r.window, r.local]) for r in voices.runs)
        narrow += sum(run.duration for run in voices.runs) * (1 if voices.narrow else -1)
    arrays = [voices.embeddings.astype(np.float32) for _, _, voices in heard if len(voices.runs)]
    run_embeddings = np.concatenate(arrays) if arrays else np.zeros((0, EMBEDDING_SIZE), np.float32)
    seconds = np.zeros(len(numbers), np.float32)
    for run in runs:
        seconds[run.track] += run.end - run.start
    speech.sort(key=lambda s: (s.start, s.end))
    return Tracks(seconds, runs, run_embeddings, speech, np.array(linked, np.int64).reshape(-1, 2), narrow > 0)


def _by_window(voices: Voices) -> Mapping[int, Mapping[int, Sequence[Stretch]]]:
    windows: dict[int, dict[int, list[Stretch]]] = defaultdict(lambda: defaultdict(list))
    for stretch in voices.speech:
        windows[stretch.window][stretch.local].append(stretch)
    return windows


def _linked(
    before: Mapping[int, Sequence[Stretch]], after: Mapping[int, Sequence[Stretch]]
) -> Iterator[tuple[int, int]]:
    """The voices of two windows that speak at the same moments where the windows overlap."""
    for one, heard in before.items():
        for other, again in after.items():
            shared = sum(max(0.0, min(a.end, b.end) - max(a.start, b.start)) for a in heard for b in again)
            first = min(stretch.start for stretches in after.values() for stretch in stretches)
            last = max(stretch.end for stretches in before.values() for stretch in stretches)
            most = max(_within(heard, first, last), _within(again, first, last))
            if shared >= max(LINK_SECONDS, LINK_SHARE * most):
                yield one, other


def _within(stretches: Sequence[Stretch], start: float, end: float) -> float:
    return sum(max(0.0, min(s.end, end) - max(s.start, start)) for s in stretches)
