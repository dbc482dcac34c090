"""Cuts between chunks whose sides disagree, and what of them is heard again. Pure."""

from stt.domain.assembly import Track
from stt.domain.chunk import Span
from stt.worker.rehearing import disputed_seams, windows_around
from stt.worker.windows import Window

BEYOND_SECONDS = 1.0
"""By how much further hearings reach beyond the audio of the chunk before, if that behind reaches as far."""


def disputes_of(track: Track) -> list[int]:
    """The cuts whose sides disagree, each as the number of the chunk of `track.spoken` behind it."""
    return disputed_seams(track.pieces)


def windows_at(track: Track, number: int, longest: float) -> list[Window]:
    """What to hear again of such a cut: windows within the audio of the chunk behind it.

    They end a little behind the audio of the chunk before, whose end is in doubt most, and not where the windows of the
    chunk behind do: an engine that errs in a window errs in one that is almost the same.
    """
    before, behind = track.spoken[number - 1].plan, track.spoken[number].plan
    end = min(before.audio.end + BEYOND_SECONDS, behind.audio.end)
    return windows_around(behind.owned.start, Span(behind.audio.start, end), longest)
