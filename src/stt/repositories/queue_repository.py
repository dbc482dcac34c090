"""The queue as a whole, for who watches it."""

from typing import Any

from sqlalchemy import ColumnElement, Connection, Executable, func, select

from stt.core.database import Database, now
from stt.domain.jobs.messages import Lane
from stt.domain.jobs.queue import Held, QueueLook, Waiting
from stt.repositories.tables.jobs import ChunkRow, Claimable, JobRow
from stt.repositories.tables.webhooks import DeliveryRow

TABLES: dict[Lane, type[Claimable]] = {Lane.JOBS: JobRow, Lane.CHUNKS: ChunkRow, Lane.DELIVERIES: DeliveryRow}
MOST_HELD = 1000
"""Pieces of work in hand that are shown of each lane."""


class QueueRepository:
    """Looks at all lanes; every method raises `DatabaseUnavailable` while the database is away."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def look(self) -> QueueLook:
        """What waits, by lane and rank, and what is held; work whose lease ran out waits."""

        def look(connection: Connection) -> QueueLook:
            waiting = tuple(
                Waiting(lane, row.rank, row.depth, max(0.0, row.oldest))
                for lane, table in TABLES.items()
                for row in connection.execute(_waiting(table))
            )
            held = tuple(
                Held(lane, row.id, row.worker_id or "", row.attempt, row.lease, row.job_id)
                for lane, table in TABLES.items()
                for row in connection.execute(_held(table))
            )
            return QueueLook(waiting, held)

        return await self._database.read(look)


def _waiting(table: type[Claimable]) -> Executable:
    due = table.available_at.is_not(None), table.available_at <= now()
    oldest = (now() - func.min(table.available_at)).label("oldest")
    grouped = select(table.rank, func.count().label("depth"), oldest).where(*due).group_by(table.rank)
    return grouped.order_by(table.rank)


def _held(table: type[Claimable]) -> Executable:
    held = table.available_at.is_not(None), table.available_at > now(), table.attempt != table.outcomes
    lease = (table.available_at - now()).label("lease")
    columns = table.id, table.worker_id, table.attempt, lease, _job_of(table).label("job_id")
    return select(*columns).where(*held).order_by(table.id).limit(MOST_HELD)


def _job_of(table: type[Claimable]) -> ColumnElement[Any]:
    return table.__table__.c["id" if table is JobRow else "job_id"]
