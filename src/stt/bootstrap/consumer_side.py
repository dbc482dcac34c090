"""The consumer with its processes."""

import asyncio
import contextlib
import os
import secrets
import socket
from collections.abc import AsyncIterator, Coroutine, Iterator
from contextlib import AsyncExitStack
from functools import partial

from stt.bootstrap.foundation import Foundation, model_store, slots_of, speaker_store
from stt.consumer.handlers.stt_handler import SttHandler
from stt.consumer.loop import Consumer
from stt.consumer.orders import LOOK_SECONDS as ORDER_SECONDS
from stt.consumer.orders import Orders
from stt.core.machine import usable_cores
from stt.core.messaging.notifier import Notifier
from stt.core.metrics.table import SLOTS
from stt.domain.jobs.messages import Lane
from stt.repositories.consumer_repository import ConsumerRepository
from stt.repositories.forecast_repository import ForecastRepository
from stt.repositories.jobs.call_repository import CallRepository
from stt.repositories.jobs.deletions import DeletionRepository
from stt.repositories.jobs.idempotency_repository import IdempotencyRepository
from stt.repositories.jobs.job_list import JobList
from stt.repositories.jobs.redo_repository import RedoRepository
from stt.repositories.jobs.retention import RetentionRepository
from stt.repositories.known_speaker_repository import KnownSpeakerRepository
from stt.repositories.messages.event_repository import EventRepository
from stt.repositories.upload_repository import UploadRepository
from stt.repositories.version_repository import VersionRepository
from stt.worker import scratch
from stt.worker.claims.intake import Intake
from stt.worker.claims.lease_keeper import LeaseKeeper, Works
from stt.worker.claims.terms import Terms
from stt.worker.claims.webhook_sender import WebhookSender
from stt.worker.inference.batcher import Batcher
from stt.worker.inference.layout import Layout
from stt.worker.inference.pool import EnginePool
from stt.worker.preparation.preparer import Preparer
from stt.worker.processing.ear import Ear
from stt.worker.processing.metering import MeasuredEngines
from stt.worker.processing.processor import Processor
from stt.worker.processing.processor_parts import ProcessorParts
from stt.worker.suppression.suppression import Hallucinations
from stt.worker.transcriber.audio_context import AudioContext
from stt.worker.upkeep.expiry import EXPIRE_SECONDS, Expiry
from stt.worker.upkeep.forecaster import FORECAST_SECONDS, Forecaster
from stt.worker.upkeep.indexer import INDEX_SECONDS, Indexer
from stt.worker.upkeep.reconciler import Reconciler
from stt.worker.upkeep.remover import REMOVE_SECONDS, Remover
from stt.worker.upkeep.rounds import rounds
from stt.worker.upkeep.sweeper import Sweeper
from stt.worker.upkeep.upload_sweeper import SWEEP_SECONDS, UploadSweeper

LOOK_SECONDS = 5.0
"""How often it is looked for inference processes that have nothing to do."""


@contextlib.asynccontextmanager
async def consumer(base: Foundation, layout: Layout, *, local_models: bool = False) -> AsyncIterator[Consumer]:
    """The consumer with its inference and decoding processes; `local_models` lets a job name a path as its model."""
    settings, slots, worker_id = base.settings, slots_of(base.settings, layout), _worker_id()
    notifier = Notifier(base.queue)
    async with AsyncExitStack() as stack:
        stack.push_async_callback(notifier.close)
        engines = EnginePool(
            layout.children, layout.hardware, deadline_seconds=settings.window_deadline_seconds, gpus=layout.gpus
        )
        stack.push_async_callback(engines.close)
        if settings.model_ttl:
            letting_go = rounds("letting models go", partial(engines.let_go, settings.model_ttl), LOOK_SECONDS)
            stack.callback(asyncio.create_task(letting_go, name="letting models go").cancel)
        batcher = Batcher(MeasuredEngines(engines), batch_size=layout.batch_size)
        stack.push_async_callback(batcher.close)
        preparer = Preparer(
            children=slots[Lane.JOBS],
            chunk_seconds=settings.chunk_seconds,
            max_seconds=settings.max_audio_seconds,
            window_seconds=settings.window_seconds,
        )
        stack.push_async_callback(preparer.close)
        models, speakers = model_store(settings, paths=local_models), speaker_store(settings)
        parts = ProcessorParts(
            jobs=base.jobs,
            chunks=base.chunks,
            redos=RedoRepository(base.database),
            acquaintances=KnownSpeakerRepository(base.database),
            versions=VersionRepository(base.database),
            storage=base.storage,
            notifier=notifier,
            preparer=preparer,
            listener=batcher,
            models=models,
            ear=Ear(speakers.resolve, at_once=max(1, usable_cores() // 2)),
            scratch_root=settings.scratch_dir,
            engine=settings.engine,
            beam_size=settings.beam_size,
            hallucinations=Hallucinations.load(settings.hallucinations_dir),
            window_seconds=settings.window_seconds,
            audio_context=None if settings.audio_context == "auto" else AudioContext(settings.audio_context),
        )
        terms = Terms(
            worker_id,
            settings.lease_seconds,
            settings.max_tries,
            long={Lane.JOBS: settings.job_slots, Lane.CHUNKS: layout.long_chunks},
            window_seconds=settings.window_seconds,
        )
        works = Works(Processor(parts), WebhookSender(base.deliveries, base.http))
        keeper = LeaseKeeper(base.jobs, base.chunks, works, notifier, terms)
        handler = SttHandler(Intake(base.jobs, settings.minio_bucket, models.offered, settings.retention))
        forecaster = Forecaster(ForecastRepository(base.database), parts.speedometer, worker_id, speakers.lacks)
        forecasting = rounds("forecasting", forecaster.look, FORECAST_SECONDS, at_once=True)
        orders = Orders(partial(ConsumerRepository(base.database).duty_of, worker_id), base.queue)
        for work in (*_rounds(base, orders), forecasting, scratch.keep_swept(settings.scratch_dir)):
            stack.callback(asyncio.create_task(work, name="sweeper").cancel)
        for lane, count in slots.items():
            SLOTS.labels(lane).set(count)
        yield Consumer(base.queue, keeper, handler, slots, settings.poll_seconds, orders)


def _rounds(base: Foundation, orders: Orders) -> Iterator[Coroutine[None, None, None]]:
    """What every consumer looks after from time to time."""
    database, storage = base.database, base.storage
    yield rounds("obeying", orders.look, ORDER_SECONDS)
    yield _sweeper(base).run()
    yield Reconciler(base.jobs, storage).run()
    yield rounds("indexing", Indexer(JobList(database), VersionRepository(database), storage).index, INDEX_SECONDS)
    yield rounds("removing", Remover(DeletionRepository(database), storage).remove, REMOVE_SECONDS)
    yield rounds("expiring", Expiry(RetentionRepository(database), storage).expire, EXPIRE_SECONDS)
    yield rounds("sweeping", UploadSweeper(UploadRepository(database), storage).sweep, SWEEP_SECONDS)


def _sweeper(base: Foundation) -> Sweeper:
    calls = CallRepository(base.database)
    past = (EventRepository(base.database), base.deliveries, IdempotencyRepository(base.database))
    return Sweeper(base.jobs, base.chunks, base.storage, calls, past, orphan_seconds=base.settings.orphan_seconds)


def _worker_id() -> str:
    return f"{socket.gethostname()}-{os.getpid()}-{secrets.token_hex(3)}"
