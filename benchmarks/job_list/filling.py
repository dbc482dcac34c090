"""Jobs of two owners, some of them rare in one way or another."""

import asyncio
import json
from collections.abc import Callable, Iterator
from typing import Any

import psycopg
from sqlalchemy import Connection, insert, text

from benchmarks.job_list.indexes import drop_indexes
from stt.core.database import Database
from stt.domain.access.owner import Owner
from stt.domain.jobs.job import JobStatus, Stage
from stt.domain.text.search import terms_of
from stt.repositories.statements.search_index import enter_new
from stt.repositories.tables.jobs import JobRow

MINE, THEIRS = Owner("mine"), Owner("theirs")
AT_ONCE = 50_000
COMMON, SOME, RARE = "họp", "hội nghị", "kỷ yếu"
"""Words of every text, of one in a hundred, and of one in ten thousand."""

Say = Callable[[str], None]


async def fill(database: Database, count: int, say: Say = lambda _: None) -> None:
    """Make so many jobs, one in ten of another owner; the planner of PostgreSQL is told of them.

    Indexes are made behind the rows: each of a million rows would otherwise be entered into fifteen of them.
    """
    making = await database.write(drop_indexes)
    if database.is_sqlite:
        for start, rows in _rows(count):
            say(f"{start:,} of {count:,} jobs are made")
            await database.write(lambda connection, rows=rows: _insert(connection, rows))
    else:
        url = database.url.set(drivername="postgresql").render_as_string(hide_password=False)
        await asyncio.to_thread(_copy, url, count, say)
    say("the indexes are made")
    for statement in making:
        await database.write(lambda connection, statement=statement: connection.execute(text(statement)))
    if not database.is_sqlite:
        for table in ("jobs", "searchable"):
            await database.write(lambda connection, table=table: connection.execute(text(f"ANALYZE {table}")))


def _rows(count: int) -> Iterator[tuple[int, list[dict[str, Any]]]]:
    """All jobs, as many at once as one transaction takes, with the number of the first."""
    for start in range(0, count, AT_ONCE):
        yield start, [_job(number) for number in range(start, min(count, start + AT_ONCE))]


def _insert(connection: Connection, rows: list[dict[str, Any]]) -> None:
    numbers = [row.pop("number") for row in rows]
    connection.execute(insert(JobRow), rows)
    enter_new(connection, {row["id"]: _terms(row, number) for row, number in zip(rows, numbers, strict=True)})


def _copy(url: str, count: int, say: Say) -> None:
    """The same rows in PostgreSQL's own way of taking many."""
    columns = {column.name: column for column in JobRow.__table__.columns}
    same = {name: c.default.arg for name, c in columns.items() if c.default is not None and c.default.is_scalar}
    named = [name for name in columns if name in same or name in _job(0)]
    with psycopg.connect(url) as connection, connection.cursor() as cursor:
        for start, rows in _rows(count):
            say(f"{start:,} of {count:,} jobs are made")
            with cursor.copy(f"COPY jobs ({', '.join(named)}) FROM STDIN") as copy:
                for row in rows:
                    copy.write_row([_plain(row.get(name, same.get(name))) for name in named])
            with cursor.copy("COPY searchable (job_id, terms) FROM STDIN") as copy:
                for row in rows:
                    copy.write_row([row["id"], " ".join(f"'{term}'" for term in _terms(row, row["number"]))])


def _plain(value: object) -> object:
    return json.dumps(value) if isinstance(value, dict | list) else value


def _terms(row: dict[str, Any], number: int) -> tuple[str, ...]:
    return tuple(terms_of(row["owner"], *_words(number)))


def _words(number: int) -> Iterator[str]:
    yield from (f"ghi âm {number}.mp3", COMMON, f"phòng {number % 997}", f"tuần {number % 53}")
    if number % 100 == 7:
        yield SOME
    if number % 10_000 == 7:
        yield RARE


def _job(number: int) -> dict[str, Any]:
    languages = "ja" if number % 1000 == 7 else "en" if number % 10 == 3 else "vi"
    return {
        "number": number,
        "id": f"job-{number:08d}",
        "owner": THEIRS if number % 10 == 9 else MINE,
        "status": JobStatus.FAILED if number % 10_000 == 7 else JobStatus.COMPLETED,
        "stage": Stage.MERGE,
        "filename": f"ghi âm {number}.mp3",
        "object_key": "k",
        "language": languages,
        "spoken_language": languages,
        "model": "medium",
        "priority": "normal",
        "guidance": {},
        "notes": [],
        "searchable": True,
        "created_at": 1_700_000_000.0 + number,
        "completed_at": 1_700_000_060.0 + number,
        "announced_at": 1_700_000_000.0,
        "tidied_at": 1_700_000_200.0,
    }
