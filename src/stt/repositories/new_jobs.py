"""Storing new jobs, those that come at the same time in one transaction: a commit waits for the disk."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection
from sqlalchemy.dialects import postgresql, sqlite

from stt.core.database import Database
from stt.domain.claim import Priority
from stt.domain.event import EventKind
from stt.domain.guidance import Guidance
from stt.domain.job import Job
from stt.domain.owner import Owner
from stt.domain.search import terms_of
from stt.repositories.models import JobRow
from stt.repositories.outbox import event_of, record
from stt.repositories.rows import to_job
from stt.repositories.search_index import enter_new

MOST_AT_ONCE = 100

Values = Mapping[str, Any]


@dataclass(frozen=True)
class Call:
    """What a job is known by to others who ask for the same, and for how many seconds its caller waits at least."""

    fingerprint: str
    watched_seconds: float


@dataclass(frozen=True)
class NewJob:
    """What is known of a job when it is accepted; `file_size` in bytes, `None` if unknown."""

    owner: Owner
    job_id: str
    filename: str
    object_key: str
    language: str
    model: str
    engine: str | None = None
    priority: Priority = Priority.NORMAL
    file_size: int | None = None
    guidance: Guidance = field(default_factory=Guidance)
    call: Call | None = None


@dataclass(frozen=True)
class _Waiting:
    values: Values
    stored: "asyncio.Future[Job | None]"


class NewJobs:
    """Takes rows one by one; while one transaction is being committed, the next ones gather for another."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._waiting: list[_Waiting] = []
        self._writing: asyncio.Task[None] | None = None

    async def add(self, values: Values) -> Job | None:
        """Store a row; the job once it is committed, `None` if its id is taken. Raises `DatabaseUnavailable`."""
        entry = _Waiting(values, asyncio.get_running_loop().create_future())
        self._waiting.append(entry)
        if self._writing is None:
            # A task of its own: whoever is cancelled must not take the others' rows along.
            self._writing = asyncio.create_task(self._write(), name="new jobs")
        return await entry.stored

    async def _write(self) -> None:
        try:
            while self._waiting:
                batch, self._waiting = self._waiting[:MOST_AT_ONCE], self._waiting[MOST_AT_ONCE:]
                await self._store(batch)
        finally:
            self._writing = None

    async def _store(self, batch: Sequence[_Waiting]) -> None:
        try:
            stored = await self._insert([entry.values for entry in batch])
        except BaseException as error:
            for entry in batch:
                if not entry.stored.done():
                    entry.stored.set_exception(error)
            if not isinstance(error, Exception):
                raise
            return
        for entry in batch:
            if not entry.stored.done():
                # Of two with the same id in one batch only the first was stored.
                entry.stored.set_result(stored.pop(entry.values["id"], None))

    async def _insert(self, rows: Sequence[Values]) -> dict[str, Job]:
        """The jobs whose ids were free."""
        insert = sqlite.insert if self._database.is_sqlite else postgresql.insert
        statement = insert(JobRow).values(list(rows)).on_conflict_do_nothing().returning(JobRow)

        def store(connection: Connection) -> dict[str, Job]:
            stored = connection.execute(statement).all()
            enter_new(connection, {row.id: terms_of(Owner(row.owner), row.filename) for row in stored})
            record(connection, *(event_of(row, EventKind.ACCEPTED) for row in stored))
            return {row.id: to_job(row) for row in stored}

        return await self._database.write(store)
