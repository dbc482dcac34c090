"""Filling batches with windows of any chunk of any job that are decoded alike."""

import asyncio
import math
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextvars import Context
from dataclasses import dataclass
from typing import Protocol

import structlog

from stt.domain.errors import WorkFailure
from stt.domain.transcripts.transcript import Segment
from stt.worker.audio.pcm import Pcm, Sound, seconds_of
from stt.worker.audio.spectrogram import spectrogram
from stt.worker.constants import MAX_WINDOW_SECONDS
from stt.worker.inference.pool import EngineRequest

__all__ = ["Batcher", "EngineRequest", "WindowFailure", "WindowResult"]

log = structlog.get_logger()


@dataclass(frozen=True)
class WindowFailure:
    """A window on which the engine died or hung, alone."""

    code: str
    message: str


WindowResult = tuple[Segment, ...] | WindowFailure


class Engines(Protocol):
    """Where batches are computed: `children` at a time."""

    children: int

    async def transcribe(self, windows: Sequence[Sound], request: EngineRequest) -> list[tuple[Segment, ...]]:
        """The segments of each window."""

    async def language_probabilities(self, window: Pcm, request: EngineRequest) -> dict[str, float]:
        """How likely each language is."""


@dataclass(frozen=True, eq=False)
class _Waiting:
    sound: Sound
    request: EngineRequest
    is_clip: bool
    """Whether what was asked for together is 30 s at most: short audio, or a few words that are heard again."""
    result: "asyncio.Future[WindowResult]"

    def is_company_for(self, other: "_Waiting") -> bool:
        """Whether both may be decoded together: as much of either is encoded, and no clip waits for a long text."""
        return self._company == other._company

    @property
    def _company(self) -> tuple[EngineRequest, bool, int]:
        frames = self.request.options.audio_context.frames(seconds_of(self.sound))
        return self.request, self.is_clip, frames


class Batcher:
    """Hands windows to the engines, up to `batch_size` at a time.

    Nothing waits for a batch to fill: while every child is busy windows gather by themselves, and no child stays idle
    for the batch of another to be full. Clips go before the chunks of long files, and in batches of their own; the
    oldest window is passed over once at most, then the next batch is made for it. With it go those of which as much is
    encoded: how a window is decoded does not depend on its company. A batch that fails is done again window by window,
    so one that kills the engine costs its neighbours time and nothing else. A window has failed when it fails alone.
    """

    def __init__(self, engines: Engines, *, batch_size: int) -> None:
        self._engines = engines
        self._batch_size = batch_size
        self._waiting: list[_Waiting] = []
        self._passed_over: _Waiting | None = None
        self._ears = ThreadPoolExecutor(engines.children, thread_name_prefix="spectrogram")
        self._running: dict[asyncio.Task[None], list[_Waiting]] = {}

    async def transcribe(self, windows: Sequence[Pcm], request: EngineRequest) -> list[WindowResult]:
        """The result of each window; cancelling drops them.

        The process at work on a batch that nobody waits for any more is stopped, which may have to load the model anew.

        Raises:
            ModelUnavailable: the model cannot be used.
        """
        loop = asyncio.get_running_loop()
        sounds = await asyncio.gather(*(self._sound(window, request) for window in windows))
        is_clip = sum(map(seconds_of, windows)) <= MAX_WINDOW_SECONDS
        mine = [_Waiting(sound, request, is_clip, loop.create_future()) for sound in sounds]
        self._waiting.extend(mine)
        self._dispatch()
        try:
            return list(await asyncio.gather(*(entry.result for entry in mine)))
        finally:
            for entry in mine:
                entry.result.cancel()
            for task, batch in self._running.items():
                if all(entry.result.cancelled() for entry in batch):
                    task.cancel()

    async def language_probabilities(self, window: Pcm, request: EngineRequest) -> dict[str, float]:
        """How likely each language is; not batched."""
        return await self._engines.language_probabilities(window, request)

    async def close(self) -> None:
        """Stop the batches under way."""
        for task in self._running:
            task.cancel()
        await asyncio.gather(*self._running, return_exceptions=True)
        self._ears.shutdown(wait=False, cancel_futures=True)

    async def _sound(self, window: Pcm, request: EngineRequest) -> Sound:
        """What the engine is given of a window: made here, while the processes infer."""
        if request.bands is None:
            return window
        return await asyncio.get_running_loop().run_in_executor(self._ears, spectrogram, window, request.bands)

    def _dispatch(self) -> None:
        for sharers in range(self._engines.children, len(self._running), -1):
            if batch := self._next_batch(sharers):
                # In no context: what is logged of a batch is not of the chunk that happened to fill it.
                task = asyncio.create_task(self._decode(batch), name=f"batch of {len(batch)}", context=Context())
                self._running[task] = batch
                task.add_done_callback(self._batch_done)

    def _batch_done(self, task: "asyncio.Task[None]") -> None:
        del self._running[task]
        self._dispatch()

    def _next_batch(self, sharers: int) -> list[_Waiting]:
        """A window and its part of its company, which so many processes share; others keep their place.

        Busy ones are among them: what one took beyond its part the next to be free would lack, and it would idle, most
        of all at the end of a file.
        """
        self._waiting = [entry for entry in self._waiting if not entry.result.done()]
        if not self._waiting:
            return []
        first = self._next_in_turn()
        company = [entry for entry in self._waiting if entry.is_company_for(first)]
        batch = company[: min(self._batch_size, math.ceil(len(company) / sharers))]
        self._passed_over = None if self._waiting[0] in batch else self._waiting[0]
        self._waiting = [entry for entry in self._waiting if entry not in batch]
        return batch

    def _next_in_turn(self) -> _Waiting:
        """The oldest clip, but the oldest of all if it was passed over for the last batch."""
        oldest = self._waiting[0]
        if oldest is self._passed_over:
            return oldest
        return next((entry for entry in self._waiting if entry.is_clip), oldest)

    async def _decode(self, batch: Sequence[_Waiting]) -> None:
        try:
            await self._answer(batch)
        except WorkFailure as error:
            log.warning("batch_failed", windows=len(batch), code=error.error_code, reason=error.message)
            for entry in batch:
                await self._decode_alone(entry)

    async def _decode_alone(self, entry: _Waiting) -> None:
        """Once more, so that a process killed for reasons of its own costs no window."""
        if entry.result.done():
            return
        try:
            await self._answer([entry])
        except WorkFailure as error:
            log.warning("window_failed", code=error.error_code, reason=error.message)
            _settle(entry, WindowFailure(error.error_code, error.message))

    async def _answer(self, batch: Sequence[_Waiting]) -> None:
        """Decodes a batch for those who wait for it; raises `WorkFailure` for another try to be made."""
        begun = time.monotonic()
        try:
            results = await self._engines.transcribe([entry.sound for entry in batch], batch[0].request)
        except WorkFailure:
            raise
        except Exception as error:
            for entry in batch:
                if not entry.result.done():
                    entry.result.set_exception(error)
        else:
            seconds = round(time.monotonic() - begun, 2)
            log.debug("batch_decoded", windows=len(batch), seconds=seconds, waiting=len(self._waiting))
            for entry, segments in zip(batch, results, strict=True):
                _settle(entry, segments)


def _settle(entry: _Waiting, result: WindowResult) -> None:
    if not entry.result.done():
        entry.result.set_result(result)
