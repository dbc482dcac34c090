"""Chunks: cut, claimed, transcribed."""

import math
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Double, Integer, Row, bindparam, delete, func, insert, select, update

from stt.core.database import now
from stt.domain.access.owner import Owner
from stt.domain.errors import ClaimLost
from stt.domain.events.event import EventKind
from stt.domain.jobs.chunk import Chunk, ChunkPlan, ChunkStatus
from stt.domain.jobs.claim import Claim, chunk_rank
from stt.domain.jobs.job import Job, JobStatus, Stage
from stt.domain.text.paragraphs import join_text
from stt.domain.transcripts.transcript import Gap, Segment, Suppressed
from stt.repositories.jobs.job_repository import BY_ID
from stt.repositories.statements.advance import advance
from stt.repositories.statements.claimable import ClaimableRepository
from stt.repositories.statements.claims import (
    claim_best,
    claim_of,
    fence,
    fenced_by,
    held_by,
    write_fenced,
)
from stt.repositories.statements.endings import end_job
from stt.repositories.statements.outbox import STATE, NewEvent, event_of, record
from stt.repositories.statements.settled_chunks import SETTLED, settled_from_the_start
from stt.repositories.tables.jobs import ChunkRow, JobRow, VoicesRow
from stt.repositories.tables.rows import segment_values, to_chunk, to_claim, to_job, to_plan

ROWS_AT_A_TIME = 20

_CLAIM = claim_of(ChunkRow, status=ChunkStatus.RUNNING)
_SHORT = (ChunkRow.audio_end - ChunkRow.audio_start) <= bindparam("at_most")
_CLAIM_SHORT = claim_of(ChunkRow, _SHORT, status=ChunkStatus.RUNNING)
_COUNT = (
    update(JobRow)
    .where(JobRow.id == bindparam("job"), JobRow.status == JobStatus.PROCESSING)
    .values(
        chunks_completed=JobRow.chunks_completed + 1,
        seconds_done=JobRow.seconds_done + bindparam("seconds", type_=Double),
        retry_count=JobRow.retry_count + bindparam("retries", type_=Integer),
    )
    .returning(*STATE)
)
"""Ticks a chunk off its job, and tells how that stands then."""
_SETTLE = update(ChunkRow).where(fence(ChunkRow)).values(available_at=None, processed_at=now())
"""Sets what else it is given values of."""


