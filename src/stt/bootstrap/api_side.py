"""What the API asks."""

import asyncio
import contextlib
import math
from collections.abc import AsyncIterator
from functools import partial

from stt import __version__
from stt.bootstrap.destinations import destinations_of
from stt.bootstrap.foundation import Foundation, model_store, speaker_store
from stt.repositories.consumer_repository import ConsumerRepository
from stt.repositories.forecast_repository import ForecastRepository
from stt.repositories.jobs.call_repository import CallRepository
from stt.repositories.jobs.deletions import DeletionRepository
from stt.repositories.jobs.idempotency_repository import IdempotencyRepository
from stt.repositories.jobs.job_list import JobList
from stt.repositories.jobs.redo_repository import RedoRepository
from stt.repositories.jobs.retries import RetryRepository
from stt.repositories.key_repository import KeyRepository
from stt.repositories.known_speaker_repository import KnownSpeakerRepository
from stt.repositories.messages.event_repository import EventRepository
from stt.repositories.messages.webhook_repository import WebhookRepository
from stt.repositories.queue_repository import QueueRepository
from stt.repositories.throughput_repository import ThroughputRepository
from stt.repositories.upload_repository import UploadRepository
from stt.repositories.version_repository import VersionRepository
from stt.services.consumers import Consumers
from stt.services.events.event_service import EventService
from stt.services.health_service import HealthService, Part
from stt.services.ingest.direct_upload_service import DirectUploadService
from stt.services.ingest.idempotency_service import IdempotencyService
from stt.services.ingest.object_ingest import ObjectIngest
from stt.services.ingest.transcription_service import TranscriptionService
from stt.services.ingest.upload_service import FINISH_SECONDS, UploadService
from stt.services.ingest.url_ingest import UrlIngest
from stt.services.jobs.announcer import Announcer
from stt.services.jobs.deletion_service import DeletionService
from stt.services.jobs.forecast_service import ForecastService
from stt.services.jobs.job_list_service import JobListService
from stt.services.jobs.job_service import JobService
from stt.services.jobs.options import UploadPolicy
from stt.services.jobs.redo_service import RedoService
from stt.services.jobs.retry_service import RetryService
from stt.services.key_service import KeyService
from stt.services.known_speaker_service import KnownSpeakerService
from stt.services.metrics_service import MetricsService
from stt.services.system_service import SystemService
from stt.services.transcripts.download_service import DownloadService
from stt.services.transcripts.edit_service import EditService
from stt.services.transcripts.editions import Editions
from stt.services.webhook_service import WebhookService
from stt.worker import scratch
from stt.worker.preparation.preparer import Preparer
from stt.worker.preparation.sampler import LONGEST_SECONDS, Sampler
from stt.worker.upkeep.rounds import rounds

LOOK_SECONDS = 5.0
"""How often it is looked which consumers there are."""


@contextlib.asynccontextmanager
async def job_service(base: Foundation, *, consuming: bool = False) -> AsyncIterator[JobService]:
    """What the API asks; where its process is `consuming` as well, it knows which models its jobs will find."""
    settings, store = base.settings, model_store(base.settings)
    speakers, consumers = speaker_store(settings), Consumers(ConsumerRepository(base.database))
    announcer = Announcer(base.queue, base.jobs)
    await announcer.start()
    looking = asyncio.create_task(rounds("consumers", consumers.look, LOOK_SECONDS, at_once=True), name="consumers")
    try:
        policy = UploadPolicy(
            settings.max_upload_bytes,
            settings.default_language,
            settings.default_model,
            settings.engine,
            retention=settings.retention,
            models=store.offered,
            max_queued_seconds=settings.max_queued_hours * 3600 or math.inf,
            lacking=store.lacks if consuming else None,
            lacking_speakers=speakers.lacks if consuming else consumers.lacking_speakers,
            has_speakers=lambda: speakers.find() is not None,
        )
        yield JobService(base.jobs, base.chunks, base.storage, announcer, policy, webhook_service(base))
    finally:
        looking.cancel()
        await announcer.close()


def key_service(base: Foundation, *, open_without_keys: bool) -> KeyService:
    """Who callers are, and whether any may come without a key as long as there is none."""
    return KeyService(KeyRepository(base.database), open_without_keys=open_without_keys)


def transcription_service(base: Foundation, jobs: JobService, known: KnownSpeakerService) -> TranscriptionService:
    """What OpenAI's routes ask."""
    return TranscriptionService(jobs, CallRepository(base.database), known, base.settings.model_aliases)


