"""An owner's jobs page by page, newest first, however many there are."""

from collections.abc import Sequence
from dataclasses import astuple, dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, func, literal, select, tuple_, update

from stt.core.database import Database
from stt.domain.access.owner import Owner
from stt.domain.edits.version import MACHINE
from stt.domain.jobs.job import Job, JobStatus
from stt.domain.jobs.job_filter import JobFilter
from stt.domain.text.search import Query
from stt.repositories.statements.search_index import Place, enter, matching
from stt.repositories.statements.versions import newest_version
from stt.repositories.tables.jobs import JobRow
from stt.repositories.tables.rows import to_job

LOOKAHEAD = 1000
"""Jobs among which those are looked for that meet conditions no index answers, until a page is handed out as it is: to
look through a million that do not would take longer than anybody waits."""

_ROUNDING = 5e-7
"""Seconds: moments are told to the microsecond, and kept more exactly."""

Position = Sequence[Any]
"""Behind which job a page begins: `created_at` and id in a list, how exact a match is and its number in a search."""


@dataclass(frozen=True)
class Page:
    """Some jobs, and behind which position there may be more; `None` if there are none."""

    jobs: list[Job]
    following: Position | None


class JobList:
    """The part of the `jobs` table that an owner sees; every method raises `DatabaseUnavailable`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def page(self, owner: Owner, wanted: JobFilter, after: Position | None, limit: int) -> Page:
        """The newest jobs behind a position that meet a filter: `limit` at most, perhaps fewer although more follow."""
        return await self._database.read(lambda connection: _page(connection, owner, wanted, after, limit))

    async def search(self, owner: Owner, wanted: JobFilter, query: Query, after: Position | None, limit: int) -> Page:
        """The same of the jobs found by a query: those that match to the letter first, then those without the marks."""
        return await self._database.read(lambda connection: _search(connection, owner, wanted, query, after, limit))

    async def unsearchable(self, limit: int) -> list[Job]:
        """Completed jobs, of whoever, whose text was edited, or that an earlier version of the service has written."""
        missing = JobRow.searchable.is_(False) & (JobRow.status == JobStatus.COMPLETED) & JobRow.deleted_at.is_(None)
        statement = select(JobRow).where(missing).order_by(JobRow.completed_at).limit(limit)
        return await self._database.read(lambda connection: [to_job(row) for row in connection.execute(statement)])

    async def make_searchable(self, job_id: str, terms: Sequence[str], version: int = MACHINE) -> None:
        """Let a job be found by these terms, which are those of a version; not if there is a newer one by now."""
        newest = newest_version(job_id).scalar_subquery()
        same = JobRow.id == job_id, JobRow.text_deleted_at.is_(None), newest == version
        found = update(JobRow).where(*same).values(searchable=True)

        def write(connection: Connection) -> None:
            if connection.execute(found).rowcount:
                enter(connection, job_id, terms)

        await self._database.write(write)


def _page(connection: Connection, owner: Owner, wanted: JobFilter, after: Position | None, limit: int) -> Page:
    behind = [] if after is None else [tuple_(JobRow.created_at, JobRow.id) < tuple_(*after)]
    # The first of the conditions is answered by an index; others are looked for among the next so many.
    first, others = _equal(wanted)[:1], _equal(wanted)[1:] + _labelled(connection, wanted)
    newest = (JobRow.created_at.desc(), JobRow.id.desc())
    place = (JobRow.owner == owner, *first, *_created(wanted), *behind)
    seen = select(JobRow.id, JobRow.created_at).where(*place).order_by(*newest)
    question = select(JobRow).where(*place)
    if others:
        among = seen.limit(LOOKAHEAD).subquery()
        question = select(JobRow).join(among, among.c.id == JobRow.id).where(*others)
    rows = connection.execute(question.where(JobRow.deleted_at.is_(None)).order_by(*newest).limit(limit + 1)).all()
    if len(rows) > limit:
        last = rows[limit - 1]
        return Page([to_job(row) for row in rows[:limit]], (last.created_at, last.id))
    farthest = connection.execute(seen.offset(LOOKAHEAD - 1).limit(1)).one_or_none() if others else None
    return Page([to_job(row) for row in rows], farthest and (farthest.created_at, farthest.id))


def _search(
    connection: Connection, owner: Owner, wanted: JobFilter, query: Query, after: Position | None, limit: int
) -> Page:
    conditions = _equal(wanted) + _created(wanted) + _labelled(connection, wanted)
    found: list[tuple[Place, Row[Any]]] = []
    place: Place | None = Place() if after is None else Place(*after)
    while place is not None:
        missing = limit + 1 - len(found)
        many = LOOKAHEAD if conditions else missing
        entries = matching(connection, owner, query, place, many).subquery()
        those = select(JobRow, entries.c.number).join(entries, entries.c.job_id == JobRow.id)
        those = those.where(JobRow.deleted_at.is_(None), *conditions).order_by(entries.c.number.desc())
        rows = connection.execute(those.limit(missing)).all()
        found += [(Place(place.exactly, row.number), row) for row in rows]
        if len(found) > limit:
            return Page([to_job(row) for _, row in found[:limit]], astuple(found[limit - 1][0]))
        seen = connection.execute(select(func.count(), func.min(entries.c.number))).one() if conditions else (0, 0)
        if seen[0] == many:
            return Page([to_job(row) for _, row in found], (place.exactly, seen[1]))
        place = Place(exactly=False) if place.exactly else None
    return Page([to_job(row) for _, row in found], None)


def _equal(wanted: JobFilter) -> list[ColumnElement[bool]]:
    """What a row of it has; each has an index."""
    values = {JobRow.status: wanted.status, JobRow.spoken_language: wanted.language, JobRow.model: wanted.model}
    return [column == value for column, value in values.items() if value is not None]


def _labelled(connection: Connection, wanted: JobFilter) -> list[ColumnElement[bool]]:
    """What its owner wrote on it; no index answers that."""
    each = func.json_each if connection.dialect.name == "sqlite" else func.json_each_text
    found: list[ColumnElement[bool]] = []
    for name, value in wanted.metadata.items():
        pair = each(JobRow.labels).table_valued("key", "value")
        has = select(literal(1)).select_from(pair).where(pair.c.key == name, pair.c.value == value)
        found.append(has.correlate(JobRow).exists())
    return found


def _created(wanted: JobFilter) -> list[ColumnElement[bool]]:
    """When it was made."""
    found = []
    if wanted.created_from is not None:
        found.append(JobRow.created_at >= wanted.created_from.timestamp() - _ROUNDING)
    if wanted.created_before is not None:
        found.append(JobRow.created_at < wanted.created_before.timestamp() - _ROUNDING)
    return found
