"""Lists of jobs and the search in them, the same on SQLite and PostgreSQL."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import update

from stt.domain.access.owner import ANONYMOUS, Owner
from stt.domain.jobs.job import JobStatus
from stt.domain.jobs.job_filter import JobFilter
from stt.domain.text.search import query_of, terms_of
from stt.repositories.jobs import job_list
from stt.repositories.jobs.job_list import JobList
from stt.repositories.tables.jobs import JobRow
from tests.contract.test_repositories import LEASE, chunks, jobs, new_job  # noqa: F401  fixtures

EVERY = JobFilter()


@pytest.fixture
def listed(database):
    return JobList(database)


async def change(database, job_id, **values):
    await database.write(
        lambda connection: connection.execute(update(JobRow).where(JobRow.id == job_id).values(values))
    )


async def walked(page, limit):
    """The ids of all pages, and how long each was."""
    found, sizes, after = [], [], None
    while True:
        some = await page(after, limit)
        found += [job.job_id for job in some.jobs]
        sizes.append(len(some.jobs))
        if some.following is None:
            return found, sizes
        after = some.following


async def test_pages_hold_every_job_once_newest_first_whatever_comes_in_between(database, jobs, listed):  # noqa: F811
    for number in range(7):
        await jobs.add(new_job(f"job-{number}"))
        # Three of them at the same moment.
        await change(database, f"job-{number}", created_at=1000.125 + number // 3)
    await jobs.add(new_job("foreign", owner=Owner("another")))
    assert await walked(lambda after, limit: listed.page(ANONYMOUS, EVERY, after, limit), 3) == (
        ["job-6", "job-5", "job-4", "job-3", "job-2", "job-1", "job-0"],
        [3, 3, 1],
    )
    first = await listed.page(ANONYMOUS, EVERY, None, 2)
    await jobs.add(new_job("newer"))
    second = await listed.page(ANONYMOUS, EVERY, first.following, 2)
    assert [job.job_id for job in second.jobs] == ["job-4", "job-3"]


async def test_filters_are_all_met(database, jobs, listed):  # noqa: F811
    for number in range(6):
        await jobs.add(new_job(f"job-{number}", language="auto" if number % 2 else "vi", model=f"m{number % 3}"))
        await change(database, f"job-{number}", created_at=1000.0 + number)
    await change(database, "job-3", spoken_language="en", status=JobStatus.FAILED)

    async def ids(**wanted):
        return [job.job_id for job in (await listed.page(ANONYMOUS, JobFilter(**wanted), None, 10)).jobs]

    def moment(seconds):
        return datetime.fromtimestamp(seconds, UTC)

    assert await ids(status=JobStatus.FAILED) == ["job-3"]
    assert await ids(language="vi") == ["job-4", "job-2", "job-0"]
    assert await ids(language="en") == ["job-3"]
    assert await ids(model="m1") == ["job-4", "job-1"]
    assert await ids(model="m1", language="vi", status=JobStatus.PENDING) == ["job-4"]
    assert await ids(created_from=moment(1002), created_before=moment(1004)) == ["job-3", "job-2"]
    assert await ids(model="m0", created_before=moment(1003)) == ["job-0"]


@pytest.mark.parametrize("name", ["customer", 'a"b', "a.b", "a[b]", "$", "ngày"])
async def test_metadata_is_met_pair_by_pair(jobs, listed, monkeypatch, name):  # noqa: F811
    monkeypatch.setattr(job_list, "LOOKAHEAD", 3)
    for number in range(8):
        metadata = {name: "42" if number in (0, 7) else "4", "other": str(number)}
        await jobs.add(new_job(f"job-{number}", metadata=metadata))

    async def found(**metadata):
        return await walked(lambda a, n: listed.page(ANONYMOUS, JobFilter(metadata=metadata), a, n), 5)

    assert await found(**{name: "42"}) == (["job-7", "job-0"], [1, 0, 1])
    assert (await found(**{name: "42", "other": "0"}))[0] == ["job-0"]
    assert (await found(**{name: "42", "other": "1"}))[0] == []
    assert (await found(nothing="42"))[0] == []


async def test_rare_jobs_are_looked_for_in_steps_that_cost_the_same(jobs, listed, monkeypatch):  # noqa: F811
    monkeypatch.setattr(job_list, "LOOKAHEAD", 3)
    for number in range(8):
        await jobs.add(new_job(f"job-{number}", language="vi" if number in (0, 7) else "en"))
    found, sizes = await walked(
        lambda after, limit: listed.page(ANONYMOUS, JobFilter(JobStatus.PENDING, "vi"), after, limit), 5
    )
    assert sorted(found) == ["job-0", "job-7"]
    assert len(sizes) == 3
    assert sum(sizes) == 2


NAMES = [
    "hoà bình.mp3",
    "hòa bình.mp3",
    "hoa binh.mp3",
    "bình hoa.mp3",
    "Đà Nẵng 2026.mp3",
    "da nang.mp3",
    "会议记录.mp3",
]


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("hòa", [1, 3, 2, 0]),
        ("hoà bình", [0, 3, 2, 1]),
        ("hoa", [3, 2, 1, 0]),
        ('"hoa bình"', [2, 1, 0]),
        ('"bình hoa"', [3]),
        ("HOA BINH", [2, 3, 1, 0]),
        ("đà nẵng", [4, 5]),
        ("Da Nang", [5, 4]),
        ("2026", [4]),
        ("mp3 nẵng", [4, 5]),
        ("议记", [6]),
        ("记议", []),
        ("hoa' | \\ ) NOT", []),
    ],
)
async def test_words_are_found_with_and_without_their_marks_exact_ones_first(jobs, listed, asked, found):  # noqa: F811
    names = ["bình hoa.mp3" if n == 3 else name for n, name in enumerate(NAMES)]
    for number, name in enumerate(names):
        await jobs.add(new_job(f"job-{number}", filename=name))
    await jobs.add(new_job("foreign", owner=Owner("another"), filename="hòa bình đà nẵng 2026.mp3"))
    pages = await walked(lambda after, limit: listed.search(ANONYMOUS, EVERY, query_of(asked), after, limit), 2)
    expected = [f"job-{number}" for number in found]
    assert sorted(pages[0]) == sorted(expected)
    assert pages[0] == expected


async def test_a_search_meets_filters_too(database, jobs, listed, monkeypatch):  # noqa: F811
    monkeypatch.setattr(job_list, "LOOKAHEAD", 3)
    for number in range(9):
        await jobs.add(new_job(f"job-{number}", filename="họp.mp3", language="en" if number == 1 else "vi"))
    query = query_of("hop")
    english = await walked(lambda a, n: listed.search(ANONYMOUS, JobFilter(language="en"), query, a, n), 5)
    assert (english[0], len(english[1])) == (["job-1"], 4)
    every = await walked(lambda a, n: listed.search(ANONYMOUS, EVERY, query, a, n), 4)
    assert every == ([f"job-{n}" for n in range(8, -1, -1)], [4, 4, 1])


async def test_texts_of_any_length_can_be_kept(jobs, listed):  # noqa: F811
    await jobs.add(new_job())
    await listed.make_searchable("job-1", terms_of(ANONYMOUS, " ".join(f"từ{n}" for n in range(100_000))))
    page = await listed.search(ANONYMOUS, EVERY, query_of("tu123 từ456"), None, 10)
    assert [job.job_id for job in page.jobs] == ["job-1"]


async def test_a_completed_job_is_found_by_its_words_and_an_older_one_by_the_sweep(jobs, chunks, listed):  # noqa: F811
    async def found(asked):
        return [job.job_id for job in (await listed.search(ANONYMOUS, EVERY, query_of(asked), None, 10)).jobs]

    for name in ("new", "old"):
        await jobs.add(new_job(name))
        _, claim = await jobs.claim("w", LEASE)
        await jobs.finish_prepare(claim, duration=1.0, chunks_total=0, broke_off=None)
        _, claim = await jobs.claim("w", LEASE)
        terms = terms_of(ANONYMOUS, "a.mp3", "kỷ yếu hội nghị") if name == "new" else ()
        await jobs.complete(claim, "r", terms)
    assert await found('"hội nghị"') == ["new"]
    assert [job.job_id for job in await listed.unsearchable(10)] == ["old"]
    await listed.make_searchable("old", terms_of(ANONYMOUS, "a.mp3", "hoi nghi"))
    assert await found('"hội nghị"') == ["new", "old"]
    assert await found("a.mp3") == ["old", "new"]
    assert await listed.unsearchable(10) == []
