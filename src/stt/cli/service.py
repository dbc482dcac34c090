"""The service in this process: HTTP server, consumer, or both on one foundation."""

import asyncio
import contextlib
import errno
import ipaddress
import socket
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass

import structlog
import uvicorn

from stt import bootstrap
from stt.api.app import Services, create_app
from stt.bootstrap import Foundation
from stt.cli.connections import (
    BACKLOG,
    FEW_CONNECTIONS,
    accept_errors_told_once,
    connection_limit,
    connections_up_to,
)
from stt.cli.errors import CommandError, WrongUse
from stt.cli.parts import database_name, queue_name, storage_name
from stt.cli.running import stop_signals
from stt.cli.terminal import say, write
from stt.core import tracing
from stt.core.config import Settings
from stt.core.metrics.listener import listening
from stt.services.key_service import KeyService
from stt.services.metrics_service import MetricsService
from stt.worker.inference.layout import Layout

log = structlog.get_logger()

GOODBYE_SECONDS = 10
"""How long requests under way may take to finish once the service is told to stop."""
PORTS_TRIED = 100


@dataclass(frozen=True)
class Running:
    """What runs; `parts` end only by failing or by being stopped."""

    base: Foundation
    parts: Sequence[asyncio.Task[None]]

    async def until(self, stop: asyncio.Event) -> None:
        """Wait to be stopped; raises `CommandError` if a part ends before."""
        waiting = asyncio.create_task(stop.wait())
        try:
            await asyncio.wait({waiting, *self.parts}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            waiting.cancel()
        for part in self.parts:
            if part.done() and not stop.is_set():
                error = part.exception()
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
            parts.append(await stack.enter_async_context(_serving(base, listener, consuming=consuming)))
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
async def _serving(base: Foundation, listener: socket.socket, *, consuming: bool) -> AsyncIterator[asyncio.Task[None]]:
    metrics = bootstrap.metrics_service(base)
    async with (
        bootstrap.job_service(base, consuming=consuming) as jobs,
        bootstrap.upload_service(base, jobs) as uploads,
        bootstrap.known_speaker_service(base) as known_speakers,
        _fresh(metrics, base.settings),
    ):
        services = Services(
            jobs=jobs,
            health=bootstrap.health_service(base, consuming=consuming),
            transcriptions=bootstrap.transcription_service(base, jobs, known_speakers),
            downloads=bootstrap.download_service(base, jobs),
            lists=bootstrap.job_list_service(base),
            deletions=bootstrap.deletion_service(base, jobs),
            retries=bootstrap.retry_service(base, jobs),
            events=bootstrap.event_service(base, jobs),
            webhooks=bootstrap.webhook_service(base),
            urls=bootstrap.url_ingest(base, jobs),
            objects=bootstrap.object_ingest(base, jobs),
            uploads=uploads,
            direct_uploads=bootstrap.direct_upload_service(base, jobs),
            idempotency=bootstrap.idempotency_service(base, jobs),
            forecasts=bootstrap.forecast_service(base),
            edits=bootstrap.edit_service(base, jobs),
            redos=bootstrap.redo_service(base, jobs),
            keys=await _keys(base, listener),
            metrics=metrics,
            system=bootstrap.system_service(base),
            known_speakers=known_speakers,
        )
        app = create_app(
            services,
            allowed_hosts=base.settings.host_names,
            cors_origins=base.settings.allowed_origins,
            root_path=base.settings.root_path,
        )
        most = connection_limit()
        if most < FEW_CONNECTIONS:
            log.warning("few_connections", at_once=most, reason="Few files may be open (ulimit -n); 9000 are enough.")
        config = uvicorn.Config(
            app,
            lifespan="off",
            ws="none",
            log_config=None,
            access_log=False,
            timeout_graceful_shutdown=GOODBYE_SECONDS,
            http=connections_up_to(most),
            backlog=BACKLOG,
        )
        server = _Server(config)
        with accept_errors_told_once():
            task = asyncio.create_task(server.serve(sockets=[listener]), name="HTTP server")
            try:
                yield task  # the socket listens already: who comes early waits, nobody is refused
            finally:
                jobs.leave()
                server.should_exit = True
                await asyncio.wait({task})


async def _keys(base: Foundation, listener: socket.socket) -> KeyService:
    """Who callers are; raises `WrongUse` where everybody could come and nobody has said that they may."""
    address = listener.getsockname()[0]
    is_open = base.settings.allow_anonymous or ipaddress.ip_address(address).is_loopback
    keys = bootstrap.key_service(base, open_without_keys=is_open)
    if not await keys.are_there():
        if not is_open:
            raise WrongUse(
                f"Without keys whoever reaches {address} could use the service. Make one with 'stt keys create NAME', "
                "listen on this machine alone (STT_HOST=127.0.0.1), or let everybody in with STT_ALLOW_ANONYMOUS=true."
            )
        who = "whoever reaches it" if base.settings.allow_anonymous else "this machine alone"
        say(f"No key was made yet ('stt keys create NAME'): the service is for {who}.")
    return keys


@contextlib.asynccontextmanager
async def _fresh(metrics: MetricsService, settings: Settings) -> AsyncIterator[None]:
    """What a listener without a key tells of the queue is looked up by itself."""
    looking = None if settings.metrics_port is None else asyncio.create_task(metrics.keep_fresh(), name="metrics")
    try:
        yield
    finally:
        if looking is not None:
            looking.cancel()
            await asyncio.wait({looking})


class _Server(uvicorn.Server):
    """Leaves signals to the command, which has more than a server to stop."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


@contextlib.asynccontextmanager
async def _consuming(base: Foundation, layout: Layout) -> AsyncIterator[asyncio.Task[None]]:
    async with bootstrap.consumer(base, layout) as consumer:
        task = asyncio.create_task(consumer.run(), name="consumer")
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


def listen(host: str, port: int, *, next_free: bool = False) -> socket.socket:
    """A listening socket; with `next_free` on the first free port from `port` on.

    Raises:
        CommandError: the port is taken, or the address is none of this machine's.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    last = min(port + PORTS_TRIED, 65535) if next_free else port
    for candidate in range(port, last + 1):
        try:
            listener = socket.create_server((host, candidate), family=family)
            # Connections inherit it. asyncio sees no TCP in a socket made like this, and an answer in two parts would
            # wait 40 ms for the client to acknowledge the first.
            listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            return listener
        except OSError as error:
            reason = (error.strerror or str(error)).partition(" (")[0]
            if error.errno == errno.EADDRNOTAVAIL:
                raise CommandError(
                    f"Cannot listen on {host}: {reason}. Choose another address with --host or STT_HOST; where there "
                    "is IPv6 alone, ::1."
                ) from error
    raise CommandError(f"Cannot listen on {host}:{port}: {reason}. Choose another with --port or STT_PORT.")


def url_of(listener: socket.socket) -> str:
    """Where the service on a socket is reached from this machine."""
    host, port = listener.getsockname()[:2]
    here = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104  compared, not bound
    return f"http://[{here}]:{port}" if ":" in here else f"http://{here}:{port}"


def summary(base: Foundation) -> str:
    """What the service stands on, in one line."""
    database, settings = database_name(base.database), base.settings
    return f"database: {database}, storage: {storage_name(settings)}, queue: {queue_name(settings)}"
