"""Measure what a page of the list costs, print the table, write everything as JSON."""

import argparse
import asyncio
import os
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.forms import DISTRIBUTED, EMBEDDED, environment, forms
from benchmarks.job_list.filling import COMMON, MINE, RARE, SOME, fill
from benchmarks.report.options import parsed, parser_of
from benchmarks.report.outcome import hand_out
from benchmarks.report.page import Section, table
from benchmarks.report.spinner import spinner
from stt.api.schemas.job_page import JobPageBody
from stt.core.config import Settings
from stt.core.database import Database
from stt.domain.jobs.job import JobStatus
from stt.domain.jobs.job_filter import JobFilter
from stt.repositories.jobs.job_list import JobList
from stt.repositories.schema import init_db
from stt.services.jobs.job_list_service import JobListService

FULL = {"rows": [10_000, 1_000_000], "pages": 200}
QUICK = {"rows": [1000], "pages": 5}
LIBRARIES = ("sqlalchemy", "psycopg", "pydantic")
DATABASES = {EMBEDDED: "SQLite", DISTRIBUTED: "PostgreSQL"}
TARGET = 20
LIMIT = 50
EVERY = JobFilter()
FAILED = JobFilter(status=JobStatus.FAILED)
QUESTIONS: dict[str, tuple[JobFilter, str]] = {
    "all, page after page": (EVERY, ""),
    "all, from the middle": (JobFilter(created_before=datetime.fromtimestamp(1_700_005_000, UTC)), ""),
    "`status` of one in 10,000": (FAILED, ""),
    "`language` of one in 1,000": (JobFilter(language="ja"), ""),
    "`status` of nearly all, `language` of one in 1,000": (JobFilter(JobStatus.COMPLETED, "ja"), ""),
    "`q`, a word of all": (EVERY, COMMON),
    "`q`, a word of all, without marks": (EVERY, "hop"),
    "`q`, words of one in 100": (EVERY, SOME),
    "`q`, words of one in 10,000, in a row": (EVERY, f'"{RARE}"'),
    "`q`, a word of all, `status` of one in 10,000": (FAILED, COMMON),
}


@dataclass(frozen=True)
class Cost:
    """Milliseconds of one page: half of them take no longer than `median`, 19 of 20 no longer than `most`."""

    form: str
    rows: int
    question: str
    median: float
    most: float


def main(arguments: Sequence[str] | None = None) -> None:
    options = _options(arguments)
    costs: list[Cost] = []
    for form in forms():
        with spinner() as say:
            costs += [cost for rows in options.rows for cost in measure(form, rows, options.pages, say)]
        # A run takes long: what one database has cost is not lost where the next one fails.
        hand_out(_section(costs), options, LIBRARIES)


def _section(costs: Sequence[Cost]) -> Section:
    return Section("job-list", "make job-list", {"costs": list(map(asdict, costs))}, _body(costs))


def measure(form: str, rows: int, pages: int, say: Callable[[str], None]) -> list[Cost]:
    """What a page costs in one database with so many jobs, by each question."""
    with tempfile.TemporaryDirectory(prefix="job-list-") as name, environment(form, Path(name)) as variables:
        os.environ.update(variables)
        url = Settings(_env_file=None).sqlalchemy_url
        Path(name, "data").mkdir()
        return asyncio.run(_measured(form, url, rows, pages, say))


async def _measured(form: str, url: str, rows: int, pages: int, say: Callable[[str], None]) -> list[Cost]:
    database = Database(url)
    try:
        await init_db(database)
        say(f"{DATABASES[form]}: making {rows:,} jobs")
        await fill(database, rows)
        lists, costs = JobListService(JobList(database)), []
        for question, (wanted, query) in QUESTIONS.items():
            say(f"{DATABASES[form]}, {rows:,} jobs: {question}")
            spent = sorted(await _pages(lists, wanted, query, pages))
            costs.append(Cost(form, rows, question, spent[len(spent) // 2], spent[len(spent) * 95 // 100]))
        return costs
    finally:
        await database.close()


async def _pages(lists: JobListService, wanted: JobFilter, query: str, count: int) -> list[float]:
    """Milliseconds of so many pages, each behind the last, as they are written out; begun anew behind the last."""
    spent, cursor = [], ""
    for _ in range(count):
        began = time.perf_counter()
        page = await lists.page(MINE, wanted, query, cursor, LIMIT)
        JobPageBody.of(page, {}).model_dump_json()
        spent.append(1000 * (time.perf_counter() - began))
        cursor = page.next_cursor or ""
    return spent


def _body(costs: Sequence[Cost]) -> str:
    rows = [
        [DATABASES[c.form], f"{c.rows:,}", c.question, f"{c.median:.1f}", f"{c.most:.1f}", f"< {TARGET}"] for c in costs
    ]
    return "\n\n".join(
        [
            f"A page of {LIMIT} jobs of `GET /api/stt/jobs`, from the question to the JSON, without HTTP; page after "
            "page, and from the first again behind the last. One in ten jobs is another owner's.",
            table(["", "jobs", "asked", "ms, median", "ms, 19 of 20", "target"], rows),
        ]
    )


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = parser_of("job_list", __doc__)
    parser.add_argument("--rows", type=int, nargs="+", help="how many jobs there are")
    parser.add_argument("--pages", type=int, help="how many pages are asked for, for each question")
    return parsed(parser, arguments, full=FULL, quick=QUICK)
