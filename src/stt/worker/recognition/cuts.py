"""Cuts between chunks whose sides disagree, heard again when all chunks are there."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace

import structlog

from stt.domain.assembly import Track
from stt.domain.chunk import Chunk
from stt.domain.errors import JobFailure, WorkFailure
from stt.domain.seam import Hearing, Hearings
from stt.worker.audio.pcm import Pcm
from stt.worker.inference.batcher import EngineRequest
from stt.worker.recognition.disputes import joined_audio, windows_at
from stt.worker.recognition.recognizer import Listening, slice_window, words_of

log = structlog.get_logger()


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
    complete without: a cut that cannot be heard again is left out.
    """
    again: dict[int, Hearings] = {}
    spoken = track.spoken
    for number in disputes:
        before, behind = spoken[number - 1 : number + 1]
        windows = windows_at(before.plan, behind.plan, longest)
        language = behind.segments[0].language or request.options.language
        asked = replace(request, options=replace(request.options, language=language))
        try:
            pcm = joined_audio(before.plan, await audio_of(before), behind.plan, await audio_of(behind))
            audio = [slice_window(pcm, before.plan, window) for window in windows]
            results = await listener.transcribe(audio, asked)
        except (WorkFailure, JobFailure) as error:
            log.warning("seam_not_heard_again", job_id=behind.job_id, chunk=behind.plan.index, reason=error.message)
            continue
        again[number] = [
            Hearing(window.audio, [word.shifted(window.audio.start) for word in words_of(heard)])
            for window, heard in zip(windows, results, strict=True)
        ]
    return again
