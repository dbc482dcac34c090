"""Consumers, as they tell of themselves, and what they are wanted to do."""

from sqlalchemy import ColumnElement, Connection, func, select, update

from stt.core.database import Database, now
from stt.domain.errors import InvalidRequest, NotFound
from stt.domain.jobs.queue import Duty, Worker
from stt.repositories.tables.forecasts import ConsumerRow

RUNNING_SECONDS = 30.0
"""A consumer that has not told for so long runs no more."""


class ConsumerRepository:
    """The `consumers` table; every method raises `DatabaseUnavailable` while the database is away."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def lacking_speakers(self) -> str | None:
        """What all consumers lack to tell speakers apart; `None` if one of them can, or nobody knows of any.

        Of those that run, or, where none does, of those that did a while ago.
        """
        running_first = select(ConsumerRow.lacks_speakers, is_running().label("runs")).order_by(
            is_running().desc(), ConsumerRow.seen_at.desc()
        )
        rows = await self._database.read(lambda connection: connection.execute(running_first).all())
        asked = [row for row in rows if row.runs == rows[0].runs]
        if not asked or any(row.lacks_speakers is None for row in asked):
            return None
        return str(asked[0].lacks_speakers)

    async def running(self) -> tuple[Worker, ...]:
        """Those that run."""
        rows = select(ConsumerRow.id, ConsumerRow.duty).where(is_running()).order_by(ConsumerRow.id)
        return await self._database.read(
            lambda connection: tuple(Worker(row.id, _duty_in(row.duty)) for row in connection.execute(rows))
        )

    async def duty_of(self, worker_id: str) -> Duty:
        """What a consumer is wanted to do; one that is not entered yet is to work."""
        stored = select(ConsumerRow.duty).where(ConsumerRow.id == worker_id)
        return _duty_in(await self._database.read(lambda connection: connection.scalar(stored)))

    async def want(self, worker_id: str, duty: Duty) -> None:
        """Give a consumer that runs a duty; it reads that within seconds.

        Raises:
            NotFound: code `worker_not_found`.
            InvalidRequest: code `worker_draining`: it is about to end, and cannot be kept from that.
        """
        stored = select(ConsumerRow.duty).where(ConsumerRow.id == worker_id, is_running())
        given = update(ConsumerRow).where(ConsumerRow.id == worker_id).values(duty=duty.value)
        if duty is not Duty.DRAIN:
            given = given.where(ConsumerRow.duty.is_distinct_from(Duty.DRAIN.value))

        def give(connection: Connection) -> None:
            if connection.execute(stored).first() is None:
                raise NotFound(
                    f"No consumer that runs is called '{worker_id}'; 'stt workers list' shows those that do.",
                    code="worker_not_found",
                )
            if not connection.execute(given).rowcount:
                raise InvalidRequest(
                    f"The consumer '{worker_id}' drains: it ends when it has finished what it holds, and that cannot "
                    "be taken back. Start another one instead.",
                    code="worker_draining",
                )

        await self._database.write(give)


def is_running() -> ColumnElement[bool]:
    """Whether a consumer has told of itself a moment ago."""
    return ConsumerRow.seen_at > now() - RUNNING_SECONDS


def working(connection: Connection) -> int:
    """How many consumers run and take new work."""
    takes_work = ConsumerRow.duty.is_(None) | (ConsumerRow.duty == Duty.WORK.value)
    return connection.scalar(select(func.count()).select_from(ConsumerRow).where(is_running(), takes_work)) or 0


def _duty_in(stored: str | None) -> Duty:
    return Duty(stored) if stored else Duty.WORK
