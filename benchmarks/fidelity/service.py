"""This service, whole and embedded, and its engines alone. The only file here that knows its insides."""

import asyncio
import math
import os
import tempfile
from collections.abc import AsyncGenerator, AsyncIterator, Iterator, Sequence
from contextlib import AsyncExitStack, ExitStack, aclosing
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any, Self
from unittest.mock import patch

from benchmarks.fidelity.transcription import Cut, Segment, Transcription
from stt import bootstrap
from stt.core.config import Settings
from stt.core.logger import configure_logging
from stt.domain.access.owner import ANONYMOUS
from stt.domain.access.scopes import WITHOUT_KEY
from stt.domain.jobs.chunk import ChunkPlan, Span
from stt.domain.jobs.job import JobStatus
from stt.domain.transcripts import transcript
from stt.domain.whisper.engine import Engine
from stt.services.jobs.options import Choices
from stt.worker.audio import flac
from stt.worker.constants import SAMPLE_RATE, VAD_FRAME
from stt.worker.cutting.chunking import OVERLAP
from stt.worker.cutting.windows import plan_windows
from stt.worker.inference.batcher import Batcher, EngineRequest, WindowFailure, WindowResult
from stt.worker.inference.child import Hardware
from stt.worker.inference.pool import EnginePool
from stt.worker.models import ModelStore
from stt.worker.preparation.child import prepare
from stt.worker.preparation.prepared import Prepared, PreparedAudio, PreparedChunk
from stt.worker.preparation.preparer import Preparer
from stt.worker.transcriber.base import DecodingOptions
from tools.speech import write
from tools.speech.recording import Pcm, Recording, Word

ENGINES = tuple(Engine)
CHUNK_SECONDS = 60.0
OVERLAP_SECONDS = OVERLAP * VAD_FRAME / SAMPLE_RATE
"""By how much the audio of a chunk reaches over a cut inside speech."""
POLL_SECONDS = 0.1


class Ear:
    """An engine alone, with the service's own adapter, on windows that somebody else has cut."""

    def __init__(self, engine: str, *, beam_size: int) -> None:
        self.engine = engine
        self._beam_size = beam_size

    def __enter__(self) -> Self:
        self._runner = asyncio.Runner()
        self._pool = EnginePool(os.cpu_count() or 1, Hardware(device="cpu", threads=1))
        self._batcher = Batcher(self._pool, batch_size=8)
        self._path = self._runner.run(ModelStore(Path()).resolve("demo", self.engine)).path
        return self

    def __exit__(self, *_: object) -> None:
        self._runner.run(self._batcher.close())
        self._runner.run(self._pool.close())
        self._runner.close()

    def listen(self, windows: Sequence[Pcm], language: str) -> list[tuple[Segment, ...]]:
        """The segments of each window, timed from its start."""
        request = EngineRequest(self.engine, self._path, DecodingOptions(language, self._beam_size))
        return [_successful(result) for result in self._runner.run(self._batcher.transcribe(windows, request))]


class Service:
    """The embedded service with one engine: database, storage, consumer, everything but HTTP."""

    def __init__(self, engine: str, *, beam_size: int) -> None:
        self.name = f"this service, {engine}"
        self.engine = engine
        self._beam_size = beam_size

    def __enter__(self) -> Self:
        self._exits = ExitStack()
        home = Path(self._exits.enter_context(tempfile.TemporaryDirectory(prefix="fidelity-")))
        self._runner = self._exits.enter_context(asyncio.Runner())
        self._parts = AsyncExitStack()
        self._exits.callback(lambda: self._runner.run(self._parts.aclose()))
        configure_logging("console", "error")
        self._runner.run(self._open(_settings(home, self.engine, self._beam_size)))
        return self

    def __exit__(self, *_: object) -> None:
        self._exits.close()

    def transcribe(self, recording: Recording) -> Transcription:
        """What the service writes for the recording as a file."""
        with tempfile.TemporaryDirectory() as scratch:
            source = write(recording, Path(scratch) / "speech.flac")
            plans = _natural_plans(source)
            segments = self._runner.run(self._job(source, recording.language))
        return Transcription(segments, tuple(self._cuts(plans)))

    def transcribe_in(self, plans: Sequence[ChunkPlan], recording: Recording) -> Transcription:
        """What it writes when the file is cut into these chunks instead of its own."""
        chunks = (PreparedChunk(plan, _encoded(recording, plan)) for plan in plans)
        self._preparer.plan(chunks, recording.duration)
        with tempfile.TemporaryDirectory() as scratch:
            # What is in the file does not matter: what it would be prepared into is given.
            source = write(Recording(recording.pcm[:SAMPLE_RATE]), Path(scratch) / "speech.flac")
            segments = self._runner.run(self._job(source, recording.language))
        return Transcription(segments, tuple(self._cuts(plans)))

    async def _open(self, settings: Settings) -> None:
        enter = self._parts.enter_async_context
        base = await enter(bootstrap.foundation(settings))
        self._jobs = await enter(bootstrap.job_service(base))
        self._longest = (await bootstrap.model_store(settings).resolve("demo", self.engine)).card.window_seconds
        # In the numbers that are set, not those that a CPU is quickest in: the bare libraries beside it have them too.
        layout = replace(await bootstrap.layout_of(settings), compute_type=settings.compute_type)
        with patch("stt.bootstrap.consumer_side.Preparer", self._planned_preparer):
            consumer = await enter(bootstrap.consumer(base, layout))
        self._working = asyncio.create_task(consumer.run())
        self._parts.push_async_callback(_ended, self._working)

    def _planned_preparer(self, **options: Any) -> "_PlannedPreparer":
        self._preparer = _PlannedPreparer(**options)
        return self._preparer

    async def _job(self, source: Path, language: str) -> tuple[Segment, ...]:
        stored = await self._jobs.store(source.name, _blocks(source))
        options = self._jobs.options(Choices(language=language, model="demo", engine=self.engine))
        await self._jobs.accept(WITHOUT_KEY, stored, options)
        job = await self._jobs.status(ANONYMOUS, stored.job_id)
        while not job.status.is_terminal:
            await asyncio.wait({self._working}, timeout=POLL_SECONDS)
            if self._working.done():
                self._working.result()
            job = await self._jobs.status(ANONYMOUS, stored.job_id)
        if job.status is not JobStatus.COMPLETED:
            raise RuntimeError(f"The service failed: {job.error_message}")
        result = await self._jobs.result(ANONYMOUS, stored.job_id)
        return tuple(map(_segment, result.transcript.segments))

    def _cuts(self, plans: Sequence[ChunkPlan]) -> Iterator[Cut]:
        for plan, following in pairwise([*plans, None]):
            for window in plan_windows(plan, self._longest):
                if window.owned.end < plan.owned.end:
                    yield Cut(window.owned.end, window.owned.end, "windows")
            if following is not None:
                yield Cut(plan.owned.end, plan.owned.end, "chunks")


