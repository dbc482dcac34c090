"""Joins the parts: the only file that knows every adapter. Nothing connects before it is entered."""

import asyncio
import contextlib
import os
import secrets
import socket
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack
from dataclasses import dataclass

from stt.consumer.handlers.stt_handler import SttHandler
from stt.consumer.loop import Consumer
from stt.core.config import Settings
from stt.core.database import Database
from stt.core.machine import usable_cores
from stt.core.messaging.base import TicketQueue
from stt.core.messaging.embedded import EmbeddedQueue
from stt.core.messaging.notifier import Notifier
from stt.core.messaging.rabbitmq import RabbitQueue
from stt.core.storage.base import Storage
from stt.core.storage.local import LocalStorage
from stt.core.storage.s3 import S3Storage
from stt.domain.messages import Lane
from stt.repositories.call_repository import CallRepository
from stt.repositories.chunk_repository import ChunkRepository
from stt.repositories.job_repository import JobRepository
from stt.repositories.schema import init_db
from stt.services.announcer import Announcer
from stt.services.health_service import HealthService, Part
from stt.services.job_service import JobService
from stt.services.options import UploadPolicy
from stt.services.transcription_service import TranscriptionService
from stt.worker import scratch
from stt.worker.inference.batcher import Batcher
from stt.worker.inference.child import Hardware
from stt.worker.inference.gpus import find_gpus
from stt.worker.inference.layout import THREADS_BESIDE_A_GPU
from stt.worker.inference.pool import EnginePool
from stt.worker.intake import Intake
from stt.worker.lease_keeper import LeaseKeeper, Terms
from stt.worker.models import ModelStore
from stt.worker.preparation.preparer import Preparer
from stt.worker.processor import Processor, ProcessorParts
from stt.worker.suppression.suppression import Hallucinations
from stt.worker.sweeper import Sweeper
from stt.worker.transcriber.audio_context import AudioContext


@dataclass(frozen=True)
class Foundation:
    """What both sides stand on."""

    settings: Settings
    database: Database
    storage: Storage
    queue: TicketQueue

    @property
    def jobs(self) -> JobRepository:
        """The jobs table."""
        return JobRepository(self.database)

    @property
    def chunks(self) -> ChunkRepository:
        """The chunks table."""
        return ChunkRepository(self.database)

    async def database_answers(self) -> None:
        """Return if the database takes a transaction; raises `DatabaseUnavailable`."""
        await self.database.read(lambda _: None)


GPU_BATCH_SIZE = 16
CPU_COMPUTE_TYPE = "int8"
"""Half the time and a quarter of the memory of the float32 that a CPU makes of what most models are stored in."""


