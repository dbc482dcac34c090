"""The API as an ASGI application."""

from collections.abc import Callable, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, fields

from fastapi import FastAPI
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware

from stt import __version__
from stt.api.answers import errors
from stt.api.answers.head import Head
from stt.api.answers.idempotency import REPLAYED, replayed
from stt.api.answers.request_id import HEADER, RequestId
from stt.api.answers.tus import EXPOSED, TusVersion
from stt.api.event_stream import NoMore, no_more
from stt.api.guard.gate import Gate
from stt.api.guard.hosts import Hosts
from stt.api.guard.scopes import public
from stt.api.meter import Meter
from stt.api.openai import routes as openai_routes
from stt.api.openapi_document import completed
from stt.api.prefix import Prefix
from stt.api.reading.drain import Drain
from stt.api.routes import (
    direct_upload_routes,
    docs_routes,
    event_routes,
    health_routes,
    index_routes,
    job_routes,
    key_routes,
    metrics_routes,
    options_routes,
    session_routes,
    speaker_routes,
    system_routes,
    upload_routes,
    webhook_routes,
)
from stt.api.routes.jobs import cancel, create, delete, listing, media, peaks, redo, retry, show, transcript, versions
from stt.api.routes.jobs import events as job_events
from stt.services.events.event_service import EventService
from stt.services.health_service import HealthService
from stt.services.ingest.direct_upload_service import DirectUploadService
from stt.services.ingest.idempotency_service import IdempotencyService, Replayed
from stt.services.ingest.object_ingest import ObjectIngest
from stt.services.ingest.transcription_service import TranscriptionService
from stt.services.ingest.upload_service import UploadService
from stt.services.ingest.url_ingest import UrlIngest
from stt.services.jobs.deletion_service import DeletionService
from stt.services.jobs.forecast_service import ForecastService
from stt.services.jobs.job_list_service import JobListService
from stt.services.jobs.job_service import JobService
from stt.services.jobs.redo_service import RedoService
from stt.services.jobs.retry_service import RetryService
from stt.services.key_service import KeyService
from stt.services.known_speaker_service import KnownSpeakerService
from stt.services.metrics_service import MetricsService
from stt.services.system_service import SystemService
from stt.services.transcripts.download_service import DownloadService
from stt.services.transcripts.edit_service import EditService
from stt.services.webhook_service import WebhookService

_ROUTERS = (
    job_routes.router,
    create.router,
    listing.router,
    delete.router,
    cancel.router,
    redo.router,
    retry.router,
    show.router,
    transcript.router,
    versions.router,
    media.router,
    job_events.router,
    event_routes.router,
    peaks.router,
    upload_routes.router,
    direct_upload_routes.router,
    webhook_routes.router,
    options_routes.router,
    key_routes.router,
    session_routes.router,
    speaker_routes.router,
    openai_routes.router,
    health_routes.router,
    metrics_routes.router,
    system_routes.router,
    index_routes.router,
    docs_routes.router,
)

Lifespan = Callable[[FastAPI], AbstractAsyncContextManager[None]]


@dataclass(frozen=True)
class Services:
    """What routes ask; they are given one by the name that it has here."""

    jobs: JobService
    health: HealthService
    transcriptions: TranscriptionService
    downloads: DownloadService
    lists: JobListService
    deletions: DeletionService
    retries: RetryService
    events: EventService
    keys: KeyService
    webhooks: WebhookService
    urls: UrlIngest
    objects: ObjectIngest
    idempotency: IdempotencyService
    forecasts: ForecastService
    edits: EditService
    uploads: UploadService
    direct_uploads: DirectUploadService
    redos: RedoService
    metrics: MetricsService
    system: SystemService
    known_speakers: KnownSpeakerService


def create_app(
    services: Services,
    *,
    allowed_hosts: Sequence[str] = (),
    cors_origins: Sequence[str] = (),
    root_path: str = "",
    lifespan: Lifespan | None = None,
) -> FastAPI:
    """The API over finished services; `lifespan` opens and closes what they stand on.

    Every route asks for a key, as soon as there is one, unless it says that it is public. `allowed_hosts` are the names
    by which requests may ask for the service. Web pages from other origins may call it where `cors_origins` names them,
    or `*`. `root_path` is the prefix under which a proxy shows it, whether the proxy takes it away or not.
    """
    gate = Middleware(Gate, services.keys, Hosts(allowed_hosts), cors_origins)
    app = FastAPI(
        title="stt",
        summary="Speech to text: upload audio, watch the job, read a complete and timed transcript.",
        version=__version__,
        middleware=_middleware(gate, cors_origins, root_path),
        lifespan=lifespan,
        docs_url=None,
        redoc_url=None,
        # Not by `include_router`, which looks for the route of a request twice.
        routes=[route for router in _ROUTERS for route in router.routes],
    )
    if app.router.dependencies:
        raise TypeError("A route that was made before the app sees none of the app's dependencies; use middleware.")
    for field in fields(services):
        setattr(app.state, field.name, getattr(services, field.name))
    for route in app.routes:
        if getattr(route, "path", "") == app.openapi_url:
            public(route)
    _install_errors(app)
    describe = app.openapi
    app.openapi = lambda: completed(describe(), app.routes)  # type: ignore[method-assign]
    return app


def _install_errors(app: FastAPI) -> None:
    errors.install(app)
    app.add_exception_handler(Replayed, replayed)
    app.add_exception_handler(NoMore, no_more)


def _middleware(gate: Middleware, cors_origins: Sequence[str], root_path: str) -> list[Middleware]:
    """From the outside in: all is counted and drained and has an id; allowed origins may read a 401 or 500 too."""
    cors = Middleware(
        CORSMiddleware,
        allow_origins=list(cors_origins),
        allow_methods=["GET", "POST", "PATCH", "DELETE"],
        allow_headers=["*"],
        expose_headers=[
            HEADER,
            REPLAYED,
            "ETag",
            "Link",
            "Location",
            "RateLimit",
            "RateLimit-Policy",
            "Retry-After",
            *EXPOSED,
        ],
    )
    return [
        *([Middleware(Prefix, root_path)] if root_path else []),
        Middleware(Head),
        Middleware(Meter),
        Middleware(Drain),
        Middleware(RequestId),
        Middleware(TusVersion),
        *([cors] if cors_origins else []),
        Middleware(errors.UnforeseenErrors),
        gate,
    ]
