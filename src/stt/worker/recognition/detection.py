"""Asking an engine what is spoken in chunks."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence

from stt.domain.jobs.chunk import Chunk
from stt.worker.audio.pcm import Pcm
from stt.worker.cutting.windows import plan_windows
from stt.worker.inference.batcher import EngineRequest
from stt.worker.recognition.language import Vote, agreed, decide, few_and_rest
from stt.worker.recognition.recognizer import Listening, slice_window


async def spoken_in(
    chunks: Sequence[Chunk],
    audio_of: Callable[[Chunk], Awaitable[Pcm]],
    listener: Listening,
    request: EngineRequest,
    longest: float,
) -> str | None:
    """The language spoken in chunks, by a window of each, of `longest` seconds at most; `None` without any.

    A few are asked first, and the rest only where these do not agree.
    """

    async def vote(chunk: Chunk) -> Vote:
        pcm = await audio_of(chunk)
        window = max(plan_windows(chunk.plan, longest), key=lambda w: w.audio.duration)
        probabilities = await listener.language_probabilities(slice_window(pcm, chunk.plan, window), request)
        return probabilities, window.audio.duration

    few, rest = few_and_rest(chunks)
    votes = await asyncio.gather(*map(vote, few))
    if not agreed(votes):
        votes += await asyncio.gather(*map(vote, rest))
    return decide(votes)