async def fitted(settings: Settings) -> Settings:
    """The settings for a process that transcribes, with what they leave open filled in for the GPUs of this machine.

    A child for each GPU. whisper.cpp, mostly built without CUDA, has to be told.

    Raises:
        InvalidRequest: code `no_gpu`; `device` is `cuda`, and there is none.
    """
    as_stored = settings.compute_type == "default"
    on_a_cpu = CPU_COMPUTE_TYPE if as_stored else settings.compute_type
    without = settings.model_copy(update={"compute_type": on_a_cpu, "gpus": 0})
    if settings.engine == "whisper.cpp" and settings.device == "auto":
        return without
    gpus = await find_gpus(settings.device)
    if not gpus.count:
        return without
    count = min(settings.gpus or gpus.count, gpus.count)
    children, batch_size = settings.children or count, settings.batch_size or GPU_BATCH_SIZE
    chosen = gpus.best_compute_type if as_stored else settings.compute_type
    return settings.model_copy(
        update={
            "gpus": count,
            "children": children,
            "threads": settings.threads or max(1, min(THREADS_BESIDE_A_GPU, usable_cores() // children)),
            "batch_size": batch_size,
            "compute_type": chosen,
        }
    )


def slots_of(settings: Settings) -> Mapping[Lane, int]:
    """How much work of each lane a consumer holds at once."""
    return {Lane.JOBS: settings.job_slots, Lane.CHUNKS: settings.window_slots}


def choose_storage(settings: Settings) -> Storage:
    """MinIO or another S3 server where an endpoint is set, else a folder."""
    if not settings.minio_endpoint:
        return LocalStorage(settings.data_dir / "objects")
    return S3Storage(
        endpoint=settings.minio_endpoint,
        access_key=settings.minio_access_key,
        secret_key=settings.minio_secret_key.get_secret_value(),
        bucket=settings.minio_bucket,
        use_ssl=settings.minio_use_ssl,
        region=settings.minio_region,
    )


def choose_queue(settings: Settings) -> TicketQueue:
    """RabbitMQ where a URL is set, else the database alone."""
    return RabbitQueue(settings.rabbitmq_url, prefetch=slots_of(settings)) if settings.rabbitmq_url else EmbeddedQueue()


@contextlib.asynccontextmanager
async def foundation(settings: Settings) -> AsyncIterator[Foundation]:
    """Database, storage and queue, made ready: tables at the newest version, bucket or folder there.

    Raises:
        Unavailable: the database or the storage does not answer; a queue that does not is waited for in the
            background.
    """
    async with AsyncExitStack() as stack:
        database = Database(settings.sqlalchemy_url)
        stack.push_async_callback(database.close)
        await init_db(database)
        storage = choose_storage(settings)
        stack.push_async_callback(storage.close)
        await storage.prepare()
        queue = choose_queue(settings)
        stack.push_async_callback(queue.close)
        await queue.open()
        yield Foundation(settings, database, storage, queue)


@contextlib.asynccontextmanager
async def job_service(base: Foundation) -> AsyncIterator[JobService]:
    """What the API asks."""
    settings = base.settings
    announcer = Announcer(base.queue, base.jobs)
    await announcer.start()
    try:
        policy = UploadPolicy(
            settings.max_upload_bytes,
            settings.default_language,
            settings.default_model,
            local_models=model_store(settings).local_names(),
        )
        yield JobService(base.jobs, base.chunks, base.storage, announcer, policy)
    finally:
        await announcer.close()


def transcription_service(base: Foundation, jobs: JobService) -> TranscriptionService:
    """What OpenAI's routes ask."""
    return TranscriptionService(jobs, CallRepository(base.database), base.settings.model_aliases)


def health_service(base: Foundation) -> HealthService:
    """What the API stands on; without the queue it still accepts uploads."""
    parts = (
        Part("database", base.database_answers),
        Part("storage", base.storage.check),
        Part("queue", base.queue.check, essential=False),
    )
    return HealthService(parts)


def model_store(settings: Settings, *, paths: bool = False) -> ModelStore:
    """Where models are looked for and put; `paths` lets a model be named by its path."""
    return ModelStore(settings.models_path, downloads=settings.model_downloads, paths=paths)


@contextlib.asynccontextmanager
async def consumer(base: Foundation, *, local_models: bool = False) -> AsyncIterator[Consumer]:
    """The consumer with its inference and decoding processes; `local_models` lets a job name a path as its model."""
    settings = base.settings
    scratch.sweep(settings.scratch_dir)
    notifier = Notifier(base.queue)
    async with AsyncExitStack() as stack:
        stack.push_async_callback(notifier.close)
        hardware = Hardware(settings.device, settings.compute_type, settings.engine_threads)
        engines = EnginePool(
            settings.engine_children,
            hardware,
            deadline_seconds=settings.window_deadline_seconds,
            gpus=settings.gpus,
        )
        stack.push_async_callback(engines.close)
        batcher = Batcher(engines, batch_size=settings.engine_batch)
        stack.push_async_callback(batcher.close)
        preparer = Preparer(
            children=settings.job_slots,
            chunk_seconds=settings.chunk_seconds,
            max_seconds=settings.max_audio_seconds,
            window_seconds=settings.window_seconds,
        )
        stack.push_async_callback(preparer.close)
        models = model_store(settings, paths=local_models)
        parts = ProcessorParts(
            jobs=base.jobs,
            chunks=base.chunks,
            storage=base.storage,
            notifier=notifier,
            preparer=preparer,
            listener=batcher,
            models=models,
            scratch_root=settings.scratch_dir,
            engine=settings.engine,
            beam_size=settings.beam_size,
            hallucinations=Hallucinations.load(settings.hallucinations_dir),
            window_seconds=settings.window_seconds,
            audio_context=AudioContext(settings.audio_context),
        )
        terms = Terms(
            _worker_id(),
            settings.lease_seconds,
            settings.max_tries,
            long_chunks=settings.transcribing_slots,
            window_seconds=settings.window_seconds,
        )
        keeper = LeaseKeeper(base.jobs, base.chunks, Processor(parts), notifier, terms)
        handler = SttHandler(Intake(base.jobs, settings.minio_bucket, models.local_names()))
        sweeping = asyncio.create_task(
            Sweeper(
                base.jobs,
                base.chunks,
                base.storage,
                CallRepository(base.database),
                orphan_seconds=settings.orphan_seconds,
            ).run(),
            name="sweeper",
        )
        stack.callback(sweeping.cancel)
        yield Consumer(base.queue, keeper, handler, slots_of(settings), settings.poll_seconds)


def _worker_id() -> str:
    return f"{socket.gethostname()}-{os.getpid()}-{secrets.token_hex(3)}"
