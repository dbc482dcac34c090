"""What a chunk costs beside the work on it: to be claimed, read, stored and ticked off."""

import asyncio
import contextlib
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from statistics import median
from unittest.mock import patch

import numpy as np

from benchmarks.forms import environment, own_queues
from benchmarks.overhead.filler import fill, plan_of_claim
from benchmarks.overhead.listener import InstantListener
from benchmarks.overhead.parts import RECOGNISE, medians, noted_parts
from stt import bootstrap
from stt.core.config import Settings
from stt.core.logger import configure_logging
from stt.core.messaging.embedded import EmbeddedQueue
from stt.core.messaging.rabbitmq import RabbitQueue
from stt.domain.access.owner import ANONYMOUS
from stt.domain.jobs.chunk import ChunkPlan, Span
from stt.domain.jobs.claim import Priority
from stt.domain.jobs.keys import chunk_key
from stt.domain.jobs.messages import ChunkMessage, Lane
from stt.repositories.jobs.new_jobs import NewJob
from stt.worker.audio import flac
from stt.worker.audio.pcm import Pcm
from stt.worker.constants import SAMPLE_RATE

JOB = "measured"
SECONDS = 60.0
PHRASE_SECONDS, PAUSE_SECONDS = 7.5, 0.5
"""Phrases that fill a window each, with clear pauses between them: every window is heard once."""
AT_ONCE = {Lane.JOBS: 1, Lane.CHUNKS: 1}
"""One chunk at a time: the time from one to the next is then what one costs."""
PATIENCE_SECONDS = 60.0


@dataclass(frozen=True)
class ChunkCost:
    """Milliseconds for each of the chunks measured, among so many `rows` of others."""

    form: str
    rows: int
    milliseconds: tuple[float, ...]
    """Of queue, database and storage; without the decoding of FLAC and the joining of windows, which are work."""
    parts: Mapping[str, float]
    """Milliseconds of each part in the median."""
    decoding: float
    """Milliseconds for a minute of FLAC, in the median."""
    plan: str

    @property
    def overhead(self) -> float:
        """Milliseconds in the median."""
        return median(self.milliseconds)


def measure(form: str, rows: int, chunks: int) -> ChunkCost:
    """Let a consumer work through a job of so many chunks, with others' rows around it."""
    with tempfile.TemporaryDirectory(prefix="overhead-") as folder, environment(form, Path(folder)) as variables:
        settings = _settings(variables)
        with own_queues(settings.rabbitmq_url) as prefix, _measured_consumer(prefix):
            return asyncio.run(_measure(settings, form, rows, chunks))


async def _measure(settings: Settings, form: str, rows: int, chunks: int) -> ChunkCost:
    async with bootstrap.foundation(settings) as base:
        await fill(base.database, rows)
        audio = flac.encode(_speech())
        await _prepare(base, audio, chunks)
        listener, decodings = InstantListener(chunks), []
        with _noted_decoding(decodings), noted_parts() as seconds:
            await _work(base, listener)
        # From one chunk to the next there are the joining of the one and the decoding of the next.
        between = zip(pairwise(listener.asked), seconds[RECOGNISE], decodings[1:], strict=False)
        took = [after - before - joining - decoding for (before, after), joining, decoding in between]
        parts = medians(seconds, decodings, took)
        plan = await plan_of_claim(base.database)
        return ChunkCost(form, rows, tuple(1000 * t for t in took), parts, 1000 * median(decodings), plan)


async def _prepare(base: bootstrap.Foundation, audio: bytes, chunks: int) -> None:
    """A job whose chunks go before all others, with a ticket for each."""
    await base.jobs.add(NewJob(ANONYMOUS, JOB, "talk.mp3", "uploads/talk.mp3", "vi", "demo", priority=Priority.HIGH))
    job, claim = await base.jobs.claim("preparing", 600)
    for index in range(chunks):
        span = Span(SECONDS * index, SECONDS * (index + 1))
        starts = [span.start + PHRASE_SECONDS * number for number in range(int(SECONDS / PHRASE_SECONDS))]
        speech = tuple(Span(start + PAUSE_SECONDS, start + PHRASE_SECONDS) for start in starts)
        key = chunk_key(JOB, index)
        await base.storage.write(key, audio)
        await base.chunks.add(claim, job, ChunkPlan(index, span, span, speech), key)
        await base.queue.publish(Lane.CHUNKS, ChunkMessage(JOB, index).encode())
    # One more than there are: it never gets as far as its merge.
    await base.jobs.finish_prepare(claim, duration=SECONDS * chunks, chunks_total=chunks + 1, broke_off=None)


@contextlib.contextmanager
def _measured_consumer(prefix: str) -> Iterator[None]:
    def queue(settings: Settings, _layout: object) -> object:
        if not settings.rabbitmq_url:
            return EmbeddedQueue()
        return RabbitQueue(settings.rabbitmq_url, prefetch=AT_ONCE, prefix=prefix)

    with (
        patch("stt.bootstrap.consumer_side.slots_of", lambda *_: AT_ONCE),
        # By name: the package has a function that is called as this module is.
        patch.object(sys.modules["stt.bootstrap.foundation"], "choose_queue", queue),
    ):
        yield


@contextlib.asynccontextmanager
async def _consuming(base: bootstrap.Foundation, listener: InstantListener) -> AsyncIterator[None]:
    layout = await bootstrap.layout_of(base.settings)
    with patch("stt.bootstrap.consumer_side.Batcher", lambda *_, **__: listener):
        async with bootstrap.consumer(base, layout) as consumer:
            working = asyncio.create_task(consumer.run())
            try:
                yield
            finally:
                working.cancel()
                await asyncio.wait({working})


@contextlib.contextmanager
def _noted_decoding(seconds: list[float]) -> Iterator[None]:
    decode = flac.decode

    def noted(body: bytes) -> Pcm:
        began = time.perf_counter()
        pcm = decode(body)
        seconds.append(time.perf_counter() - began)
        return pcm

    with patch.object(flac, "decode", noted):
        yield


async def _work(base: bootstrap.Foundation, listener: InstantListener) -> None:
    async with _consuming(base, listener), asyncio.timeout(PATIENCE_SECONDS):
        await listener.has_enough.wait()


def _speech() -> np.ndarray:
    """Noise as loud as speech: FLAC makes as much of it."""
    draw = np.random.default_rng(1)
    return (draw.standard_normal(round(SECONDS * SAMPLE_RATE)) * 500).astype(np.int16)


def _settings(variables: dict[str, str]) -> Settings:
    configure_logging("console", "error")
    with patch.dict("os.environ", variables):
        return Settings(_env_file=None, model_downloads=False, lease_seconds=60, poll_seconds=1)  # type: ignore[call-arg]
