"""How much a layout does: the processes, the batcher and the engines of the service, fed for some seconds."""

import asyncio
import contextlib
import itertools
import multiprocessing
import resource
import time
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from stt.worker.audio.pcm import Pcm
from stt.worker.constants import SAMPLE_RATE
from stt.worker.errors import EngineCrashed
from stt.worker.inference.batcher import Batcher, WindowFailure
from stt.worker.inference.layout import Layout
from stt.worker.inference.pool import EnginePool, EngineRequest
from stt.worker.preparation.decoder import Decoder

DIFFERENT_WINDOWS = 5
LONGEST_SAMPLE_SECONDS = 600.0


@dataclass(frozen=True)
class Trial:
    """What came out of it; `child_memory` in bytes, 0 where the system does not tell."""

    windows_per_second: float
    child_memory: int


def speech_windows(source: Path, seconds: float) -> list[Pcm]:
    """Full windows of speech: that of a file, over and over, each window beginning elsewhere in it."""
    blocks = Decoder(source, max_seconds=LONGEST_SAMPLE_SECONDS).blocks()
    speech = np.concatenate([block[0] for block in blocks])
    length, step = round(seconds * SAMPLE_RATE), len(speech) // DIFFERENT_WINDOWS
    return [np.resize(np.roll(speech, -step * number), length) for number in range(DIFFERENT_WINDOWS)]


async def try_out(layout: Layout, request: EngineRequest, windows: Sequence[Pcm], seconds: float) -> Trial:
    """Keep all processes busy for `seconds`, and as long as their batches then still take.

    Starting them, loading the model and each one's first window do not count.

    Raises:
        ModelUnavailable: the model cannot be used in this layout.
        EngineCrashed, EngineTimeout: the engine died or hung, for want of memory most often.
    """
    async with _engines(layout) as (pool, batcher):
        await asyncio.gather(*(pool.transcribe(windows[:1], request) for _ in range(layout.children)))
        supply, ends = itertools.cycle(windows), list[float]()
        begun = time.monotonic()

        async def feed() -> int:
            """The windows that went through here; the next batch is there as soon as the last one is done."""
            done = 0
            while not done or time.monotonic() - begun < seconds:
                batch = list(itertools.islice(supply, layout.batch_size))
                for result in await batcher.transcribe(batch, request):
                    if isinstance(result, WindowFailure):
                        raise EngineCrashed(result.message, code=result.code)
                ends.append(time.monotonic() - begun)
                done += len(batch)
            return done

        try:
            async with asyncio.TaskGroup() as group:
                # Behind each batch that is decoded waits another: the share of a process that is free is a batch.
                feeding = [group.create_task(feed()) for _ in range(2 * layout.children)]
        except ExceptionGroup as failures:
            raise failures.exceptions[0] from failures
        # The processes end one after the other; each has worked up to its own last batch.
        worked = sum(sorted(ends)[-layout.children :]) / layout.children
        return Trial(sum(task.result() for task in feeding) / worked, _largest_child())


@contextlib.asynccontextmanager
async def _engines(layout: Layout) -> AsyncIterator[tuple[EnginePool, Batcher]]:
    pool = EnginePool(layout.children, layout.hardware, gpus=layout.gpus)
    batcher = Batcher(pool, batch_size=layout.batch_size)
    try:
        yield pool, batcher
    finally:
        await batcher.close()
        await pool.close()


def _largest_child() -> int:
    accounts = (Path(f"/proc/{child.pid}/statm") for child in multiprocessing.active_children())
    pages = [int(account.read_text().split()[1]) for account in accounts if account.exists()]
    return max(pages, default=0) * resource.getpagesize()
