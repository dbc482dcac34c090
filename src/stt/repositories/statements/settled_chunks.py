"""The query for what of a running job can be read."""

from sqlalchemy import Select, and_, exists, func, or_, select
from sqlalchemy.orm import aliased

from stt.domain.access.owner import Owner
from stt.domain.jobs.chunk import ChunkStatus
from stt.repositories.tables.jobs import ChunkRow, JobRow

SETTLED = (ChunkStatus.COMPLETED, ChunkStatus.FAILED)


def settled_from_the_start(owner: Owner, job_id: str, since: float) -> Select[ChunkRow]:
    """The chunks of an owner's job in front of the first of their channel that is not settled, in order.

    Of these only those that end behind `since`, and the last of each channel. It is one statement, because chunks are
    cut and settled while it runs.
    """
    barrier = (
        select(ChunkRow.channel, func.min(ChunkRow.index).label("index"))
        .where(ChunkRow.job_id == job_id, ChunkRow.status.not_in(SETTLED))
        .group_by(ChunkRow.channel)
        .cte("barrier")
    )
    is_owned = exists().where(JobRow.id == job_id, JobRow.owner == owner)

    def in_front(chunk: type[ChunkRow]) -> Select[ChunkRow]:
        same_channel = barrier.c.channel.is_not_distinct_from(chunk.channel)
        return (
            select(chunk)
            .outerjoin(barrier, same_channel)
            .where(chunk.job_id == job_id, or_(barrier.c.index.is_(None), chunk.index < barrier.c.index))
        )

    earlier = aliased(ChunkRow, name="earlier")
    last = (
        in_front(earlier)
        .with_only_columns(earlier.channel, func.max(earlier.index).label("index"))
        .group_by(earlier.channel)
        .cte("last")
    )
    is_last = and_(last.c.channel.is_not_distinct_from(ChunkRow.channel), last.c.index == ChunkRow.index)
    return (
        in_front(ChunkRow)
        .outerjoin(last, is_last)
        .where(is_owned, or_(ChunkRow.end > since, last.c.index.is_not(None)))
        .order_by(ChunkRow.index)
    )
