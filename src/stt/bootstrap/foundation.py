"""What both sides stand on: database, storage and queue, each by its adapter."""

import contextlib
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack
from dataclasses import dataclass
from functools import cached_property

from stt.core.config import Settings
from stt.core.database import Database
from stt.core.http_client import HttpClient
from stt.core.messaging.base import TicketQueue
from stt.core.messaging.embedded import EmbeddedQueue
from stt.core.metrics.measured_queue import MeasuredQueue
from stt.core.metrics.measured_storage import MeasuredStorage
from stt.core.storage.base import Storage
from stt.core.storage.local import LocalStorage
from stt.domain.jobs.messages import Lane
from stt.domain.whisper.models import ModelList
from stt.repositories import schema
from stt.repositories.jobs.chunk_repository import ChunkRepository
from stt.repositories.jobs.job_repository import JobRepository
from stt.repositories.messages.delivery_repository import DeliveryRepository
from stt.worker.inference.layout import Layout
from stt.worker.models import ModelStore, SpeakerStore

DELIVERY_SLOTS = 8
"""Messages to webhooks that are sent at once: they wait for others, up to 20 s each, and take next to nothing."""


@dataclass(frozen=True)
class Foundation:
    """What both sides stand on."""

    settings: Settings
    database: Database
    storage: Storage
    queue: TicketQueue

    @cached_property
    def jobs(self) -> JobRepository:
        """The jobs table."""
        return JobRepository(self.database)

    @cached_property
    def chunks(self) -> ChunkRepository:
        """The chunks table."""
        return ChunkRepository(self.database)

    @cached_property
    def deliveries(self) -> DeliveryRepository:
        """Messages to webhooks."""
        return DeliveryRepository(self.database)

    @cached_property
    def http(self) -> HttpClient:
        """What asks the URLs that callers name."""
        return HttpClient(private=self.settings.allow_private_urls)

    async def database_answers(self) -> None:
        """Return if a job could be stored; raises `DatabaseUnavailable` or `DatabaseUnusable`."""
        await schema.check(self.database)

    async def database_version(self) -> str | None:
        """The version of its tables; raises as `database_answers` does."""
        return await schema.version(self.database)


def slots_of(settings: Settings, layout: Layout) -> Mapping[Lane, int]:
    """How much work of each lane a consumer holds at once; one slot for files is kept for short ones."""
    return {
        Lane.JOBS: settings.job_slots + 1,
        Lane.CHUNKS: layout.window_slots,
        Lane.DELIVERIES: DELIVERY_SLOTS,
    }


def choose_storage(settings: Settings) -> Storage:
    """MinIO or another S3 server where an endpoint is set, else a folder."""
    if not settings.minio_endpoint:
        return LocalStorage(settings.embedded_objects)
    from stt.core.storage.s3 import S3Storage  # its libraries take a tenth of a start

    return S3Storage(
        endpoint=settings.minio_endpoint,
        access_key=settings.minio_access_key,
        secret_key=settings.minio_secret_key.get_secret_value(),
        bucket=settings.minio_bucket,
        use_ssl=settings.minio_use_ssl,
        region=settings.minio_region,
        public_endpoint=settings.minio_public_endpoint,
    )


def choose_queue(settings: Settings, layout: Layout | None = None) -> TicketQueue:
    """RabbitMQ where a URL is set, else the database alone; to consume takes a layout of the work."""
    if not settings.rabbitmq_url:
        return EmbeddedQueue()
    from stt.core.messaging.rabbitmq import RabbitQueue  # only what is asked for is loaded

    prefetch = slots_of(settings, layout) if layout else None
    return RabbitQueue(settings.rabbitmq_url, prefetch=prefetch, prefix=settings.queue_prefix)


@contextlib.asynccontextmanager
async def foundation(settings: Settings, layout: Layout | None = None) -> AsyncIterator[Foundation]:
    """Database, storage and queue, made ready: tables at the newest version, bucket or folder there.

    A consumer on it takes the `layout` of inference.

    Raises:
        Unavailable: the database or the storage does not answer; a queue that does not is waited for in the
            background.
    """
    async with AsyncExitStack() as stack:
        database = Database(settings.sqlalchemy_url)
        stack.push_async_callback(database.close)
        await schema.init_db(database)
        storage = MeasuredStorage(choose_storage(settings))
        stack.push_async_callback(storage.close)
        await storage.prepare()
        queue = MeasuredQueue(choose_queue(settings, layout))
        stack.push_async_callback(queue.close)
        await queue.open()
        yield Foundation(settings, database, storage, queue)


def model_store(settings: Settings, *, paths: bool = False) -> ModelStore:
    """Where models are looked for and put; `paths` lets a model be named by its path."""
    return ModelStore(
        settings.models_path,
        downloads=settings.model_downloads,
        paths=paths,
        offered=ModelList(settings.listed_models, default=settings.default_model),
        most_bytes=settings.max_model_bytes,
    )


def speaker_store(settings: Settings) -> SpeakerStore:
    """Where the model that tells speakers apart is looked for and put."""
    return SpeakerStore(settings.models_path, downloads=settings.model_downloads)
