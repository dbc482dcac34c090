"""The service over its embedded parts, in one process and one directory, with ways to look behind the API."""

import contextlib
from dataclasses import dataclass
from functools import cached_property, partial

from sqlalchemy import func, select

from stt.api.app import Services, create_app
from stt.core.database import Database
from stt.core.http_client import HttpClient
from stt.core.messaging.embedded import EmbeddedQueue
from stt.core.storage.local import LocalStorage
from stt.domain.access.destinations import Destination, Place, Told, Use
from stt.domain.errors import JobFailure
from stt.domain.transcripts.known_speaker import Sample
from stt.repositories.consumer_repository import ConsumerRepository
from stt.repositories.forecast_repository import ForecastRepository
from stt.repositories.jobs.call_repository import CallRepository
from stt.repositories.jobs.chunk_repository import ChunkRepository
from stt.repositories.jobs.deletions import DeletionRepository
from stt.repositories.jobs.idempotency_repository import IdempotencyRepository
from stt.repositories.jobs.job_list import JobList
from stt.repositories.jobs.job_repository import JobRepository
from stt.repositories.jobs.redo_repository import RedoRepository
from stt.repositories.jobs.retries import RetryRepository
from stt.repositories.key_repository import KeyRepository
from stt.repositories.known_speaker_repository import KnownSpeakerRepository
from stt.repositories.messages.delivery_repository import DeliveryRepository
from stt.repositories.messages.event_repository import EventRepository
from stt.repositories.messages.webhook_repository import WebhookRepository
from stt.repositories.queue_repository import QueueRepository
from stt.repositories.schema import check, version
from stt.repositories.tables.jobs import JobRow
from stt.repositories.throughput_repository import ThroughputRepository
from stt.repositories.upload_repository import UploadRepository
from stt.repositories.version_repository import VersionRepository
from stt.services.events.event_service import EventService
from stt.services.health_service import HealthService, Part
from stt.services.ingest.direct_upload_service import DirectUploadService
from stt.services.ingest.idempotency_service import IdempotencyService
from stt.services.ingest.object_ingest import ObjectIngest
from stt.services.ingest.transcription_service import TranscriptionService
from stt.services.ingest.upload_service import UploadService
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
from tests.fresh_tables import sqlite_with_tables


class Samples:
    """Takes the size of a recording in bytes, less 1000, for the hundredths of a second that somebody speaks in it."""

    async def sample(self, introduced):
        seconds = (len(introduced.audio) - 1000) / 100
        if seconds < 0:
            raise JobFailure("There is nothing to decode in it.", code="audio_unreadable")
        return Sample(introduced.name, introduced.audio, seconds, seconds / 2)


@dataclass(frozen=True)
class EmbeddedService:
    database: Database
    storage: LocalStorage
    jobs: JobRepository
    chunks: ChunkRepository
    announcer: Announcer
    service: JobService
    health: HealthService
    keys: KeyService
    webhooks: WebhookService

    @cached_property
    def urls(self):
        return UrlIngest(self.service, HttpClient(private=True))

    @cached_property
    def known_speakers(self):
        return KnownSpeakerService(KnownSpeakerRepository(self.database), Samples())

    @cached_property
    def uploads(self):
        return UploadService(UploadRepository(self.database), self.storage, self.service, 86_400)

    @cached_property
    def direct_uploads(self):
        return DirectUploadService(UploadRepository(self.database), self.storage, self.service, 86_400)

    @cached_property
    def events(self):
        return EventService(EventRepository(self.database), self.service)

    def app(self, **options):
        calls = TranscriptionService(self.service, CallRepository(self.database), self.known_speakers)
        versions = VersionRepository(self.database)
        editions = Editions(self.service, versions)
        downloads = DownloadService(self.service, editions, self.storage)
        lists = JobListService(JobList(self.database))
        deletions = DeletionService(self.service, DeletionRepository(self.database), self.storage)
        retries = RetryService(self.service, RetryRepository(self.database), self.announcer)
        services = Services(
            self.service,
            self.health,
            calls,
            downloads,
            lists,
            deletions,
            retries,
            self.events,
            self.keys,
            self.webhooks,
            self.urls,
            ObjectIngest(self.service, self.storage),
            IdempotencyService(IdempotencyRepository(self.database), self.service),
            ForecastService(ForecastRepository(self.database)),
            EditService(self.service, versions, editions),
            self.uploads,
            self.direct_uploads,
            RedoService(self.service, RedoRepository(self.database), self.announcer),
            MetricsService(QueueRepository(self.database), version="test"),
            SystemService(
                QueueRepository(self.database),
                ConsumerRepository(self.database),
                ThroughputRepository(self.database),
                (Destination(Use.STORAGE, Told.AUDIO, Place.HERE),),
            ),
            self.known_speakers,
        )
        return create_app(services, **{"allowed_hosts": ["*"], **options})

    async def files(self):
        """Everything under the storage folder: objects, and whatever was left half written."""
        return sorted(p.relative_to(self.storage.root).as_posix() for p in self.storage.root.rglob("*") if p.is_file())

    async def job_count(self):
        return await self.database.read(lambda connection: connection.scalar(select(func.count(JobRow.id))))

    async def nothing_is_left(self):
        return await self.files() == [] and await self.job_count() == 0


@contextlib.asynccontextmanager
async def embedded_service(
    directory, *, storage=None, jobs=None, queue=None, storage_root=None, private=True, **policy
):
    """A running service under `directory`; a part that is given stands in for the embedded one."""
    database = await sqlite_with_tables(directory / "stt.db")
    storage = storage or LocalStorage(storage_root or directory / "objects")
    await storage.prepare()
    queue = queue or EmbeddedQueue()
    jobs, chunks = jobs(database) if jobs else JobRepository(database), ChunkRepository(database)
    announcer = Announcer(queue, jobs, sweep_seconds=0.1)
    policy = UploadPolicy(**{"max_upload_bytes": 8 * 1024 * 1024, "model": "demo", **policy})

    parts = (
        Part("database", partial(check, database)),
        Part("storage", storage.check),
        Part("queue", queue.check, essential=False),
    )
    webhooks = WebhookService(WebhookRepository(database), DeliveryRepository(database), HttpClient(private=True))
    service = JobService(jobs, chunks, storage, announcer, policy, webhooks)
    await announcer.start()
    try:
        health, keys = (
            HealthService(parts, tables=partial(version, database), patience=2),
            KeyService(KeyRepository(database)),
        )
        yield EmbeddedService(database, storage, jobs, chunks, announcer, service, health, keys, webhooks)
    finally:
        await announcer.close()
        await database.close()
