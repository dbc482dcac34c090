"""Versions of transcripts, the same on SQLite and PostgreSQL."""

import asyncio

import pytest
from sqlalchemy import func, select, update

from stt.domain.access.owner import ANONYMOUS, Owner
from stt.domain.edits.version import NewVersion, VersionOutdated
from stt.domain.errors import NotFound
from stt.domain.events.event import EventKind
from stt.domain.jobs.keys import result_key
from stt.domain.jobs.retention import Retention
from stt.domain.text.search import terms_of
from stt.repositories.jobs.deletions import DeletionRepository
from stt.repositories.jobs.job_list import JobList
from stt.repositories.jobs.retention import RetentionRepository
from stt.repositories.messages.event_repository import EventRepository
from stt.repositories.tables.jobs import JobRow
from stt.repositories.tables.versions import VersionRow
from stt.repositories.version_repository import VersionRepository
from tests.contract.test_repositories import LEASE, chunks, jobs, new_job, plan  # noqa: F401  fixtures

OTHER = Owner("another")


@pytest.fixture
def versions(database):
    return VersionRepository(database)


@pytest.fixture
async def job_id(jobs, chunks):  # noqa: F811
    await jobs.add(new_job(retention=Retention(None, 3600.0)))
    job, claim = await jobs.claim("w", LEASE)
    await chunks.add(claim, job, plan(0, silent=True), None)
    await jobs.finish_prepare(claim, duration=60.0, chunks_total=1, broke_off=None)
    _, claim = await jobs.claim("w", LEASE)
    await jobs.complete(claim, result_key("job-1"), terms_of(ANONYMOUS, "a.mp3", "chao"))
    return "job-1"


def new(base, text, key_id=None):
    """A version whose change, inverse and state can be told from all others."""
    return NewVersion(base, [{"op": text}], [{"back": text}], [{"all": text}], key_id)


async def rows(database, job_id):
    counted = select(func.count()).where(VersionRow.job_id == job_id)
    return await database.read(lambda connection: connection.scalar(counted))


async def test_versions_follow_one_another_and_lead_back(versions, job_id):
    assert await versions.newest(ANONYMOUS, job_id) == (0, ())
    for base in range(3):
        edit = await versions.add(ANONYMOUS, job_id, new(base, f"v{base + 1}", key_id=f"key_{base}"))
        assert (edit.version.number, edit.version.count) == (base + 1, 1)
    assert await versions.newest(ANONYMOUS, job_id) == (3, [{"all": "v3"}])
    second = await versions.get(ANONYMOUS, job_id, 2)
    assert (second.operations, second.inverse, second.version.key_id) == ([{"op": "v2"}], [{"back": "v2"}], "key_1")
    assert await versions.get(ANONYMOUS, job_id, 4) is None
    assert await versions.back_to(ANONYMOUS, job_id, 1, 3) == [[{"back": "v3"}], [{"back": "v2"}]]
    assert [v.number for v in await versions.page(ANONYMOUS, job_id, None, 2)] == [3, 2]
    assert [v.number for v in await versions.page(ANONYMOUS, job_id, 2, 2)] == [1]


async def test_of_two_at_once_one_is_told_that_the_other_was_first(versions, job_id, database):
    made = await asyncio.gather(
        *(versions.add(ANONYMOUS, job_id, new(0, f"tab {tab}")) for tab in range(4)), return_exceptions=True
    )
    refused = [each for each in made if isinstance(each, VersionOutdated)]
    assert len(refused) == 3
    assert {error.details["version"] for error in refused} == {1}
    assert await rows(database, job_id) == 1


async def test_nobody_else_reads_or_makes_a_version(versions, job_id, database):
    await versions.add(ANONYMOUS, job_id, new(0, "mine"))
    assert await versions.newest(OTHER, job_id) == (0, ())
    assert await versions.get(OTHER, job_id, 1) is None
    assert await versions.page(OTHER, job_id, None, 9) == []
    assert await versions.back_to(OTHER, job_id, 0, 1) == []
    for base in (0, 1):
        with pytest.raises(NotFound):
            await versions.add(OTHER, job_id, new(base, "theirs"))
    assert await rows(database, job_id) == 1


async def test_it_is_told_to_those_who_watch_all_jobs_behind_the_end_of_the_one(versions, job_id, database):
    events = EventRepository(database)
    await versions.add(ANONYMOUS, job_id, new(0, "a"))
    told = (await events.of_owner(ANONYMOUS, 0))[-1]
    assert (told.kind, told.data["version"], told.data["operations"]) == (EventKind.EDITED, 1, 1)
    assert told.data["status"] == "COMPLETED"
    assert (await events.of_job(ANONYMOUS, job_id, 0))[-1].kind is EventKind.COMPLETED


async def test_what_it_is_found_by_is_made_anew_but_never_of_an_older_version(versions, job_id, database):
    listed = JobList(database)
    assert await listed.unsearchable(9) == []
    await versions.add(ANONYMOUS, job_id, new(0, "a"))
    assert [job.job_id for job in await listed.unsearchable(9)] == [job_id]
    await versions.add(ANONYMOUS, job_id, new(1, "b"))
    await listed.make_searchable(job_id, terms_of(ANONYMOUS, "old"), 1)
    assert [job.job_id for job in await listed.unsearchable(9)] == [job_id]
    await listed.make_searchable(job_id, terms_of(ANONYMOUS, "new"), 2)
    assert await listed.unsearchable(9) == []


async def test_edits_go_with_the_text_and_with_the_job(versions, job_id, jobs, database):  # noqa: F811
    await versions.add(ANONYMOUS, job_id, new(0, "a"))
    job = await jobs.get(ANONYMOUS, job_id)
    await RetentionRepository(database).delete_text(job)
    assert await rows(database, job_id) == 0
    with pytest.raises(NotFound) as refusal:
        await versions.add(ANONYMOUS, job_id, new(0, "b"))
    assert refusal.value.error_code == "result_missing"

    await database.write(lambda connection: connection.execute(update(JobRow).values(text_deleted_at=None)))
    await versions.add(ANONYMOUS, job_id, new(0, "c"))
    await DeletionRepository(database).mark(ANONYMOUS, job_id)
    assert await rows(database, job_id) == 0
    with pytest.raises(NotFound) as refusal:
        await versions.add(ANONYMOUS, job_id, new(0, "d"))
    assert refusal.value.error_code == "job_not_found"


async def test_of_a_job_that_is_not_done_there_is_nothing_to_edit(versions, jobs):  # noqa: F811
    await jobs.add(new_job())
    with pytest.raises(NotFound):
        await versions.add(ANONYMOUS, "job-1", new(0, "a"))
