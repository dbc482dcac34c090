"""A file on its way to its words, without storage or database, window by window."""

import asyncio
import hashlib
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

from benchmarks.real_voices.mix import Mix
from stt.domain.jobs.chunk import Chunk, ChunkPlan, ChunkStatus
from stt.domain.merging.assembly import tracks_of
from stt.domain.text.paragraphs import join_text
from stt.worker.audio import flac
from stt.worker.audio.pcm import Pcm
from stt.worker.constants import MAX_WINDOW_SECONDS, SAMPLE_RATE
from stt.worker.inference.batcher import Batcher, EngineRequest, WindowResult
from stt.worker.preparation.child import prepare
from stt.worker.preparation.prepared import PreparedChunk
from stt.worker.recognition.cuts import disputes_of, heard_again
from stt.worker.recognition.recognizer import recognize
from stt.worker.suppression.suppression import Hallucinations
from tools.speech import write

CHUNK_SECONDS = 60.0


class Remembering:
    """A listener that decodes each window once, and tells what it was asked for."""

    def __init__(self, batcher: Batcher) -> None:
        self._batcher = batcher
        self._known: dict[tuple[str, EngineRequest], WindowResult] = {}
        self.asked: list[float] = []

    async def transcribe(self, windows: Sequence[Pcm], request: EngineRequest) -> list[WindowResult]:
        self.asked += [len(window) / SAMPLE_RATE for window in windows]
        keys = [(hashlib.sha256(window.tobytes()).hexdigest(), request) for window in windows]
        new = {key: window for key, window in zip(keys, windows, strict=True) if key not in self._known}
        results = await self._batcher.transcribe(list(new.values()), request)
        self._known.update(zip(new, results, strict=True))
        return [self._known[key] for key in keys]

    async def language_probabilities(self, window: Pcm, request: EngineRequest) -> dict[str, float]:
        return await self._batcher.language_probabilities(window, request)


async def heard(
    chunks: Sequence[tuple[ChunkPlan, Pcm]], listener: Remembering, request: EngineRequest, *, between: bool
) -> str:
    """The text of a file, as the service hears it; `between` is whether cuts between chunks are heard again."""
    hallucinations = Hallucinations.load()
    results = await asyncio.gather(
        *(recognize(pcm, plan, listener, request, MAX_WINDOW_SECONDS, hallucinations) for plan, pcm in chunks)
    )
    rows = [
        Chunk("", "", plan, "", ChunkStatus.COMPLETED, found.segments, found.gaps, None)
        for (plan, _), found in zip(chunks, results, strict=True)
    ]
    audio = {plan.index: pcm for plan, pcm in chunks}
    (track,) = tracks_of(rows)

    async def audio_of(chunk: Chunk) -> Pcm:
        return audio[chunk.plan.index]

    disputes = disputes_of(track) if between else []
    again = await heard_again(track, disputes, audio_of, listener, request, MAX_WINDOW_SECONDS)
    return join_text(track.segments(again))


def prepared(mix: Mix) -> Iterator[tuple[ChunkPlan, Pcm]]:
    """The chunks of a mix that hold speech, each with its audio."""
    with tempfile.TemporaryDirectory() as scratch:
        source = write(mix.recording, Path(scratch) / "speech.flac")
        for item in prepare(source, chunk_seconds=CHUNK_SECONDS, max_seconds=float("inf")):
            if isinstance(item, PreparedChunk) and not item.plan.is_silent:
                yield item.plan, flac.decode(item.flac)