@contextlib.asynccontextmanager
async def known_speaker_service(base: Foundation) -> AsyncIterator[KnownSpeakerService]:
    """What is introduced to people's voices, with a process of its own that decodes them, started when it is needed."""
    preparer = Preparer(children=1, chunk_seconds=2 * LONGEST_SECONDS, max_seconds=LONGEST_SECONDS)
    try:
        yield KnownSpeakerService(KnownSpeakerRepository(base.database), Sampler(preparer, base.settings.scratch_dir))
    finally:
        await preparer.close()


def download_service(base: Foundation, jobs: JobService) -> DownloadService:
    """What owners take away."""
    return DownloadService(jobs, Editions(jobs, VersionRepository(base.database)), base.storage)


def edit_service(base: Foundation, jobs: JobService) -> EditService:
    """What changes transcripts."""
    versions = VersionRepository(base.database)
    return EditService(jobs, versions, Editions(jobs, versions))


def event_service(base: Foundation, jobs: JobService) -> EventService:
    """What those ask who watch."""
    return EventService(EventRepository(base.database), jobs)


def forecast_service(base: Foundation) -> ForecastService:
    """What tells owners when their jobs will be done."""
    return ForecastService(ForecastRepository(base.database))


def deletion_service(base: Foundation, jobs: JobService) -> DeletionService:
    """What owners let go of."""
    return DeletionService(jobs, DeletionRepository(base.database), base.storage)


def retry_service(base: Foundation, jobs: JobService) -> RetryService:
    """What owners begin again."""
    return RetryService(jobs, RetryRepository(base.database), jobs.announcer)


def redo_service(base: Foundation, jobs: JobService) -> RedoService:
    """What owners have done again."""
    return RedoService(jobs, RedoRepository(base.database), jobs.announcer)


def job_list_service(base: Foundation) -> JobListService:
    """What owners look through."""
    return JobListService(JobList(base.database))


def url_ingest(base: Foundation, jobs: JobService) -> UrlIngest:
    """What fetches files from URLs."""
    return UrlIngest(jobs, base.http)


def object_ingest(base: Foundation, jobs: JobService) -> ObjectIngest:
    """What makes jobs of objects that lie in the bucket."""
    return ObjectIngest(jobs, base.storage)


@contextlib.asynccontextmanager
async def upload_service(base: Foundation, jobs: JobService) -> AsyncIterator[UploadService]:
    """What has uploads go on; it finishes those whose last request was cut off, until it is left."""
    kept_seconds = base.settings.upload_kept_hours * 3600
    uploads = UploadService(UploadRepository(base.database), base.storage, jobs, kept_seconds)
    finishing = asyncio.create_task(rounds("finishing", uploads.finish_left, FINISH_SECONDS), name="finishing uploads")
    try:
        yield uploads
    finally:
        finishing.cancel()


def direct_upload_service(base: Foundation, jobs: JobService) -> DirectUploadService:
    """What has uploads go past the service; `upload_service` finishes those that were cut off."""
    kept_seconds = base.settings.upload_kept_hours * 3600
    return DirectUploadService(UploadRepository(base.database), base.storage, jobs, kept_seconds)


def idempotency_service(base: Foundation, jobs: JobService) -> IdempotencyService:
    """What has requests with a key done once."""
    return IdempotencyService(IdempotencyRepository(base.database), jobs)


def webhook_service(base: Foundation) -> WebhookService:
    """What owners ask of webhooks."""
    return WebhookService(WebhookRepository(base.database), base.deliveries, base.http)


def metrics_service(base: Foundation) -> MetricsService:
    """What Prometheus is told."""
    return MetricsService(QueueRepository(base.database), version=__version__)


def system_service(base: Foundation) -> SystemService:
    """What people see who watch the service."""
    database = base.database
    return SystemService(
        QueueRepository(database),
        ConsumerRepository(database),
        ThroughputRepository(database),
        destinations_of(base.settings),
    )


def health_service(base: Foundation, *, consuming: bool = False) -> HealthService:
    """What the API stands on, and the scratch disk of a consumer beside it; without that or the queue uploads wait."""
    parts = [
        Part("database", base.database_answers),
        Part("storage", base.storage.check),
        Part("queue", base.queue.check, essential=False),
    ]
    if consuming:
        parts.append(Part("scratch", partial(scratch.check, base.settings.scratch_dir), essential=False))
    return HealthService(tuple(parts), tables=base.database_version)
