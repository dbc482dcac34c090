"""The service in this process: HTTP server, consumer, or both on one foundation."""

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass

import structlog

from stt import bootstrap
from stt.bootstrap import Foundation
from stt.cli.errors import CommandError
from stt.cli.listening import url_of
from stt.cli.parts import database_name, queue_name, storage_name
from stt.cli.running import stop_signals
from stt.cli.terminal import write
from stt.core import tracing
from stt.core.config import Settings
from stt.core.metrics.listener import listening
from stt.worker.inference.layout import Layout

log = structlog.get_logger()

CONSUMER = "consumer"


@dataclass(frozen=True)
class Running:
    """What runs; `parts` end only by failing or by being stopped, but for a consumer that was told to drain."""

    base: Foundation
    parts: Sequence[asyncio.Task[None]]

    async def until(self, stop: asyncio.Event) -> None:
        """Wait to be stopped, or for a consumer that has drained; raises `CommandError` if a part ends otherwise."""
        waiting = asyncio.create_task(stop.wait())
        try:
            await asyncio.wait({waiting, *self.parts}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            waiting.cancel()
        for part in self.parts:
            if part.done() and not stop.is_set():
                error = part.exception()
                if error is None and part.get_name() == CONSUMER:
                    log.info("consumer_drained")
                    return
                raise CommandError(f"The {part.get_name()} stopped: {error!r}.") from error


@contextlib.asynccontextmanager
async def running(settings: Settings, *, listener: socket.socket | None, consuming: bool) -> AsyncIterator[Running]:
    """The API on `listener`, a consumer, or both; on the way out the consumer hands back what it holds.

    Raises:
        Unavailable: the database or the storage does not answer.
        InvalidRequest: a GPU is asked for, and there is none.
    """
    async with AsyncExitStack() as stack:
        if listener is not None:
            stack.enter_context(listener)
        if settings.metrics_port is not None:
            _tell_metrics(stack, settings.metrics_host, settings.metrics_port)
        stack.callback(tracing.begin(settings.otlp_endpoint, "consumer" if listener is None else "api"))
        layout = await bootstrap.layout_of(settings) if consuming else None
        base = await stack.enter_async_context(bootstrap.foundation(settings, layout))
        parts = []
        if listener is not None:
            from stt.cli.serving import serving  # a consumer needs no web framework

            parts.append(await stack.enter_async_context(serving(base, listener, consuming=consuming)))
        if layout is not None:
            parts.append(await stack.enter_async_context(_consuming(base, layout)))
        yield Running(base, parts)


async def serve_until_stopped(settings: Settings, listener: socket.socket | None, *, consuming: bool) -> None:
    """Run until Ctrl-C or SIGTERM; raises `CommandError` if a part dies before."""
    with stop_signals() as stop:
        async with running(settings, listener=listener, consuming=consuming) as service:
            where = url_of(listener) if listener else "a consumer"
            write(f"Running {where} ({summary(service.base)})")
            await service.until(stop)


@contextlib.asynccontextmanager
async def _consuming(base: Foundation, layout: Layout) -> AsyncIterator[asyncio.Task[None]]:
    async with bootstrap.consumer(base, layout) as consumer:
        task = asyncio.create_task(consumer.run(), name=CONSUMER)
        try:
            yield task
        finally:
            task.cancel()
            await asyncio.wait({task})


def _tell_metrics(stack: AsyncExitStack, host: str, port: int) -> None:
    try:
        stack.enter_context(listening(host, port))
    except OSError as error:
        reason = error.strerror or str(error)
        raise CommandError(
            f"Cannot tell metrics on {host}:{port}: {reason}. Choose another STT_METRICS_PORT."
        ) from error


def summary(base: Foundation) -> str:
    """What the service stands on, in one line."""
    database, settings = database_name(base.database), base.settings
    return f"database: {database}, storage: {storage_name(settings)}, queue: {queue_name(settings)}"
