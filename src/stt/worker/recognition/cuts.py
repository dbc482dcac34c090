"""Cuts between chunks whose sides disagree, heard again when all chunks are there."""

import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace

import structlog

from stt.domain.errors import JobFailure, WorkFailure
from stt.domain.jobs.chunk import Chunk
from stt.domain.merging.assembly import Track
from stt.domain.merging.merger import Piece, disputed_seams
from stt.domain.merging.seam import Hearings
from stt.worker.audio.pcm import Pcm
from stt.worker.inference.batcher import EngineRequest, WindowFailure
from stt.worker.recognition.recognizer import Listening, slice_window
from stt.worker.recognition.seams import hearings_of, joined_audio, windows_between

log = structlog.get_logger()

HEARING_SECONDS = 900.0
"""How long a merge may wait for further hearings: it holds a slot that others need, and is complete without them."""


def disputes_of(track: Track) -> list[int]:
    """The cuts whose sides disagree, each as the number of the chunk of `track.spoken` behind it."""
    return disputed_seams(track.pieces)


async def heard_again(
    track: Track,
    disputes: Sequence[int],
    audio_of: Callable[[Chunk], Awaitable[Pcm]],
    listener: Listening,
    request: EngineRequest,
    longest: float,
) -> dict[int, Hearings]:
    """Further hearings of these cuts in windows of at most `longest` seconds.

    A cut goes by the number of the chunk of `track.spoken` behind it. The transcript is better with the hearings and
    complete without: a cut that cannot be heard again, or for which there is no time left, is left out.
    """
    again: dict[int, Hearings] = {}
    spoken, until = track.spoken, time.monotonic() + HEARING_SECONDS
    for number in disputes:
        if time.monotonic() >= until:
            log.warning("seams_not_heard_again", job_id=spoken[number].job_id, reason="It took too long.", first=number)
            break
        before, behind = spoken[number - 1 : number + 1]
        windows = windows_between(before.plan, behind.plan, longest)
        language = behind.segments[0].language or request.options.language
        asked = replace(request, options=replace(request.options, language=language))
        try:
            pcm = joined_audio(before.plan, await audio_of(before), behind.plan, await audio_of(behind))
            audio = [slice_window(pcm, before.plan, window) for window in windows]
            results = await listener.transcribe(audio, asked)
        except (WorkFailure, JobFailure) as error:
            log.warning("seam_not_heard_again", job_id=behind.job_id, chunk=behind.plan.index, reason=error.message)
            continue
        again[number] = hearings_of(
            [
                Piece(window.audio, window.owned, tuple(segment.shifted(window.audio.start) for segment in result))
                for window, result in zip(windows, results, strict=True)
                if not isinstance(result, WindowFailure)
            ]
        )
    return again
