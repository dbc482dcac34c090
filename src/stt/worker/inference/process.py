"""One inference process, seen from the outside: asked one thing at a time, killed when it does not answer."""

import asyncio
import multiprocessing
import os
import signal
import time
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future
from concurrent.futures.process import BrokenProcessPool
from typing import Any, TypeVar

from pebble import ProcessExpired, ProcessPool

from stt.domain.errors import JobFailure
from stt.worker.errors import EngineCrashed, EngineTimeout
from stt.worker.inference import child
from stt.worker.inference.child import LOADED_AT_ONCE, Hardware, ModelKey

Result = TypeVar("Result")


class EngineProcess:
    """A process that starts when first needed, and is replaced whole after anything that went wrong with it.

    It is the only one in its Pebble pool: workers of one pool share a pipe and its locks, so one that is killed while
    it holds them takes the others along, and a pool whose idle worker dies takes no more work at all.
    """

    def __init__(self, hardware: Hardware) -> None:
        self._hardware = hardware
        self._pool: ProcessPool | None = None
        self._call: Future[Any] | None = None
        self._loaded: deque[ModelKey] = deque(maxlen=LOADED_AT_ONCE)
        self._asked_at = 0.0

    @property
    def loaded(self) -> tuple[ModelKey, ...]:
        """The models it holds."""
        return tuple(self._loaded)

    @property
    def idle_seconds(self) -> float:
        """How long it has held models that nobody asked for; none where it holds none."""
        return time.monotonic() - self._asked_at if self._loaded else 0.0

    async def run(
        self, function: Callable[..., Result], key: ModelKey, arguments: tuple[Any, ...], deadline: float
    ) -> Result:
        """Call `function(key, *arguments)` there; the process is killed after `deadline` seconds or on cancellation.

        Raises:
            EngineTimeout: it took longer.
            EngineCrashed: the process died, was stopped, or the engine raised an error.
            JobFailure: what was asked for can never be done.
        """
        try:
            async with asyncio.timeout(deadline):
                return await self._called(function, key, arguments)
        except JobFailure:
            raise
        except TimeoutError as error:
            await self.stop()
            raise EngineTimeout(f"Inference took longer than {deadline:.0f} s and was stopped.") from error
        except Exception as error:
            await self.stop()
            raise EngineCrashed(_cause(error)) from error
        except asyncio.CancelledError:
            await self.stop()
            raise

    async def stop(self) -> None:
        """Kill the process, whatever it does; a call under way fails."""
        pool, self._pool = self._pool, None
        self._loaded.clear()
        if pool is None:
            return
        pool.stop()  # type: ignore[no-untyped-call]
        await asyncio.shield(asyncio.to_thread(pool.join))
        if self._call and not self._call.done():
            self._call.set_exception(BrokenProcessPool("stopped"))

    async def _called(self, function: Callable[..., Result], key: ModelKey, arguments: tuple[Any, ...]) -> Result:
        if self._pool and not self._pool.active:
            await self.stop()
        self._pool = self._pool or _started(self._hardware)
        self._call = self._pool.schedule(function, args=(key, *arguments))
        result: Result = await asyncio.wrap_future(self._call)
        if key in self._loaded:
            self._loaded.remove(key)
        self._loaded.append(key)
        self._asked_at = time.monotonic()
        return result


def _started(hardware: Hardware) -> ProcessPool:
    return ProcessPool(
        max_workers=1,
        initializer=child.begin,
        initargs=(hardware, os.getpid()),
        # A forked child of a threaded process may inherit a lock that nobody will ever release.
        context=multiprocessing.get_context("spawn"),
    )


def _cause(error: Exception) -> str:
    if isinstance(error, BrokenProcessPool):
        return "The inference process was gone before it could answer."
    if not isinstance(error, ProcessExpired):
        return f"The engine failed: {type(error).__name__}: {error}"
    if error.exitcode == -signal.SIGKILL:
        return "The inference process was killed, most often for want of memory."
    if error.exitcode < 0:
        return f"The inference process died of {signal.Signals(-error.exitcode).name}."
    return f"The inference process ended by itself with exit code {error.exitcode}."
