"""Storing new jobs, those that come at the same time in one transaction: a commit waits for the disk."""

import asyncio
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from sqlalchemy import Connection, Row

from stt.core.database import Database
from stt.domain.access.limits import Limits
from stt.domain.access.owner import Owner
from stt.domain.errors import InvalidRequest, LimitReached, QueueFull
from stt.domain.events.event import EventKind
from stt.domain.jobs.claim import Priority
from stt.domain.jobs.guidance import Guidance
from stt.domain.jobs.idempotency import Answer, Kept, Reservation
from stt.domain.jobs.job import Job
from stt.domain.jobs.retention import Retention
from stt.domain.text.search import terms_of
from stt.repositories.jobs.idempotency_repository import hold, keep
from stt.repositories.statements.outbox import event_of, record
from stt.repositories.statements.search_index import enter_new
from stt.repositories.statements.turns import Turns
from stt.repositories.statements.usage import admit, queued_seconds
from stt.repositories.tables.jobs import JobRow
from stt.repositories.tables.rows import to_job

MOST_AT_ONCE = 100

Values = Mapping[str, Any]


@dataclass(frozen=True)
class Call:
    """What a job is known by to others who ask for the same, and for how many seconds its caller waits at least."""

    fingerprint: str
    watched_seconds: float


class Promise(Protocol):
    """What is promised to whoever asks again, and kept in the transaction in which the job is stored."""

    def hold(self, connection: Connection) -> None:
        """Return if the job may still be made; raises `InvalidRequest` where another request makes it."""

    def keep(self, connection: Connection, job: Job) -> None:
        """The job is made."""


@dataclass(frozen=True)
class SameAnswer:
    """The key that a job is made under: whoever sends the same again is given the same answer."""

    reservation: Reservation
    fingerprint: str
    answer: Callable[[Job], Answer]

    def hold(self, connection: Connection) -> None:
        """Raises `KeyInUse` where the key is another request's by now."""
        hold(connection, self.reservation)

    def keep(self, connection: Connection, job: Job) -> None:
        """The job is made."""
        keep(connection, self.reservation, job.job_id, Kept(self.fingerprint, self.answer(job)))


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
    promise: Promise | None = None
    limits: Limits = field(default_factory=Limits)
    metadata: Mapping[str, str] = field(default_factory=dict)
    webhook_url: str | None = None
    retention: Retention = field(default_factory=Retention)


@dataclass(frozen=True)
class _Waiting:
    values: Values
    limits: Limits
    promise: Promise | None
    stored: "asyncio.Future[Job | None]"

    @property
    def is_unbound(self) -> bool:
        """Whether nothing has to be asked before it is stored."""
        return self.limits == Limits() and self.promise is None


class NewJobs:
    """Takes rows one by one; while one transaction is being committed, the next ones gather for another."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._waiting: list[_Waiting] = []
        self._writing: asyncio.Task[None] | None = None

    async def add(self, values: Values, limits: Limits, promise: Promise | None = None) -> Job | None:
        """Store a row; the job once it is committed, `None` if its id is taken.

        Raises `DatabaseUnavailable`, `LimitReached` where the owner has no room for it within these limits, and
        what its promise raises that cannot be kept.
        """
        entry = _Waiting(values, limits, promise, asyncio.get_running_loop().create_future())
        self._waiting.append(entry)
        if self._writing is None:
            # A task of its own: whoever is cancelled must not take the others' rows along.
            self._writing = asyncio.create_task(self._write(), name="new jobs")
        return await entry.stored

    async def make_room(self, owner: Owner, limits: Limits, max_queued_seconds: float) -> None:
        """Return if another job could be stored; raises `LimitReached`, or `QueueFull` for everybody."""
        if limits == Limits() and math.isinf(max_queued_seconds):
            return

        def look(connection: Connection) -> float:
            admit(connection, owner, limits)
            return 0.0 if math.isinf(max_queued_seconds) else queued_seconds(connection)

        if await self._database.read(look) > max_queued_seconds:
            raise QueueFull

    async def _write(self) -> None:
        try:
            while self._waiting:
                batch, self._waiting = self._waiting[:MOST_AT_ONCE], self._waiting[MOST_AT_ONCE:]
                await self._store(batch)
        finally:
            self._writing = None

    async def _store(self, batch: Sequence[_Waiting]) -> None:
        try:
            stored = await self._insert(batch)
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
                came_of = stored.pop(entry.values["id"], None)
                if isinstance(came_of, LimitReached | InvalidRequest):
                    entry.stored.set_exception(came_of)
                else:
                    entry.stored.set_result(came_of)

    async def _insert(self, batch: Sequence[_Waiting]) -> dict[str, Job | LimitReached | InvalidRequest]:
        """What came of those whose ids were free."""
        statement = self._database.insert(JobRow).on_conflict_do_nothing().returning(JobRow)

        def store(connection: Connection) -> dict[str, Job | LimitReached | InvalidRequest]:
            came_of: dict[str, Job | LimitReached | InvalidRequest] = {}
            turns = Turns(connection)
            rows: list[Row[Any]] = []
            free = [turns.taken(entry.values) for entry in batch if entry.is_unbound]
            if free:
                rows += connection.execute(statement.values(free)).all()
            # Each owner is locked: in one order everywhere, or two processes wait for each other.
            for entry in sorted(batch, key=lambda entry: entry.values["owner"]):
                if not entry.is_unbound:
                    try:
                        _ask(connection, entry)
                    except (LimitReached, InvalidRequest) as error:
                        came_of[entry.values["id"]] = error
                        continue
                    made = connection.execute(statement.values(turns.taken(entry.values))).all()
                    if entry.promise is not None and made:
                        entry.promise.keep(connection, to_job(made[0]))
                    rows += made
            enter_new(connection, {row.id: terms_of(Owner(row.owner), row.filename) for row in rows})
            record(connection, *(event_of(row, EventKind.ACCEPTED) for row in rows))
            came_of.update({row.id: to_job(row) for row in rows})
            return came_of

        return await self._database.write(store)


def _ask(connection: Connection, entry: _Waiting) -> None:
    admit(connection, entry.values["owner"], entry.limits)
    if entry.promise is not None:
        entry.promise.hold(connection)
