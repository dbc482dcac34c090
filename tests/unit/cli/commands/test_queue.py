import asyncio

from stt.cli.settings import load
from stt.core.database import Database
from stt.domain.access.owner import ANONYMOUS
from stt.domain.jobs.claim import Priority
from stt.repositories.forecast_repository import ForecastRepository
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
    await ForecastRepository(database).report("idle", {})
    await database.close()


def test_nothing_waits_and_nobody_works(stt):
    assert "Nothing waits" in stt("queue").err
    assert "No consumer" in stt("workers", "list").err


def test_what_waits_and_who_holds_what_is_shown(stt):
    asyncio.run(_filled(load()))
    told = stt("queue").out.splitlines()
    assert told[0].split() == ["LANE", "RANK", "WAITING", "OLDEST"]
    assert told[1].split()[:3] == ["jobs", "0", "2"]
    shown = stt("workers", "list").out.splitlines()
    assert shown[0].split() == ["WORKER", "DUTY", "LANE", "WORK", "ATTEMPT", "LEASE"]
    assert shown[1].split() == ["idle", "work", "-", "-", "-", "-"]
    assert shown[2].split()[:5] == ["machine-17", "silent", "jobs", "job-0", "1"]
    assert stt("workers").out.splitlines()[1] == shown[1]


def test_a_worker_is_given_duties(stt):
    asyncio.run(_filled(load()))
    for command, duty in (("pause", "pause"), ("resume", "work"), ("drain", "drain")):
        assert "idle" in stt("workers", command, "idle").err
        assert stt("workers", "list").out.splitlines()[1].split()[:2] == ["idle", duty]
    outcome = stt("workers", "resume", "idle")
    assert (outcome.code, "(worker_draining)" in outcome.err) == (2, True)
    outcome = stt("workers", "drain", "nobody")
    assert (outcome.code, outcome.out) == (1, "")
    assert "called 'nobody'" in outcome.err
    assert "(worker_not_found)" in outcome.err
