"""Cuts between chunks whose sides disagree, and what of them is heard again. Pure."""

import numpy as np

from stt.domain.assembly import Track
from stt.domain.chunk import ChunkPlan, Span
from stt.domain.merger import disputed_seams
from stt.worker.audio.pcm import Pcm
from stt.worker.constants import SAMPLE_RATE
from stt.worker.cutting.windows import Window
from stt.worker.recognition.rehearing import windows_around


def disputes_of(track: Track) -> list[int]:
    """The cuts whose sides disagree, each as the number of the chunk of `track.spoken` behind it."""
    return disputed_seams(track.pieces)


def windows_at(before: ChunkPlan, behind: ChunkPlan, longest: float) -> list[Window]:
    """What to hear again of the cut between two chunks: windows that reach into the audio of both.

    Within the audio of one of them they would begin, or end, where it does: an engine that errs in a window errs in one
    that is almost the same.
    """
    return windows_around(behind.owned.start, Span(before.audio.start, behind.audio.end), longest)


def joined_audio(before: ChunkPlan, heard_before: Pcm, behind: ChunkPlan, heard_behind: Pcm) -> Pcm:
    """The samples of two chunks whose audio overlaps, from where that of `before` begins, each sample once."""
    apart = round((behind.audio.start - before.audio.start) * SAMPLE_RATE)
    return np.concatenate([heard_before[:apart], heard_behind])
