"""Consumers, as they tell of themselves."""

from sqlalchemy import ColumnElement, Connection, func, select

from stt.core.database import Database, now
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

    async def running(self) -> tuple[str, ...]:
        """The ids of consumers that run."""
        ids = select(ConsumerRow.id).where(is_running()).order_by(ConsumerRow.id)
        return await self._database.read(lambda connection: tuple(connection.scalars(ids)))


def is_running() -> ColumnElement[bool]:
    """Whether a consumer has told of itself a moment ago."""
    return ConsumerRow.seen_at > now() - RUNNING_SECONDS


def running(connection: Connection) -> int:
    """How many consumers run."""
    return connection.scalar(select(func.count()).select_from(ConsumerRow).where(is_running())) or 0
