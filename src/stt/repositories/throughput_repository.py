"""How much was done, for who watches the service."""

from sqlalchemy import Connection, Executable, case, func, select

from stt.core.database import Database, now
from stt.domain.jobs.job import JobStatus
from stt.domain.jobs.throughput import Hour
from stt.repositories.tables.jobs import JobRow

HOUR_SECONDS = 3600.0


class ThroughputRepository:
    """Looks at jobs that have ended; every method raises `DatabaseUnavailable` while the database is away."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def hours(self, count: int) -> tuple[Hour, ...]:
        """The last hours of the clock, the oldest first and the one that runs now last; also those without any job."""

        def look(connection: Connection) -> tuple[Hour, ...]:
            present = int((connection.scalar(select(now())) or 0.0) // HOUR_SECONDS)
            first = present - count + 1
            found = {int(row.hour): row for row in connection.execute(_ended(first * HOUR_SECONDS))}
            return tuple(_hour(number, found.get(number)) for number in range(first, present + 1))

        return await self._database.read(look)


def _ended(since: float) -> Executable:
    # Both databases round, and neither has to have `floor`.
    hour = func.round(JobRow.completed_at / HOUR_SECONDS - 0.5).label("hour")
    is_done = JobRow.status == JobStatus.COMPLETED
    completed = func.sum(case((is_done, 1), else_=0)).label("completed")
    failed = func.sum(case((JobRow.status == JobStatus.FAILED, 1), else_=0)).label("failed")
    audio = func.sum(case((is_done, func.coalesce(JobRow.duration, 0.0)), else_=0.0)).label("audio")
    return select(hour, completed, failed, audio).where(JobRow.completed_at >= since).group_by(hour)


def _hour(number: int, row: object) -> Hour:
    values = (getattr(row, name) for name in ("completed", "failed", "audio")) if row else (0, 0, 0.0)
    completed, failed, audio = values
    return Hour(number * HOUR_SECONDS, int(completed), int(failed), float(audio))
