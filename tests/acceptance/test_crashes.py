"""A process that is killed over and over, and work that kills it: the one is not the fault of the other."""

import asyncio
import contextlib
import json
import random
import signal
import sys
import time

import httpx
import jiwer
import pytest

from stt.core.database import Database
from stt.domain.access.owner import ANONYMOUS
from stt.domain.jobs.chunk import ChunkPlan, Span
from stt.domain.jobs.job import Stage
from stt.repositories.jobs.chunk_repository import ChunkRepository
from stt.repositories.jobs.job_repository import JobRepository
from stt.repositories.jobs.new_jobs import NewJob
from stt.repositories.schema import init_db
from tests.acceptance.service import Service
from tools.service import Service as ServiceWithDefaults
from tools.service import wait_for
from tools.speech import compose, write

DEFAULT_TRIES = 3


@pytest.fixture(scope="module")
def clips(tmp_path_factory):
    """Recordings of a few seconds, each with its file."""
    directory, made = tmp_path_factory.mktemp("clips"), []
    for number in range(5):
        recording, path = compose("vi", 6.0, seed=60 + number), directory / f"{number}.flac"
        write(recording, path)
        made.append((recording, path))
    return made


def taken(service):
    """The attempts begun so far, by what was worked at."""
    lines = service.log("serve").read_text().splitlines()
    entries = [json.loads(line) for line in lines if line.startswith("{") and '"work_taken"' in line]
    return [(entry["work"], entry["attempt"]) for entry in entries]


def all_over(service):
    """Whether there is no work left."""
    with contextlib.suppress(httpx.HTTPError):
        jobs = service.get("/api/stt/jobs?limit=200").json()["data"]
        return all(job["status"] == "COMPLETED" for job in jobs)
    return False


def killed_over_and_over(service, clips, *, jobs, kills, pauses=(0.0, 0.0, 0.2, 1.0)):
    """Kill the service each time it has begun to work, and how much of it was hit; all transcripts have to be right."""
    submitted = [
        (service.submit(clips[number % len(clips)][1]), clips[number % len(clips)][0]) for number in range(jobs)
    ]
    draw, hit = random.Random(9), 0
    for _ in range(kills):
        before = len(taken(service))
        wait_for(lambda before=before: len(taken(service)) > before or all_over(service), 200, service.logs)
        if len(taken(service)) == before:  # all was done before the next death; that is for the caller to judge
            break
        time.sleep(draw.choice(pauses))
        service.kill("serve")
        hit += len(taken(service)) - before
        service.start("serve", "serve")
    service.wait_until_ready()
    for job_id, recording in submitted:
        status = service.wait(job_id, 900)
        assert status["status"] == "COMPLETED", (status, service.logs())
        result = service.result(job_id)
        assert jiwer.wer(recording.text, result["text"]) < 0.12
        assert result["gaps"] == []
    return hit


def test_six_crashes_in_the_midst_of_work_cost_no_job(tmp_path, clips):
    with Service(tmp_path, {"STT_LEASE_SECONDS": "1"}, consumers=0) as service:
        assert killed_over_and_over(service, clips, jobs=2, kills=6, pauses=(0.0,)) >= 6
        assert max(attempt for _, attempt in taken(service)) > DEFAULT_TRIES + 1, "no work was hit often enough"


@pytest.mark.long
def test_thirty_crashes_under_twenty_jobs_with_default_settings_cost_none(tmp_path, clips):
    with ServiceWithDefaults(tmp_path) as service:
        assert killed_over_and_over(service, clips, jobs=20, kills=30) >= 30


KILLED_BY_POISON = """
import asyncio, os, signal, sys
from stt.core.database import Database
from stt.core.messaging.notifier import Notifier
from stt.core.messaging.embedded import EmbeddedQueue
from stt.domain.jobs import claim
from stt.domain.jobs.messages import Lane
from stt.core.http_client import HttpClient
from stt.repositories.jobs.chunk_repository import ChunkRepository
from stt.repositories.messages.delivery_repository import DeliveryRepository
from stt.repositories.jobs.job_repository import JobRepository
from stt.worker.claims.lease_keeper import LeaseKeeper, Works
from stt.worker.claims.terms import Terms
from stt.worker.claims.webhook_sender import WebhookSender

claim.MOST_DEATHS = 5
database = Database(sys.argv[1])
jobs, chunks = JobRepository(database), ChunkRepository(database)

class Processor:
    async def work_on_chunk(self, chunk, job, held):
        await asyncio.sleep(0.2)
        if chunk.plan.index == 1:
            os.kill(os.getpid(), signal.SIGKILL)
        await asyncio.sleep(0.3)
        await chunks.complete(chunk, held, [], [])

async def main():
    terms = Terms(str(os.getpid()), 0.5, max_tries=3, long=dict.fromkeys(Lane, 3), window_seconds=30.0)
    sender = WebhookSender(DeliveryRepository(database), HttpClient())
    keeper = LeaseKeeper(jobs, chunks, Works(Processor(), sender), Notifier(EmbeddedQueue()), terms)

    async def slot():
        for _ in range(40):
            if not await keeper.work(Lane.CHUNKS):
                await asyncio.sleep(0.05)

    await asyncio.gather(*(slot() for _ in range(4)))

asyncio.run(main())
"""


async def test_a_chunk_that_kills_the_whole_process_ends_and_takes_none_of_its_neighbours_along(tmp_path):
    url = f"sqlite:///{tmp_path / 'stt.db'}"
    database = Database(url)
    await init_db(database)
    jobs, chunks = JobRepository(database), ChunkRepository(database)
    await jobs.add(NewJob(ANONYMOUS, "j", "f", "k", "vi", "demo"))
    job, claim = await jobs.claim("w", 60)
    for number in range(4):
        span = Span(10.0 * number, 10.0 * number + 10.0)
        await chunks.add(claim, job, ChunkPlan(number, span, span, (span,)), "k")
    await jobs.finish_prepare(claim, duration=40.0, chunks_total=4, broke_off=None)
    deaths = 0
    while (await jobs.get(ANONYMOUS, "j")).stage is Stage.TRANSCRIBE:
        process = await asyncio.create_subprocess_exec(sys.executable, "-c", KILLED_BY_POISON, url)
        deaths += await process.wait() == -signal.SIGKILL
        assert deaths <= 5
    statuses = [chunk.status for chunk in await chunks.of_job("j")]
    await database.close()
    assert statuses == ["COMPLETED", "FAILED", "COMPLETED", "COMPLETED"]
    assert deaths == 5
