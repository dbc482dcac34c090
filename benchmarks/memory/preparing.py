"""The process that decodes and cuts, on a long file."""

import asyncio
import contextlib
import os
from pathlib import Path

from benchmarks.memory.account import MEGABYTE, children_of, held_by
from benchmarks.memory.finding import Finding
from benchmarks.preparation.files import written
from benchmarks.report.progress import Step
from stt.worker.preparation.prepared import PreparedChunk
from stt.worker.preparation.preparer import Preparer

MOST = 64 * MEGABYTE
CHUNK_SECONDS = 60.0
SETTLED_SECONDS = 600.0
"""Audio after which the process holds what it needs."""


def prepare(home: Path, minutes: int, step: Step) -> Finding:
    """What the process holds later beyond what it held after the first ten minutes of audio."""
    home.mkdir(parents=True, exist_ok=True)
    path = written(home / "long.mp3", minutes * 60.0)
    settled, later = asyncio.run(_held_while_preparing(path, minutes * 60.0, step))
    under = f"a file of {minutes} min, beyond its first {min(SETTLED_SECONDS / 60, minutes / 2):g}"
    return Finding("preparing child", under, settled, max(later), max(later) - settled, MOST)


async def _held_while_preparing(path: Path, seconds: float, step: Step) -> tuple[int, list[int]]:
    chunk_seconds = min(CHUNK_SECONDS, seconds / 4)  # some in either half
    preparer = Preparer(children=1, chunk_seconds=chunk_seconds, max_seconds=seconds + 60)
    settled, later = 0, [0]
    try:
        async with contextlib.aclosing(preparer.prepare(path)) as items:
            async for item in items:
                if not isinstance(item, PreparedChunk):
                    continue
                own = max(held_by(pid).own for pid in children_of(os.getpid(), "stt.worker.preparation.child"))
                if item.plan.owned.end <= min(SETTLED_SECONDS, seconds / 2):
                    settled = max(settled, own)
                else:
                    later.append(own)
                step(item.plan.owned.end / seconds)
    finally:
        await preparer.close()
    return settled, later
