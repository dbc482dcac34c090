"""Chunks: cut, claimed, transcribed."""

import math
from collections.abc import Mapping, Sequence

from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from stt.core.database import Database, now
from stt.domain.chunk import Chunk, ChunkPlan, ChunkStatus
from stt.domain.claim import Claim, chunk_rank
from stt.domain.job import Job, JobStatus
from stt.domain.transcript import Gap, Segment, Suppressed, join_text
from stt.repositories.claims import age_waiting, claim_best, give_back, held_by, keep, write_fenced
from stt.repositories.job_repository import end_job, merge_if_settled
from stt.repositories.models import ChunkRow, JobRow
from stt.repositories.rows import to_chunk, to_claim, to_job, to_plan
from stt.repositories.settled_chunks import SETTLED, settled_from_the_start

ROWS_AT_A_TIME = 20


class ChunkRepository:
    """The `chunks` table; every method raises `DatabaseUnavailable` while the database is away."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def add(self, holder: Claim, job: Job, plan: ChunkPlan, object_key: str | None) -> bool:
        """Store a chunk of a job being prepared; `False` if an earlier attempt cut the very same one.

        A silent chunk is settled at once; one whose job has no language yet is held.

        Raises:
            ClaimLost: somebody else prepares the job.
        """
        async with self._database.write() as session:
            await _check_holder(session, holder)
            row = await session.get(ChunkRow, _chunk_id(job.job_id, plan.index))
            if row is not None and to_plan(row) == plan:
                return False
            if row is None:
                row = ChunkRow(id=_chunk_id(job.job_id, plan.index), job_id=job.job_id, index=plan.index, attempt=0)
                session.add(row)
            _cut(row, job, plan, object_key)
            await session.flush()
            await _recount(session, job.job_id)
        return True

    async def drop_from(self, holder: Claim, index: int) -> None:
        """Remove the chunks from `index` on, which an earlier attempt cut and this one did not."""
        async with self._database.write() as session:
            await _check_holder(session, holder)
            surplus = select(ChunkRow).where(ChunkRow.job_id == holder.row_id, ChunkRow.index >= index)
            for row in await session.scalars(surplus):
                await session.delete(row)
            await session.flush()
            await _recount(session, holder.row_id)

    async def of_job(self, job_id: str) -> list[Chunk]:
        """Every chunk of a job in order."""
        statement = select(ChunkRow).where(ChunkRow.job_id == job_id).order_by(ChunkRow.index)
        async with self._database.read() as session:
            # Some at a time: as rows, the words of hours take more memory than as what they become.
            rows = await session.stream_scalars(statement.execution_options(yield_per=ROWS_AT_A_TIME))
            return [to_chunk(row) async for row in rows]

    async def settled(self, job_id: str, *, since: float) -> list[Chunk]:
        """The chunks of each channel, in order, from its first up to the last before one that is not settled.

        Of these those that end behind second `since`, and the last of each channel.
        """
        async with self._database.read() as session:
            return [to_chunk(row) for row in await session.scalars(settled_from_the_start(job_id, since))]

    async def claim(
        self, worker_id: str, lease_seconds: float, *, at_most: float = math.inf
    ) -> tuple[Chunk, Job, Claim] | None:
        """Take the best chunk to transcribe, of `at_most` so many seconds of audio, with its job."""
        short_enough = (ChunkRow.audio_end - ChunkRow.audio_start) <= at_most
        among = [] if math.isinf(at_most) else [short_enough]
        async with self._database.write() as session:
            row = await claim_best(session, ChunkRow, worker_id, lease_seconds, *among, status=ChunkStatus.RUNNING)
            if row is None:
                return None
            job = await session.get_one(JobRow, row.job_id)
            return to_chunk(row), to_job(job), to_claim(row)

    async def keep(self, claim: Claim, lease_seconds: float) -> None:
        """Heartbeat; raises `ClaimLost`."""
        async with self._database.write() as session:
            await keep(session, ChunkRow, claim, lease_seconds)

    async def age(self, waiting_seconds: float, limit: int) -> None:
        """Move what has waited that long one rank forward."""
        async with self._database.write() as session:
            await age_waiting(session, ChunkRow, waiting_seconds, limit)

    async def give_back(self, claim: Claim, *, delay_seconds: float, counted: bool, reason: str) -> None:
        """Leave the chunk to another attempt; raises `ClaimLost`."""
        async with self._database.write() as session:
            await give_back(
                session,
                ChunkRow,
                claim,
                delay_seconds=delay_seconds,
                counted=counted,
                status=ChunkStatus.READY,
                error_message=reason,
            )

    async def complete(
        self,
        chunk: Chunk,
        claim: Claim,
        segments: Sequence[Segment],
        gaps: Sequence[Gap],
        suppressed: Sequence[Suppressed] = (),
    ) -> bool:
        """Store what was heard; `True` if it was the last chunk and the merge is due. Raises `ClaimLost`."""
        values = {
            "status": ChunkStatus.COMPLETED,
            "segments": [segment.to_dict() for segment in segments],
            "gaps": [gap.to_dict() for gap in gaps],
            "suppressed": [left_out.to_dict() for left_out in suppressed],
            "transcription": join_text(segments),
            "error_message": None,
        }
        return await self._settle(chunk, claim, values)

    async def fail(self, chunk: Chunk, claim: Claim, message: str) -> bool:
        """Give the chunk up; the rest of its job goes on, `True` if that is complete. Raises `ClaimLost`."""
        return await self._settle(chunk, claim, {"status": ChunkStatus.FAILED, "error_message": message})

    async def fail_job(self, chunk: Chunk, claim: Claim, code: str, message: str) -> None:
        """The chunk showed that its whole job can never succeed; raises `ClaimLost`."""
        async with self._database.write() as session:
            await _lock_job(session, chunk.job_id)
            await write_fenced(session, update(ChunkRow).where(held_by(ChunkRow, claim)).values(error_message=message))
            await end_job(session, chunk.job_id, JobStatus.FAILED, code, message)

    async def _settle(self, chunk: Chunk, claim: Claim, values: Mapping[str, object]) -> bool:
        # The job's row is locked first, here as everywhere: two orders would be a deadlock.
        counted = (
            update(JobRow)
            .where(JobRow.id == chunk.job_id, JobRow.status == JobStatus.PROCESSING)
            .values(
                chunks_completed=JobRow.chunks_completed + 1,
                seconds_done=JobRow.seconds_done + chunk.plan.owned.duration,
                retry_count=JobRow.retry_count + claim.tries - 1,
            )
        )
        settled = (
            update(ChunkRow)
            .where(held_by(ChunkRow, claim))
            .values(available_at=None, processed_at=now(), worker_id=claim.worker_id, **values)
        )
        async with self._database.write() as session:
            await write_fenced(session, counted)
            await write_fenced(session, settled)
            return await merge_if_settled(session, chunk.job_id)


def _chunk_id(job_id: str, index: int) -> str:
    return f"{job_id}:{index:05d}"


def _cut(row: ChunkRow, job: Job, plan: ChunkPlan, object_key: str | None) -> None:
    """Write a plan into a row; counting up `attempt` voids the claim of whoever still works at an older cut."""
    row.attempt += 1
    row.tries = 0
    row.rank = chunk_rank(plan.index, job.priority)
    row.channel = plan.channel
    row.start, row.end = plan.owned.start, plan.owned.end
    row.audio_start, row.audio_end = plan.audio.start, plan.audio.end
    row.speech = [[span.start, span.end] for span in plan.speech]
    row.object_key = object_key
    row.segments = row.gaps = row.suppressed = row.transcription = row.error_message = None
    if plan.is_silent:
        row.status, row.available_at, row.processed_at = ChunkStatus.COMPLETED, None, now()
    elif job.spoken_language is None:
        row.status, row.available_at = ChunkStatus.HELD, None
    else:
        row.status, row.available_at = ChunkStatus.READY, now()


async def _recount(session: AsyncSession, job_id: str) -> None:
    settled = (ChunkRow.job_id == job_id) & ChunkRow.status.in_(SETTLED)
    count = select(func.count()).where(settled).scalar_subquery()
    seconds = select(func.coalesce(func.sum(ChunkRow.end - ChunkRow.start), 0.0)).where(settled).scalar_subquery()
    await session.execute(
        update(JobRow).where(JobRow.id == job_id).values(chunks_completed=count, seconds_done=seconds)
    )


async def _check_holder(session: AsyncSession, holder: Claim) -> None:
    """Lock the job's row; raises `ClaimLost` unless `holder` has it."""
    await write_fenced(session, update(JobRow).where(held_by(JobRow, holder)).values(worker_id=holder.worker_id))


async def _lock_job(session: AsyncSession, job_id: str) -> None:
    await session.execute(select(JobRow.id).where(JobRow.id == job_id).with_for_update())
