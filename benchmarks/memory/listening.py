"""An inference process over thousands of windows."""

import asyncio
import os

from benchmarks.memory.account import MEGABYTE, children_of, held_by
from benchmarks.memory.finding import Finding
from benchmarks.report.progress import Step
from stt.cli.bench.trial import speech_windows
from stt.domain.whisper.engine import Engine
from stt.worker.inference.child import Hardware
from stt.worker.inference.pool import EnginePool, EngineRequest
from stt.worker.models.store import PACKAGED
from stt.worker.transcriber.audio_context import AudioContext
from stt.worker.transcriber.base import DecodingOptions

MOST = 16 * MEGABYTE
BATCH = 8
WINDOW_SECONDS = 1.0
"""Short, and encoded at their own length, so that thousands take a minute or two: what leaks leaks by the call."""
SETTLED_PART = 0.1
"""Of the windows: what a process holds after these is what it needs."""


def listen(windows: int, step: Step) -> Finding:
    """What a process holds later beyond what it held after the first tenth of its windows."""
    settled, later = asyncio.run(_held_while_listening(windows, step))
    under = f"{windows:,} windows, beyond the first {round(windows * SETTLED_PART):,}"
    return Finding("inference child", under, settled, max(later), max(later) - settled, MOST)


async def _held_while_listening(windows: int, step: Step) -> tuple[int, list[int]]:
    pool = EnginePool(1, Hardware("cpu"))
    options = DecodingOptions("en", beam_size=1, audio_context=AudioContext.ADAPTIVE)
    request = EngineRequest(Engine.FASTER_WHISPER, PACKAGED / "demo" / "ct2", options)
    audio = speech_windows(PACKAGED / "sample-en.flac", WINDOW_SECONDS)
    settled, later, child = 0, [0], 0
    try:
        for done in range(0, windows, BATCH):
            await pool.transcribe([audio[(done + n) % len(audio)] for n in range(BATCH)], request)
            child = child or children_of(os.getpid(), "spawn_main")[0]
            own = held_by(child).own
            if done + BATCH <= windows * SETTLED_PART:
                settled = max(settled, own)
            else:
                later.append(own)
            step(done / windows)
    finally:
        await pool.close()
    return settled, later
