"""This service's pipeline, stage by stage as its processor joins them. The only file that knows its insides."""

import asyncio
import os
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from types import TracebackType
from typing import Self

from benchmarks.fidelity.transcription import Cut, Segment, Transcription
from stt.domain import transcript
from stt.domain.chunk import ChunkPlan, Span
from stt.worker.batcher import Batcher, EngineRequest, WindowFailure, WindowResult
from stt.worker.chunking import OVERLAP
from stt.worker.constants import SAMPLE_RATE, VAD_FRAME
from stt.worker.engine import EnginePool
from stt.worker.engine_child import Hardware
from stt.worker.merger import Piece, merge
from stt.worker.models.store import ModelStore
from stt.worker.preparation import prepare
from stt.worker.prepared import PreparedChunk
from stt.worker.recognizer import recognize
from stt.worker.transcriber.base import DecodingOptions
from stt.worker.windows import plan_windows
from tools.speech import write
from tools.speech.recording import Pcm, Recording, Word

OVERLAP_SECONDS = OVERLAP * VAD_FRAME / SAMPLE_RATE
"""By how much the audio of a chunk reaches over a cut inside speech."""


def plan_chunks(recording: Recording, chunk_seconds: float) -> list[ChunkPlan]:
    """The chunks the service would make."""
    with tempfile.TemporaryDirectory() as scratch:
        source = write(recording, Path(scratch) / "speech.wav")
        prepared = prepare(source, chunk_seconds=chunk_seconds, max_seconds=float("inf"))
        return [item.plan for item in prepared if isinstance(item, PreparedChunk)]


def recut(plans: Sequence[ChunkPlan], cuts: Sequence[float], overlap: float = OVERLAP_SECONDS) -> list[ChunkPlan]:
    """The same speech in chunks cut at other moments, as if there were no pause at any of them."""
    speech = _union([span for plan in plans for span in plan.speech])
    borders = [plans[0].owned.start, *cuts, plans[-1].owned.end]
    return [_chunk(index, Span(*owned), speech, borders, overlap) for index, owned in enumerate(pairwise(borders))]


def _chunk(index: int, owned: Span, speech: Sequence[Span], borders: Sequence[float], overlap: float) -> ChunkPlan:
    start, end = max(borders[0], owned.start - overlap), min(borders[-1], owned.end + overlap)
    inside = (Span(max(start, span.start), min(end, span.end)) for span in speech)
    return ChunkPlan(index, owned, Span(start, end), tuple(span for span in inside if span.duration > 0))


def _union(spans: Sequence[Span]) -> list[Span]:
    joined: list[Span] = []
    for span in sorted(spans, key=lambda span: span.start):
        if joined and span.start <= joined[-1].end:
            joined[-1] = Span(joined[-1].start, max(joined[-1].end, span.end))
        else:
            joined.append(span)
    return joined


class Service:
    """The pipeline with one engine, from chunk plans to a transcript; use it as a context."""

    def __init__(self, engine: str, *, beam_size: int = 5) -> None:
        self.engine = engine
        self._beam_size = beam_size
        self._runner = asyncio.Runner()
        children = os.cpu_count() or 1
        self._pool = EnginePool(children, Hardware(device="cpu", threads=1))
        self._batcher = Batcher(self._pool, batch_size=8)
        model = self._runner.run(ModelStore(Path("none")).resolve("demo", engine))
        self._path, self._longest = model.path, model.card.window_seconds

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._runner.run(self._batcher.close())
        self._runner.run(self._pool.close())
        self._runner.close()

    def transcribe(self, recording: Recording, plans: Sequence[ChunkPlan]) -> Transcription:
        """What the service writes for the recording when it is cut into these chunks."""
        pieces = self._runner.run(self._pieces(recording, plans))
        return Transcription(tuple(map(_segment, merge(pieces))), tuple(self._cuts(plans)))

    def concatenate(self, recording: Recording, plans: Sequence[ChunkPlan]) -> Transcription:
        """The same without the merger between chunks: what each of them gave, one behind the other."""
        pieces = self._runner.run(self._pieces(recording, plans))
        segments = tuple(_segment(segment) for piece in pieces for segment in piece.segments)
        return Transcription(segments, tuple(self._cuts(plans)))

    def listen(self, windows: Sequence[Pcm], language: str) -> list[list[Word]]:
        """The engine alone."""
        results = self._runner.run(self._batcher.transcribe(windows, self._request(language)))
        return [_words(_heard(result)) for result in results]

    def _request(self, language: str) -> EngineRequest:
        return EngineRequest(self.engine, self._path, DecodingOptions(language, self._beam_size))

    async def _pieces(self, recording: Recording, plans: Sequence[ChunkPlan]) -> list[Piece]:
        spoken = [plan for plan in plans if not plan.is_silent]
        request = self._request(recording.language)
        work = [
            recognize(_audio(recording, plan), plan, self._batcher, request, self._longest)
            for plan in spoken
        ]
        heard = await asyncio.gather(*work)
        return [Piece(p.audio, p.owned, h.segments) for p, h in zip(spoken, heard, strict=True)]

    def _cuts(self, plans: Sequence[ChunkPlan]):
        for plan in plans:
            for window in plan_windows(plan, self._longest):
                if window.owned.end < plan.owned.end:
                    yield Cut(window.owned.end, window.owned.end, "windows")
            if plan is not plans[-1]:
                yield Cut(plan.owned.end, plan.owned.end, "chunks")


def _heard(result: WindowResult) -> tuple[transcript.Segment, ...]:
    if isinstance(result, WindowFailure):
        raise RuntimeError(f"The engine failed: {result.message}")
    return result


def _audio(recording: Recording, plan: ChunkPlan) -> Pcm:
    return recording.pcm[round(plan.audio.start * SAMPLE_RATE) : round(plan.audio.end * SAMPLE_RATE)]


def _segment(segment: transcript.Segment) -> Segment:
    return Segment(segment.start, segment.end, tuple(_words([segment])))


def _words(segments: Sequence[transcript.Segment]) -> list[Word]:
    return [Word(word.word, word.start, word.end) for segment in segments for word in segment.words]
