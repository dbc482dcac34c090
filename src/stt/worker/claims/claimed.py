"""What a slot has in hand: a claimed job, chunk or delivery, and the ways it can end."""

from collections.abc import Mapping
from contextlib import AbstractContextManager
from typing import Protocol

from stt.core.messaging.notifier import Notifier
from stt.core.metrics.table import JOBS_ENDED
from stt.core.tracing import Note, span
from stt.domain.errors import SttError
from stt.domain.events.webhook import Delivery
from stt.domain.jobs.chunk import Chunk
from stt.domain.jobs.claim import Claim
from stt.domain.jobs.job import Job, Stage
from stt.domain.jobs.messages import JobMessage, Lane
from stt.repositories.jobs.chunk_repository import ChunkRepository
from stt.repositories.jobs.job_repository import JobRepository
from stt.worker.claims.webhook_sender import WebhookSender
from stt.worker.processing.processor import Processor


class Claimed(Protocol):
    """A claimed job, chunk or delivery."""

    claim: Claim
    lane: Lane
    name: str
    names: Mapping[str, str | int]
    """What it is, as logs have it."""
    is_long: bool
    """Whether others should not have to wait for many such."""

    async def run(self) -> None:
        """Do it."""

    async def keep(self, lease_seconds: float) -> None:
        """Heartbeat."""

    async def give_back(self, *, delay_seconds: float, counted: bool, reason: str) -> None:
        """Leave it to another attempt."""

    async def fail(self, error: SttError) -> None:
        """No attempt can ever succeed."""

    async def give_up(self, error: SttError) -> None:
        """Too many attempts have failed."""

    async def overtaken(self) -> None:
        """The claim is void: have removed what was stored for nothing."""


class ClaimedJob:
    """A job in its prepare, detect or merge stage."""

    lane = Lane.JOBS

    def __init__(self, jobs: JobRepository, processor: Processor, job: Job, claim: Claim) -> None:
        self._jobs, self._processor, self._job = jobs, processor, job
        self.claim = claim
        self.name = f"{job.job_id}/{job.stage}"
        self.names: Mapping[str, str | int] = {"job_id": job.job_id, "stage": job.stage.value}
        self.is_long = job.is_long
        self.may_turn_out_long = job.stage is Stage.PREPARE and not job.is_long

    async def run(self) -> None:
        await self._processor.work_on_job(self._job, self.claim)

    async def keep(self, lease_seconds: float) -> None:
        await self._jobs.keep(self.claim, lease_seconds)

    async def give_back(self, *, delay_seconds: float, counted: bool, reason: str) -> None:
        await self._jobs.give_back(self.claim, delay_seconds=delay_seconds, counted=counted, reason=reason)

    async def put_behind(self) -> None:
        """Leave it to an attempt that has the time for a long file."""
        reason = "It takes long to prepare and waits for a slot for long files."
        await self._jobs.give_back(self.claim, delay_seconds=0, counted=False, reason=reason, is_long=True)

    async def fail(self, error: SttError) -> None:
        await self._jobs.fail(self.claim, error.error_code, error.message)
        JOBS_ENDED.labels("failed").inc()

    give_up = fail

    async def overtaken(self) -> None:
        await self._processor.overtaken(self._job)


class ClaimedChunk:
    """A chunk to transcribe; a long one is more than a window of `window_seconds`."""

    lane = Lane.CHUNKS

    def __init__(
        self,
        chunks: ChunkRepository,
        processor: Processor,
        notifier: Notifier,
        claimed: tuple[Chunk, Job, Claim],
        window_seconds: float,
    ) -> None:
        self._chunks, self._processor, self._notifier = chunks, processor, notifier
        self._chunk, self._job, self.claim = claimed
        self.name = self._chunk.chunk_id
        self.names: Mapping[str, str | int] = {
            "job_id": self._job.job_id,
            "chunk": self._chunk.plan.index,
            "stage": Stage.TRANSCRIBE.value,
        }
        self.is_long = self._chunk.plan.audio.duration > window_seconds

    async def run(self) -> None:
        await self._processor.work_on_chunk(self._chunk, self._job, self.claim)

    async def keep(self, lease_seconds: float) -> None:
        await self._chunks.keep(self.claim, lease_seconds)

    async def give_back(self, *, delay_seconds: float, counted: bool, reason: str) -> None:
        await self._chunks.give_back(self.claim, delay_seconds=delay_seconds, counted=counted, reason=reason)

    async def fail(self, error: SttError) -> None:
        await self._chunks.fail_job(self._chunk, self.claim, error.error_code, error.message)
        JOBS_ENDED.labels("failed").inc()

    async def give_up(self, error: SttError) -> None:
        """The rest of the job goes on without this chunk, and its transcript names the gap."""
        if await self._chunks.fail(self._chunk, self.claim, error.message):
            self._notifier.notify(Lane.JOBS, JobMessage.of(self._job).encode())

    async def overtaken(self) -> None:
        """Nothing is stored for a chunk but its row."""


class ClaimedDelivery:
    """A message to a webhook."""

    lane = Lane.DELIVERIES
    is_long = False

    def __init__(self, sender: WebhookSender, claimed: tuple[Delivery, tuple[str, ...], Claim]) -> None:
        self._deliveries, self._sender = sender.deliveries, sender
        self._delivery, self._secrets, self.claim = claimed
        self.name = self._delivery.delivery_id
        about = {"job_id": self._delivery.job_id} if self._delivery.job_id else {}
        self.names: Mapping[str, str | int] = {
            "delivery": self.name,
            "webhook": self._delivery.webhook_id,
            **about,
        }

    async def run(self) -> None:
        await self._sender.send(self._delivery, self._secrets, self.claim)

    async def keep(self, lease_seconds: float) -> None:
        await self._deliveries.keep(self.claim, lease_seconds)

    async def give_back(self, *, delay_seconds: float, counted: bool, reason: str) -> None:
        await self._deliveries.give_back(self.claim, delay_seconds=delay_seconds, counted=counted, reason=reason)

    async def fail(self, error: SttError) -> None:
        await self._deliveries.give_up(self.claim, error.message)

    give_up = fail

    async def overtaken(self) -> None:
        """Nothing is stored for a message."""


def traced(claimed: Claimed, worker_id: str) -> AbstractContextManager[Note]:
    """The attempt as a span of its job's trace; a message to a webhook that no job is behind has one of its own."""
    about = {**claimed.names, "attempt": claimed.claim.attempt, "worker": worker_id}
    return span(str(about.get("stage", claimed.lane)), str(about.get("job_id", claimed.name)), about)
