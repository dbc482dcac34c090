import asyncio
import json

import pytest

from stt.core.messaging.embedded import EmbeddedQueue
from stt.domain.access.owner import ANONYMOUS
from stt.domain.errors import DatabaseUnavailable, QueueUnavailable
from stt.domain.jobs.messages import Lane
from stt.repositories.jobs.job_repository import JobRepository
from stt.repositories.jobs.new_jobs import NewJob
from stt.services.jobs import announcer as announcer_module
from tests.embedded_service import embedded_service
from tests.eventually import eventually


class Recorder(EmbeddedQueue):
    """Remembers tickets; while `away` it takes none."""

    def __init__(self):
        super().__init__()
        self.tickets = []
        self.away = False
        self.tried = 0

    async def publish(self, lane, body):
        self.tried += 1
        if self.away:
            raise QueueUnavailable
        self.tickets.append((lane, json.loads(body)))


@pytest.fixture
def queue():
    return Recorder()


@pytest.fixture
async def embedded(tmp_path, queue):
    async with embedded_service(tmp_path, queue=queue) as running:
        yield running


async def add(embedded, job_id):
    new = NewJob(
        ANONYMOUS, job_id=job_id, filename="a.mp3", object_key=f"uploads/{job_id}/a.mp3", language="vi", model="demo"
    )
    await embedded.jobs.add(new)
    return new


async def unannounced(embedded):
    return [job.job_id for job in await embedded.jobs.unannounced(older_than=-1, limit=1000)]


async def everything_is_announced(embedded):
    await eventually(lambda: _is_empty(embedded))


async def _is_empty(embedded):
    return await unannounced(embedded) == []


async def test_a_ticket_is_the_four_fields_and_its_confirmation_is_remembered(embedded, queue):
    embedded.announcer.ring(await add(embedded, "one"))
    await everything_is_announced(embedded)
    fields = {"job_id": "one", "minio_path": "uploads/one/a.mp3", "language": "vi", "model": "demo"}
    assert queue.tickets == [(Lane.JOBS, fields)]


async def test_what_is_confirmed_is_not_issued_again(embedded, queue):
    for number in range(20):
        embedded.announcer.ring(await add(embedded, f"job-{number}"))
    await everything_is_announced(embedded)
    assert {fields["job_id"] for _, fields in queue.tickets} == {f"job-{number}" for number in range(20)}
    queue.tickets.clear()
    await asyncio.sleep(0.3)  # three sweeps
    assert queue.tickets == []


async def test_while_the_broker_is_away_nothing_is_confirmed_and_afterwards_everything(embedded, queue):
    queue.away = True
    for number in range(3):
        embedded.announcer.ring(await add(embedded, f"job-{number}"))
    await eventually(lambda: asyncio.sleep(0, queue.tried >= 3))
    assert len(await unannounced(embedded)) == 3
    queue.away = False
    await everything_is_announced(embedded)
    assert {fields["job_id"] for _, fields in queue.tickets} == {"job-0", "job-1", "job-2"}


async def test_a_job_that_nobody_rang_for_is_found_by_the_sweep(embedded, queue):
    for number in range(announcer_module.BATCH + 10):
        await add(embedded, f"job-{number}")
    await everything_is_announced(embedded)
    assert len({fields["job_id"] for _, fields in queue.tickets}) == announcer_module.BATCH + 10


async def test_ringing_never_waits_and_what_is_too_much_is_left_to_the_sweep(embedded):
    await embedded.announcer.close()
    new = await add(embedded, "job")
    for _ in range(announcer_module.BACKLOG + 100):
        embedded.announcer.ring(new)
    assert embedded.announcer._rung.qsize() == announcer_module.BACKLOG


class ForgetfulRepository(JobRepository):
    """Fails to remember the first confirmation."""

    failures: list[Exception]

    async def mark_announced(self, *job_ids):
        if self.failures:
            raise self.failures.pop()
        await super().mark_announced(*job_ids)


@pytest.mark.parametrize("failure", [DatabaseUnavailable(), RuntimeError("bug")])
async def test_no_failure_ends_the_announcing(tmp_path, queue, failure):
    ForgetfulRepository.failures = [failure]
    async with embedded_service(tmp_path, jobs=ForgetfulRepository, queue=queue) as embedded:
        embedded.announcer.ring(await add(embedded, "one"))
        await everything_is_announced(embedded)
        embedded.announcer.ring(await add(embedded, "two"))
        await everything_is_announced(embedded)
    assert [fields["job_id"] for _, fields in queue.tickets] == ["one", "one", "two"]


async def test_once_closed_nothing_is_published(embedded, queue):
    await embedded.announcer.close()
    embedded.announcer.ring(await add(embedded, "one"))
    await asyncio.sleep(0.3)
    assert queue.tickets == []