class ChunkRepository(ClaimableRepository):
    """The `chunks` table; every method raises `DatabaseUnavailable` while the database is away."""

    table = ChunkRow

    async def add(self, holder: Claim, job: Job, plan: ChunkPlan, object_key: str | None) -> bool:
        """Store a chunk of a job being prepared; `False` if an earlier attempt cut the very same one.

        A silent chunk is settled at once; one whose job has no language yet is held.

        Raises:
            ClaimLost: somebody else prepares the job.
        """
        chunk_id, cut = _chunk_id(job.job_id, plan.index), _cut(job, plan, object_key)

        def store(connection: Connection) -> bool:
            _check_holder(connection, holder)
            row = connection.execute(select(ChunkRow).where(ChunkRow.id == chunk_id)).one_or_none()
            if row is None:
                key = {"id": chunk_id, "job_id": job.job_id, "index": plan.index}
                connection.execute(insert(ChunkRow).values(**key, attempt=1, outcomes=1, **cut))
            elif to_plan(row) == plan and row.status != ChunkStatus.CANCELLED:
                # What an earlier attempt stored may be removed once its job has ended, and this one's is there.
                stays = update(ChunkRow).where(ChunkRow.id == chunk_id)
                connection.execute(stays.values(object_key=object_key))
                return False
            else:
                # Cut otherwise, or given up with its job. Counting up voids the claim of whoever still works at it.
                again = update(ChunkRow).where(ChunkRow.id == chunk_id)
                voided = {"attempt": ChunkRow.attempt + 1, "outcomes": ChunkRow.attempt + 1}
                connection.execute(again.values(**voided, **cut))
            counted = _recount(connection, job.job_id)
            if plan.is_silent:
                record(connection, _progress(counted, plan.index))
            return True

        return await self._database.write(store)

    async def drop_from(self, holder: Claim, index: int) -> None:
        """Remove the chunks from `index` on, which an earlier attempt cut and this one did not."""
        surplus = delete(ChunkRow).where(ChunkRow.job_id == holder.row_id, ChunkRow.index >= index)

        def drop(connection: Connection) -> None:
            _check_holder(connection, holder)
            connection.execute(surplus)
            _recount(connection, holder.row_id)

        await self._database.write(drop)

    async def of_job(self, job_id: str) -> list[Chunk]:
        """Every chunk of a job in order."""
        # Some at a time: as rows, the words of hours take more memory than as what they become.
        few = select(ChunkRow).execution_options(yield_per=ROWS_AT_A_TIME)
        statement = few.where(ChunkRow.job_id == job_id).order_by(ChunkRow.index)
        return await self._database.read(lambda connection: [to_chunk(row) for row in connection.execute(statement)])

    async def settled(self, owner: Owner, job_id: str, *, since: float) -> list[Chunk]:
        """The chunks of each channel of a job, in order, from its first up to the last before one that is not settled.

        Of these those that end behind second `since`, and the last of each channel; none of another owner's job.
        """
        statement = settled_from_the_start(owner, job_id, since)
        return await self._database.read(lambda connection: [to_chunk(row) for row in connection.execute(statement)])

    async def claim(
        self, worker_id: str, lease_seconds: float, *, at_most: float = math.inf
    ) -> tuple[Chunk, Job, Claim] | None:
        """Take the best chunk to transcribe, of `at_most` so many seconds of audio, with its job."""
        claiming, limit = (_CLAIM, {}) if math.isinf(at_most) else (_CLAIM_SHORT, {"at_most": at_most})

        def take(connection: Connection) -> tuple[Chunk, Job, Claim] | None:
            row = claim_best(connection, claiming, worker_id, lease_seconds, **limit)
            if row is None:
                return None
            job = connection.execute(BY_ID, {"job_id": row.job_id}).one()
            return to_chunk(row), to_job(job), to_claim(row)

        return await self._database.write(take)

    def _given_back(self, _failures: int, /) -> dict[str, Any]:
        return {"status": ChunkStatus.READY}

    async def complete(
        self,
        chunk: Chunk,
        claim: Claim,
        segments: Sequence[Segment],
        gaps: Sequence[Gap],
        suppressed: Sequence[Suppressed] = (),
        voices: bytes | None = None,
    ) -> bool:
        """Store what was heard; `True` if it was the last chunk and the next stage is due. Raises `ClaimLost`."""
        values = {
            "status": ChunkStatus.COMPLETED,
            "segments": [segment_values(segment) for segment in segments],
            "gaps": [gap.to_dict() for gap in gaps],
            "suppressed": [left_out.to_dict() for left_out in suppressed],
            "transcription": join_text(segments),
            "error_message": None,
        }
        return await self._settle(chunk, claim, values, voices)

    async def voices_of(self, job_id: str) -> dict[int, bytes]:
        """What was heard of the voices in the chunks of a job that are transcribed, by their index."""
        heard = select(ChunkRow.index, VoicesRow.heard).join(VoicesRow, VoicesRow.chunk_id == ChunkRow.id)
        statement = heard.where(ChunkRow.job_id == job_id, ChunkRow.status == ChunkStatus.COMPLETED)
        rows = await self._database.read(lambda connection: connection.execute(statement).all())
        return {index: bytes(kept) for index, kept in rows}

    async def fail(self, chunk: Chunk, claim: Claim, message: str) -> bool:
        """Give the chunk up; the rest of its job goes on, `True` if that is complete. Raises `ClaimLost`."""
        return await self._settle(chunk, claim, {"status": ChunkStatus.FAILED, "error_message": message})

    async def fail_job(self, chunk: Chunk, claim: Claim, code: str, message: str) -> None:
        """The chunk showed that its whole job can never succeed; raises `ClaimLost`."""
        noted = update(ChunkRow).where(held_by(ChunkRow, claim)).values(error_message=message)

        def end(connection: Connection) -> None:
            _lock_job(connection, chunk.job_id)
            write_fenced(connection, noted)
            end_job(connection, chunk.job_id, JobStatus.FAILED, code, message)

        await self._database.write(end)

    async def _settle(
        self, chunk: Chunk, claim: Claim, values: Mapping[str, object], voices: bytes | None = None
    ) -> bool:
        counted = {"job": chunk.job_id, "seconds": chunk.plan.owned.duration, "retries": claim.tries - 1 + claim.deaths}
        settled = {**fenced_by(claim), "worker_id": claim.worker_id, **values}

        def settle(connection: Connection) -> bool:
            # The job's row is locked first, here as everywhere: two orders would be a deadlock.
            job = connection.execute(_COUNT, counted).one_or_none()
            if job is None:
                raise ClaimLost
            write_fenced(connection, _SETTLE, settled)
            if voices is not None:
                # There may be some of another cut of the file, by an attempt that came first.
                connection.execute(delete(VoicesRow).where(VoicesRow.chunk_id == chunk.chunk_id))
                connection.execute(insert(VoicesRow).values(chunk_id=chunk.chunk_id, heard=voices))
            record(connection, _progress(job, chunk.plan.index))
            if job.chunks_completed != job.chunks_total:
                return False
            return advance(connection, chunk.job_id, Stage.TRANSCRIBE) is not Stage.TRANSCRIBE

        return await self._database.write(settle)


