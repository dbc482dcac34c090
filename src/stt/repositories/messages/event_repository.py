"""Events, read by those who watch."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, delete, func, select

from stt.core.database import Database, now
from stt.domain.access.owner import Owner
from stt.domain.events.event import KEPT_SECONDS, Event, EventKind
from stt.repositories.tables.jobs import EventRow
from stt.repositories.tables.rows import instant

AT_ONCE = 500
_OLDEST, _NEWEST = (select(extreme(EventRow.id)).scalar_subquery() for extreme in (func.min, func.max))
_KEPT: Select[Any] = select(func.coalesce(_OLDEST, 0).label("oldest"), func.coalesce(_NEWEST, 0).label("newest"))


@dataclass(frozen=True)
class Kept:
    """The ids of the oldest event that is kept and of the newest; both 0 where there never was one."""

    oldest: int
    newest: int

    def leads_on_from(self, position: int) -> bool:
        """Whether everything behind a position is there: nothing of it was removed, and it is one of this database."""
        return self.oldest - 1 <= position <= self.newest


class EventRepository:
    """The `events` table; every method raises `DatabaseUnavailable` while the database is away."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def kept(self) -> Kept:
        """From where to where there are events."""
        row = await self._database.row(_KEPT)
        return Kept(row.oldest, row.newest)

    async def of_job(self, owner: Owner, job_id: str, after: int) -> list[Event]:
        """The next events of a job behind a position, `AT_ONCE` at most: up to its end, behind which it is edited."""
        return await self._read(owner, after, job_id)

    async def of_owner(self, owner: Owner, after: int) -> list[Event]:
        """The same of all jobs of an owner."""
        return await self._read(owner, after, None)

    async def _read(self, owner: Owner, after: int, job_id: str | None) -> list[Event]:
        statement = select(EventRow).where(EventRow.owner == owner, EventRow.id > after).order_by(EventRow.id)
        if job_id is not None:
            statement = statement.where(EventRow.job_id == job_id, EventRow.kind != EventKind.EDITED)
        rows = await self._database.read(lambda connection: connection.execute(statement.limit(AT_ONCE)).all())
        return [Event(row.id, row.job_id, EventKind(row.kind), instant(row.created_at), row.data) for row in rows]

    async def forget(self) -> int:
        """Remove some of what is too old; how many.

        The newest stays whatever its age: the numbers go on behind it, and positions are judged by it.
        """
        oldest = select(EventRow.id).order_by(EventRow.id).limit(AT_ONCE).scalar_subquery()
        too_old = EventRow.created_at < now() - KEPT_SECONDS
        statement = delete(EventRow).where(EventRow.id.in_(oldest), EventRow.id < _NEWEST, too_old)
        return await self._database.write(lambda connection: connection.execute(statement).rowcount)
