"""The API of a running service, over HTTP."""

import asyncio
import contextlib
import ipaddress
import socket
from collections.abc import AsyncIterator, Iterator

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
from stt.cli.errors import WrongUse
from stt.cli.terminal import say
from stt.core.config import Settings
from stt.services.key_service import KeyService
from stt.services.metrics_service import MetricsService

log = structlog.get_logger()

GOODBYE_SECONDS = 10
"""How long requests under way may take to finish once the service is told to stop."""


@contextlib.asynccontextmanager
async def serving(base: Foundation, listener: socket.socket, *, consuming: bool) -> AsyncIterator[asyncio.Task[None]]:
    """Answer requests on `listener`; `consuming` says that a consumer runs in this process too."""
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