class _PlannedPreparer(Preparer):
    """Prepares files as the service does, or gives what somebody has planned for the next one."""

    _planned: list[Prepared] | None = None

    def plan(self, chunks: Iterator[PreparedChunk], duration: float) -> None:
        self._planned = [*chunks, PreparedAudio(duration, None)]

    async def prepare(self, *asked: Any) -> AsyncGenerator[Prepared, None]:
        planned, self._planned = self._planned, None
        if planned is None:
            async with aclosing(super().prepare(*asked)) as prepared:
                async for item in prepared:
                    yield item
        else:
            for item in planned:
                yield item


def recut(
    recording: Recording, moments: Sequence[float], *, overlap: float = OVERLAP_SECONDS, within: float = math.inf
) -> list[ChunkPlan]:
    """Chunks of the recording that part at `moments`, as the service would part them if nobody ever paused there.

    Speech further than `within` seconds from all of these is left out.
    """
    with tempfile.TemporaryDirectory() as scratch:
        natural = _natural_plans(write(recording, Path(scratch) / "speech.flac"))
    wanted = _union([Span(moment - within, moment + within) for moment in moments])
    speech = _common(_union([span for plan in natural for span in plan.speech]), wanted)
    borders = [0.0, *moments, recording.duration]
    return [_chunk(index, Span(*owned), speech, borders, overlap) for index, owned in enumerate(pairwise(borders))]


def _natural_plans(source: Path) -> list[ChunkPlan]:
    prepared = prepare(source, chunk_seconds=CHUNK_SECONDS, max_seconds=float("inf"))
    return [item.plan for item in prepared if isinstance(item, PreparedChunk)]


def _chunk(index: int, owned: Span, speech: Sequence[Span], borders: Sequence[float], overlap: float) -> ChunkPlan:
    start, end = max(borders[0], owned.start - overlap), min(borders[-1], owned.end + overlap)
    return ChunkPlan(index, owned, Span(start, end), tuple(_common(speech, [Span(start, end)])))


def _common(spans: Sequence[Span], others: Sequence[Span]) -> list[Span]:
    pieces = (Span(max(a.start, b.start), min(a.end, b.end)) for a in spans for b in others)
    return [piece for piece in pieces if piece.duration > 0]


def _union(spans: Sequence[Span]) -> list[Span]:
    joined: list[Span] = []
    for span in sorted(spans, key=lambda span: span.start):
        if joined and span.start <= joined[-1].end:
            joined[-1] = Span(joined[-1].start, max(joined[-1].end, span.end))
        else:
            joined.append(span)
    return joined


def _settings(home: Path, engine: str, beam_size: int) -> Settings:
    options: dict[str, Any] = {
        "DATABASE_URL": "",
        "RABBITMQ_URL": "",
        "MINIO_ENDPOINT": "",
        "data_dir": home,
        "scratch_dir": home / "scratch",
        "model_dir": home / "models",
        "engine": engine,
        "device": "cpu",
        "beam_size": beam_size,
        "chunk_seconds": CHUNK_SECONDS,
        "poll_seconds": POLL_SECONDS,
    }
    return Settings(**options)


async def _ended(task: "asyncio.Task[None]") -> None:
    task.cancel()
    await asyncio.wait({task})


async def _blocks(file: Path) -> AsyncIterator[bytes]:
    yield await asyncio.to_thread(file.read_bytes)


def _encoded(recording: Recording, plan: ChunkPlan) -> bytes:
    first, last = (round(moment * SAMPLE_RATE) for moment in (plan.audio.start, plan.audio.end))
    return b"" if plan.is_silent else flac.encode(recording.pcm[first:last])


def _successful(result: WindowResult) -> tuple[Segment, ...]:
    if isinstance(result, WindowFailure):
        raise RuntimeError(f"The engine failed: {result.message}")
    return tuple(map(_segment, result))


def _segment(segment: transcript.Segment) -> Segment:
    words = tuple(Word(word.word, word.start, word.end) for word in segment.words)
    return Segment(segment.start, segment.end, words)
