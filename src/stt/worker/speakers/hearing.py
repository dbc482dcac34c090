"""Hearing voices in the audio of a chunk: when somebody speaks, and how that one sounds."""

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Protocol

import numpy as np
import numpy.typing as npt

from stt.domain.jobs.chunk import Span
from stt.worker.audio.band import is_narrow
from stt.worker.audio.pcm import Pcm
from stt.worker.constants import SAMPLE_RATE
from stt.worker.speakers.voices import EMBEDDING_SIZE, LOCAL_SPEAKERS, Embedding, Stretch, Voices

WINDOW_SECONDS, STEP_SECONDS = 10.0, 5.0
"""The network was trained on windows of ten seconds; each moment is heard in two."""
LEAST_SECONDS = 0.1
"""Less than this has too few frames to be judged."""
FRAME_STEP, FRAME_CENTRE = 270, 495
"""Samples from one frame of the segmentation to the next, and up to the middle of the first."""
LONGEST_RUN = 3.0
SHORTEST_RUN = 0.3
"""Seconds of a voice alone that are judged as one; in less it is hardly to be told."""

SOMEBODY = 0.5
"""Nobody speaks where that is at least this likely."""
_MEMBERS = np.array([(0, 0, 0), (1, 0, 0), (0, 1, 0), (0, 0, 1), (1, 1, 0), (1, 0, 1), (0, 1, 1)], np.float32)
"""Who speaks in each of the seven classes."""

Activity = npt.NDArray[np.bool_]
"""Whether each voice speaks in each frame of a window, shape (frames, 3)."""


class Listening(Protocol):
    """The networks."""

    def classes(self, pcm: Pcm) -> npt.NDArray[np.float32]:
        """How likely each of the seven classes is in each frame of a window, shape (frames, 7)."""

    def embedding(self, pcm: Pcm) -> Embedding:
        """Whose voice it is."""


def hear_voices(pcm: Pcm, networks: Listening) -> Voices:
    """The voices in the audio of a chunk; times from its start."""
    windows = _windows(len(pcm) / SAMPLE_RATE)
    owned = _owned(windows)
    speech: list[Stretch] = []
    runs: list[Stretch] = []
    for number, (window, own) in enumerate(zip(windows, owned, strict=True)):
        heard = _slice(pcm, window)
        activity = _activity(networks.classes(heard))
        frames = range(len(activity))
        for local in range(LOCAL_SPEAKERS):
            speaking = activity[:, local]
            speech.extend(Stretch(number, local, *ends) for ends in _stretches(speaking, window, frames))
            alone = speaking & (activity.sum(axis=1) == 1)
            for start, end in _stretches(alone, window, frames):
                runs.extend(Stretch(number, local, *part) for part in _parts(max(start, own.start), min(end, own.end)))
    found = [networks.embedding(_slice(pcm, Span(run.start, run.end))) for run in runs]
    embeddings = np.array(found, np.float16).reshape(-1, EMBEDDING_SIZE)
    return Voices(tuple(owned), tuple(speech), tuple(runs), embeddings, bool(runs) and is_narrow(pcm))


def _windows(seconds: float) -> list[Span]:
    """Every five seconds one of ten, the last at the end of the audio; none in next to nothing."""
    if seconds < LEAST_SECONDS:
        return []
    if seconds <= WINDOW_SECONDS:
        return [Span(0.0, seconds)]
    starts = [*np.arange(0.0, seconds - WINDOW_SECONDS, STEP_SECONDS).tolist(), seconds - WINDOW_SECONDS]
    return [Span(start, start + WINDOW_SECONDS) for start in starts]


def _owned(windows: Sequence[Span]) -> list[Span]:
    """The pieces between the middles of where neighbours overlap."""
    if not windows:
        return []
    cuts = [(left.end + right.start) / 2 for left, right in pairwise(windows)]
    return [Span(start, end) for start, end in pairwise([windows[0].start, *cuts, windows[-1].end])]


def _activity(classes: npt.NDArray[np.float32]) -> Activity:
    """Somebody speaks where that is likelier than that nobody does, whoever it is."""
    somebody = classes[:, 0] < SOMEBODY
    activity: Activity = (_MEMBERS[1 + classes[:, 1:].argmax(axis=1)] > 0) & somebody[:, None]
    return activity


def _stretches(speaking: npt.NDArray[np.bool_], window: Span, frames: range) -> Iterator[tuple[float, float]]:
    """Start and end of each stretch of frames in which somebody speaks, in seconds of the chunk's audio."""
    edges = np.flatnonzero(np.diff(speaking, prepend=False, append=False))
    for first, last in edges.reshape(-1, 2).tolist():
        start = window.start if first == 0 else window.start + _second(first)
        yield start, (window.end if last == len(frames) else window.start + _second(last))


def _second(frame: int) -> float:
    """Where a frame begins."""
    return (frame * FRAME_STEP + FRAME_CENTRE - FRAME_STEP / 2) / SAMPLE_RATE


def _parts(start: float, end: float) -> Iterator[tuple[float, float]]:
    """A stretch in as few equal parts as are short enough; none if it is too short."""
    if end - start >= SHORTEST_RUN:
        count = int(np.ceil((end - start) / LONGEST_RUN))
        yield from pairwise(np.linspace(start, end, count + 1).tolist())


def _slice(pcm: Pcm, span: Span) -> Pcm:
    return pcm[round(span.start * SAMPLE_RATE) : round(span.end * SAMPLE_RATE)]
