"""Inference in child processes that can be killed."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, TypeVar

import structlog

from stt.domain.transcripts.transcript import Segment
from stt.domain.whisper.engine import Engine
from stt.worker.audio.pcm import Pcm, Sound, seconds_of
from stt.worker.inference import child
from stt.worker.inference.child import Hardware, ModelKey
from stt.worker.inference.process import EngineProcess
from stt.worker.transcriber.base import DecodingOptions

log = structlog.get_logger()

Result = TypeVar("Result")

DEADLINE_PER_AUDIO_SECOND = 20.0
"""Seconds of work granted to a second of audio, beside the flat part: six temperatures on a slow machine need ten."""

LOADING_SECONDS = 300.0
"""Granted on top where the process has yet to load the model: gigabytes from a slow disk."""


@dataclass(frozen=True)
class EngineRequest:
    """Which engine, the model at which path, decoding how: windows may share a batch if these are equal.

    `bands` are those of the spectrogram that is to be made of windows first; `None` where the engine makes its own.
    """

    engine: Engine
    path: Path
    options: DecodingOptions
    bands: int | None = None

    @property
    def key(self) -> ModelKey:
        """What a process has to load for it."""
        return self.engine, self.path


class EnginePool:
    """A fixed number of child processes, started when first needed, each with its own models and threads.

    Where there are several `gpus` the children are dealt out to them in turn.
    A call past `deadline_seconds` + 20 s per second of audio (+ 300 s for the first use of a model) is killed with its
    process; the next call starts another.
    """

    def __init__(self, children: int, hardware: Hardware, *, deadline_seconds: float = 300.0, gpus: int = 1) -> None:
        self.children = children
        self._deadline_seconds = deadline_seconds
        self._processes = tuple(EngineProcess(replace(hardware, gpu=n % max(1, gpus))) for n in range(children))
        self._free = list(self._processes)
        self._slots = asyncio.Semaphore(children)

    async def transcribe(self, windows: Sequence[Sound], request: EngineRequest) -> list[tuple[Segment, ...]]:
        """The segments of each window, timed from its start. Cancelling kills the process at work on them.

        Raises:
            EngineTimeout: the process ran past the deadline and was killed.
            EngineCrashed: the process died, or the engine failed in it.
            ModelUnavailable: the model cannot be loaded, or not be used with these options.
        """
        seconds = sum(map(seconds_of, windows))
        return await self._run(child.transcribe, request.key, (list(windows), request.options), seconds)

    async def language_probabilities(self, window: Pcm, request: EngineRequest) -> dict[str, float]:
        """How likely each language is; raises as `transcribe` does."""
        arguments = window, request.options.audio_context
        return await self._run(child.language_probabilities, request.key, arguments, seconds_of(window))

    async def let_go(self, idle_seconds: float) -> None:
        """End the processes that have held models for so long without being asked; they start again when needed."""
        for process in [free for free in self._free if free.idle_seconds >= idle_seconds]:
            async with self._slots:
                if process not in self._free or process.idle_seconds < idle_seconds:
                    continue  # it was asked meanwhile
                self._free.remove(process)
                try:
                    await process.stop()
                    log.info("model_let_go", idle_seconds=idle_seconds)
                finally:
                    self._free.append(process)

    async def close(self) -> None:
        """Kill the processes; calls under way fail."""
        await asyncio.gather(*(process.stop() for process in self._processes))

    async def _run(
        self, function: Callable[..., Result], key: ModelKey, arguments: tuple[Any, ...], seconds: float
    ) -> Result:
        async with self._process_for(key) as process:
            deadline = self._deadline_seconds + DEADLINE_PER_AUDIO_SECOND * seconds
            deadline += 0 if key in process.loaded else LOADING_SECONDS
            return await process.run(function, key, arguments, deadline)

    @contextlib.asynccontextmanager
    async def _process_for(self, key: ModelKey) -> AsyncIterator[EngineProcess]:
        """A free process: one that holds the model if there is one, else the one that holds the fewest."""
        async with self._slots:
            process = max(self._free, key=lambda free: (key in free.loaded, -len(free.loaded)))
            self._free.remove(process)
            try:
                yield process
            finally:
                self._free.append(process)
