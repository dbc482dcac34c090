"""Inference in child processes that can be killed."""

import asyncio
import multiprocessing
import os
import signal
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from pebble import ProcessExpired, ProcessPool

from stt.domain.transcript import Segment
from stt.worker import engine_child
from stt.worker.constants import SAMPLE_RATE
from stt.worker.engine_child import Hardware
from stt.worker.errors import EngineCrashed, EngineTimeout
from stt.worker.transcriber.base import DecodingOptions, Pcm

Result = TypeVar("Result")

DEADLINE_PER_AUDIO_SECOND = 20.0
"""Seconds of work granted to a second of audio, beside the flat part: six temperatures on a slow machine need ten."""


@dataclass(frozen=True)
class EngineRequest:
    """Which engine, the model at which path, decoding how: windows may share a batch if these are equal."""

    engine: str
    path: Path
    options: DecodingOptions


class EnginePool:
    """A fixed number of child processes, started when first needed, each with its own models and threads.

    A call past `deadline_seconds` + 20 s per second of audio is killed with its child; the pool starts another.
    """

    def __init__(self, children: int, hardware: Hardware, *, deadline_seconds: float = 300.0) -> None:
        self.children = children
        self._deadline_seconds = deadline_seconds
        self._pool = ProcessPool(
            max_workers=children,
            initializer=engine_child.begin,
            initargs=(hardware, os.getpid()),
            # A forked child of a threaded process may inherit a lock that nobody will ever release.
            context=multiprocessing.get_context("spawn"),
        )

    async def transcribe(self, windows: Sequence[Pcm], request: EngineRequest) -> list[tuple[Segment, ...]]:
        """The segments of each window, timed from its start.

        Raises:
            EngineTimeout: the child ran past the deadline and was killed.
            EngineCrashed: the child died.
            ModelUnavailable: the model cannot be loaded, or not be used with these options.
        """
        seconds = sum(len(window) for window in windows) / SAMPLE_RATE
        arguments = (request.engine, request.path, list(windows), request.options)
        return await self._run(engine_child.transcribe, arguments, seconds)

    async def language_probabilities(self, window: Pcm, request: EngineRequest) -> dict[str, float]:
        """How likely each language is; raises as `transcribe` does."""
        arguments = (request.engine, request.path, window)
        return await self._run(engine_child.language_probabilities, arguments, len(window) / SAMPLE_RATE)

    async def _run(self, function: Callable[..., Result], arguments: tuple[Any, ...], seconds: float) -> Result:
        deadline = self._deadline_seconds + DEADLINE_PER_AUDIO_SECOND * seconds
        # Cancelling the awaiting task cancels this future, and that kills the child at work on it.
        future = self._pool.schedule(function, args=arguments, timeout=deadline)
        try:
            return await asyncio.wrap_future(future)
        except TimeoutError as error:
            raise EngineTimeout(f"Inference took longer than {deadline:.0f} s and was stopped.") from error
        except ProcessExpired as error:
            raise EngineCrashed(f"The inference process died: {_cause(error.exitcode)}.") from error

    async def close(self) -> None:
        """Kill the children; calls under way fail."""
        self._pool.stop()  # type: ignore[no-untyped-call]
        await asyncio.to_thread(self._pool.join)


def _cause(exit_code: int | None) -> str:
    if exit_code == -signal.SIGKILL:
        return "killed, most often for want of memory"
    if exit_code is not None and exit_code < 0:
        return signal.Signals(-exit_code).name
    return f"exit code {exit_code}"
