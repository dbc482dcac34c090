"""Moving a job on to its next stage."""

from sqlalchemy import Connection, exists, select, update

from stt.core.database import now
from stt.domain.events.event import EventKind
from stt.domain.jobs.chunk import ChunkStatus
from stt.domain.jobs.job import JobStatus, Stage
from stt.domain.jobs.stages import RULES, ChunksLeft, stage_after
from stt.repositories.statements.claims import afresh
from stt.repositories.statements.outbox import STATE, event_of, record
from stt.repositories.tables.jobs import ChunkRow, JobRow


def advance(connection: Connection, job_id: str, stage: Stage) -> Stage:
    """Move a job that is done with `stage` on to the next one that is due, and return that.

    This transaction has locked the job's row already. A job that is at another stage, or has ended, stays there.
    """
    held = exists().where(ChunkRow.job_id == job_id, ChunkRow.status == ChunkStatus.HELD)
    unsettled = (JobRow.chunks_completed != JobRow.chunks_total).label("unsettled")
    question = select(held.label("undecided"), unsettled)
    left = connection.execute(question.where(JobRow.id == job_id)).one()
    following = stage_after(stage, ChunksLeft(left.undecided, left.unsettled))
    rule = RULES[following]
    values = afresh(JobRow) | {"stage": following, "available_at": now() if rule.as_a_whole else None, "is_long": False}
    if rule.rank is not None:
        values["rank"] = rule.rank
    is_there = (JobRow.status == JobStatus.PROCESSING) & (JobRow.stage == stage)
    moving = update(JobRow).where(JobRow.id == job_id, is_there).values(values).returning(*STATE)
    moved = connection.execute(moving).one_or_none()
    if moved is None:
        return stage
    record(connection, event_of(moved, EventKind.STAGE))
    return following
