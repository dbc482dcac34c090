"""Asking an engine what is spoken in chunks."""

from collections.abc import Awaitable, Callable, Iterable

from stt.domain.jobs.chunk import Chunk
from stt.worker.audio.pcm import Pcm
from stt.worker.cutting.windows import plan_windows
from stt.worker.inference.batcher import EngineRequest
from stt.worker.recognition.language import decide
from stt.worker.recognition.recognizer import Listening, slice_window


async def spoken_in(
    chunks: Iterable[Chunk],
    audio_of: Callable[[Chunk], Awaitable[Pcm]],
    listener: Listening,
    request: EngineRequest,
    longest: float,
) -> str | None:
    """The language spoken in chunks, by a window of each, of `longest` seconds at most; `None` without any."""
    votes = []
    for chunk in chunks:
        pcm = await audio_of(chunk)
        window = max(plan_windows(chunk.plan, longest), key=lambda w: w.audio.duration)
        probabilities = await listener.language_probabilities(slice_window(pcm, chunk.plan, window), request)
        votes.append((probabilities, window.audio.duration))
    return decide(votes)
