"""Jobs of two owners, some of them rare in one way or another."""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import Connection, insert, text

from stt.core.database import Database
from stt.domain.access.owner import Owner
from stt.domain.jobs.job import JobStatus, Stage
from stt.domain.text.search import terms_of
from stt.repositories.statements.search_index import enter_new
from stt.repositories.tables.jobs import JobRow

MINE, THEIRS = Owner("mine"), Owner("theirs")
AT_ONCE = 10_000
COMMON, SOME, RARE = "họp", "hội nghị", "kỷ yếu"
"""Words of every text, of one in a hundred, and of one in ten thousand."""


async def fill(database: Database, count: int) -> None:
    """Make so many jobs, one in ten of another owner; the planner of PostgreSQL is told of them."""
    for start in range(0, count, AT_ONCE):
        rows = [_job(number) for number in range(start, min(count, start + AT_ONCE))]
        await database.write(lambda connection, rows=rows: _insert(connection, rows))
    if not database.is_sqlite:
        for table in ("jobs", "searchable"):
            await database.write(lambda connection, table=table: connection.execute(text(f"ANALYZE {table}")))


def _insert(connection: Connection, rows: list[dict[str, Any]]) -> None:
    numbers = [row.pop("number") for row in rows]
    connection.execute(insert(JobRow), rows)
    words = {row["id"]: (row["owner"], *_words(number)) for row, number in zip(rows, numbers, strict=True)}
    enter_new(connection, {job_id: terms_of(*texts) for job_id, texts in words.items()})


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
