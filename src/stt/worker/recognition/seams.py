"""Cuts inside speech whose sides disagree, heard three more times: between windows, and between chunks. Pure."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import partial

import numpy as np

from stt.domain.jobs.chunk import ChunkPlan, Span
from stt.domain.merging.merger import Piece, disputed_seams
from stt.domain.merging.seam import Hearing, Hearings
from stt.worker.audio.pcm import Pcm
from stt.worker.constants import SAMPLE_RATE
from stt.worker.cutting.windows import Window
from stt.worker.recognition.draft import Doubt, Draft
from stt.worker.recognition.tuning import PHASE_SECONDS, STEP


def seams(draft: Draft) -> Iterator[Doubt]:
    """Each cut between windows whose sides disagree."""
    for number in disputed_seams(draft.pieces):
        windows = windows_around(draft.pieces[number].owned.start, draft.plan.audio, draft.longest)
        yield Doubt(windows, partial(_settled, number))


def _settled(number: int, draft: Draft, found: Sequence[Piece]) -> Draft:
    return replace(draft, again={**draft.again, number: hearings_of(found)})


def hearings_of(found: Sequence[Piece]) -> Hearings:
    """What further decodings of a cut gave."""
    return [Hearing(piece.audio, [word for s in piece.segments for word in s.words]) for piece in found]


def windows_around(cut: float, room: Span, longest: float) -> list[Window]:
    """Three windows of at most `longest` seconds around the cut, within `room`: further hearings, with other edges."""
    start = max(room.start, min(cut - longest / 2, room.end - longest))
    end = min(room.end, start + longest)
    step = (end - start) * STEP
    later, last = start + step + PHASE_SECONDS, start + 2 * PHASE_SECONDS
    spans = Span(start, end), Span(min(later, cut), end), Span(min(last, cut), max(end - step, cut))
    return [Window(span, span) for span in spans]


def windows_between(before: ChunkPlan, behind: ChunkPlan, longest: float) -> list[Window]:
    """What to hear again of the cut between two chunks: windows that reach into the audio of both.

    Within the audio of one of them they would begin, or end, where it does: an engine that errs in a window errs in one
    that is almost the same.
    """
    return windows_around(behind.owned.start, Span(before.audio.start, behind.audio.end), longest)


def joined_audio(before: ChunkPlan, heard_before: Pcm, behind: ChunkPlan, heard_behind: Pcm) -> Pcm:
    """The samples of two chunks whose audio overlaps, from where that of `before` begins, each sample once."""
    apart = round((behind.audio.start - before.audio.start) * SAMPLE_RATE)
    return np.concatenate([heard_before[:apart], heard_behind])