def _chunk_id(job_id: str, index: int) -> str:
    return f"{job_id}:{index:05d}"


def _cut(job: Job, plan: ChunkPlan, object_key: str | None) -> dict[str, Any]:
    """What a row says of a chunk that was just cut."""
    values: dict[str, Any] = {
        "tries": 0,
        "rank": chunk_rank(plan.index, job.priority) + job.ranks_behind,
        "channel": plan.channel,
        "start": plan.owned.start,
        "end": plan.owned.end,
        "audio_start": plan.audio.start,
        "audio_end": plan.audio.end,
        "speech": [[span.start, span.end] for span in plan.speech],
        "sound": [[span.start, span.end] for span in plan.sound],
        "object_key": object_key,
    }
    values |= dict.fromkeys(("segments", "gaps", "suppressed", "transcription", "error_message"))
    if plan.is_silent:
        return values | {"status": ChunkStatus.COMPLETED, "available_at": None, "processed_at": now()}
    if job.spoken_language is None:
        return values | {"status": ChunkStatus.HELD, "available_at": None}
    return values | {"status": ChunkStatus.READY, "available_at": now()}


def _progress(job: Row[Any], index: int) -> NewEvent:
    """That a chunk is settled."""
    counted = {"chunks_completed": job.chunks_completed, "chunks_total": job.chunks_total}
    return event_of(job, EventKind.PROGRESS, chunk=index, seconds_done=job.seconds_done, **counted)


def _recount(connection: Connection, job_id: str) -> Row[Any]:
    settled = (ChunkRow.job_id == job_id) & ChunkRow.status.in_(SETTLED)
    count = select(func.count()).where(settled).scalar_subquery()
    seconds = select(func.coalesce(func.sum(ChunkRow.end - ChunkRow.start), 0.0)).where(settled).scalar_subquery()
    counting = update(JobRow).where(JobRow.id == job_id).values(chunks_completed=count, seconds_done=seconds)
    return connection.execute(counting.returning(*STATE)).one()


def _check_holder(connection: Connection, holder: Claim) -> None:
    """Lock the job's row; raises `ClaimLost` unless `holder` has it."""
    write_fenced(connection, update(JobRow).where(held_by(JobRow, holder)).values(worker_id=holder.worker_id))


def _lock_job(connection: Connection, job_id: str) -> None:
    connection.execute(select(JobRow.id).where(JobRow.id == job_id).with_for_update())
