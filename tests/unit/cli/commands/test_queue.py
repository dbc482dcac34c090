import asyncio

from stt.cli.settings import load
from stt.core.database import Database
from stt.domain.access.owner import ANONYMOUS
from stt.domain.jobs.claim import Priority
from stt.repositories.jobs.job_repository import JobRepository
from stt.repositories.jobs.new_jobs import NewJob
from stt.repositories.schema import init_db


async def _filled(settings):
    database = Database(settings.sqlalchemy_url)
    await init_db(database)
    jobs = JobRepository(database)
    for number, priority in enumerate((Priority.HIGH, Priority.NORMAL, Priority.NORMAL)):
        await jobs.add(NewJob(ANONYMOUS, f"job-{number}", "f", "k", "vi", "demo", priority=priority))
    await jobs.claim("machine-17", 60)
    await database.close()


def test_nothing_waits_and_nobody_works(stt):
    assert "Nothing waits" in stt("queue").err
    assert "No consumer" in stt("workers").err


def test_what_waits_and_who_holds_what_is_shown(stt):
    asyncio.run(_filled(load()))
    told = stt("queue").out.splitlines()
    assert told[0].split() == ["LANE", "RANK", "WAITING", "OLDEST"]
    assert told[1].split()[:3] == ["jobs", "0", "2"]
    shown = stt("workers")
    assert "machine-17: 1 of jobs" in shown.err
    assert shown.out.splitlines()[1].split()[:3] == ["jobs", "job-0", "1"]
