"""The consumer while it merges a long transcript whose chunks are all heard."""

import asyncio
import random
from collections.abc import Iterator
from pathlib import Path

from benchmarks.memory.account import MEGABYTE, Watch
from benchmarks.memory.finding import Finding
from benchmarks.report.progress import Step
from stt.core.database import Database
from stt.domain.access.owner import ANONYMOUS
from stt.domain.jobs.chunk import ChunkPlan, Span
from stt.domain.jobs.job import JobStatus
from stt.domain.transcripts.transcript import Segment, Word
from stt.repositories.jobs.chunk_repository import ChunkRepository
from stt.repositories.jobs.job_repository import JobRepository
from stt.repositories.jobs.new_jobs import NewJob
from stt.repositories.schema import init_db
from tools.service import Service

MOST = 64 * MEGABYTE
CHUNK_SECONDS = 60
WORDS_PER_SECOND = 2.5
WORDS_PER_SEGMENT = 12
VOCABULARY = ("xin", "chào", "nghiêng", "thành", "phố", "người", "Việt", "được", "không", "rằng", "what", "matters")
JOB = "00000000-0000-4000-8000-000000000000"
LEASE_SECONDS = 600.0
POLL_SECONDS = 0.2


def merge(home: Path, short_minutes: int, long_minutes: int, step: Step) -> Finding:
    """What the peak of a long merge lies above that of a short one."""
    peaks = []
    for part, minutes in enumerate((short_minutes, long_minutes)):
        place = home / f"{minutes}"
        place.mkdir(parents=True)
        asyncio.run(_fill(place, minutes))
        step((part + 0.7) / 2)
        peaks.append(_peak_of_merging(place))
        step((part + 1) / 2)
    short, long = peaks
    under = f"a transcript of {_spoken(long_minutes)} against one of {_spoken(short_minutes)}"
    return Finding("consumer", under, short, long, long - short, MOST)


def _peak_of_merging(place: Path) -> int:
    """Bytes of a consumer that found this job, from its start to the end of the job."""
    settings = {"STT_POLL_SECONDS": f"{POLL_SECONDS}", "STT_LOG_LEVEL": "error", "STT_DEVICE": "cpu"}
    with (
        Service(place, settings, commands=["consumer"]) as service,
        Watch(service.processes["consumer0"].pid) as watch,
    ):
        asyncio.run(_ended(place))
    return watch.peak.own


async def _fill(place: Path, minutes: int) -> None:
    """A job of that many chunks, every one of them transcribed."""
    database = _database(place)
    await init_db(database)
    jobs, chunks = JobRepository(database), ChunkRepository(database)
    await jobs.add(NewJob(ANONYMOUS, JOB, "talk.wav", f"uploads/{JOB}/talk.wav", "vi", "demo"))
    claimed = await jobs.claim("benchmark", LEASE_SECONDS)
    if claimed is None:
        raise RuntimeError("The job that was added cannot be claimed.")
    job, claim = claimed
    for index in range(minutes):
        span = Span(index * CHUNK_SECONDS, (index + 1) * CHUNK_SECONDS)
        await chunks.add(claim, job, ChunkPlan(index, span, span, (span,)), f"chunks/{JOB}/{index:05d}.flac")
    await jobs.finish_prepare(claim, duration=minutes * CHUNK_SECONDS, chunks_total=minutes, broke_off=None)
    while found := await chunks.claim("benchmark", LEASE_SECONDS):
        chunk, _, held = found
        await chunks.complete(chunk, held, list(_spoken_in(chunk.plan)), [])
    await database.close()


def _spoken_in(plan: ChunkPlan) -> Iterator[Segment]:
    """Somebody who speaks without a pause, at an ordinary pace."""
    draw, step = random.Random(plan.index), 1 / WORDS_PER_SECOND
    count = round(plan.owned.duration * WORDS_PER_SECOND)
    words = [
        Word(draw.choice(VOCABULARY), start, start + 0.8 * step, draw.random())
        for start in (plan.owned.start + number * step for number in range(count))
    ]
    for first in range(0, count, WORDS_PER_SEGMENT):
        group = tuple(words[first : first + WORDS_PER_SEGMENT])
        yield Segment(group[0].start, group[-1].end, " ".join(word.word for word in group), group)


async def _ended(place: Path) -> None:
    database = _database(place)
    jobs = JobRepository(database)
    while not (job := await jobs.get(ANONYMOUS, JOB)).status.is_terminal:  # noqa: ASYNC110  another process ends it
        await asyncio.sleep(POLL_SECONDS)
    await database.close()
    if job.status is not JobStatus.COMPLETED:
        raise RuntimeError(f"The merge failed: {job.error_message}")


def _database(place: Path) -> Database:
    folder = place / "data"
    folder.mkdir(exist_ok=True)
    return Database(f"sqlite:///{folder / 'stt.db'}")


def _spoken(minutes: int) -> str:
    return f"{minutes // 60} h" if minutes >= 60 else f"{minutes} min"
