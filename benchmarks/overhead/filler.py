"""Rows that others have left: half of their chunks are transcribed, half wait behind what is measured."""

import math
import time

from sqlalchemy import Connection, insert, text

from stt.core.database import Database
from stt.domain.jobs.chunk import ChunkStatus
from stt.domain.jobs.claim import Priority, chunk_rank
from stt.domain.jobs.job import JobStatus, Stage
from stt.repositories.tables.jobs import ChunkRow, JobRow

CHUNKS_PER_JOB = 1000
PLAN = "EXPLAIN QUERY PLAN", "EXPLAIN"
CLAIM = """
    SELECT id FROM chunks
    WHERE available_at IS NOT NULL
      AND NOT (available_at > 2e9 AND available_at <= 2e9 + CASE WHEN attempt = outcomes THEN 60 ELSE 600 END)
    ORDER BY rank, available_at LIMIT 1
"""
"""What a claim asks, with the time written out."""
_COPY = """
    INSERT INTO chunks (id, job_id, chunk_index, status, start_time, end_time, audio_start, audio_end, speech,
                        object_key, transcription, segments, rank, available_at, attempt, tries)
    SELECT jobs.id || substr(chunks.id, 9), jobs.id, chunk_index, chunks.status, start_time, end_time, audio_start,
           audio_end, speech, chunks.object_key, transcription, segments, chunks.rank, chunks.available_at,
           chunks.attempt, chunks.tries
    FROM chunks CROSS JOIN jobs WHERE chunks.job_id = 'filler-0' AND jobs.id LIKE 'filler-_%' AND jobs.id <> 'filler-0'
"""


async def fill(database: Database, chunks: int) -> None:
    """Make so many rows, in jobs of a thousand of low priority; the planner of PostgreSQL is told of them."""
    if not chunks:
        return
    per_job = min(chunks, CHUNKS_PER_JOB)

    def insert_rows(connection: Connection) -> None:
        connection.execute(insert(JobRow), [_job(number) for number in range(math.ceil(chunks / per_job))])
        connection.execute(insert(ChunkRow), [_chunk(index) for index in range(per_job)])
        connection.execute(text(_COPY))

    await database.write(insert_rows)
    if not database.is_sqlite:
        await database.write(lambda connection: connection.execute(text("ANALYZE chunks")))


async def plan_of_claim(database: Database) -> str:
    """How the database finds the best chunk, in its own words."""
    question = text(f"{PLAN[not database.is_sqlite]} {CLAIM}")
    rows = await database.read(lambda connection: connection.execute(question).all())
    return "; ".join(str(row[-1]).strip() for row in rows)


def _job(number: int) -> dict[str, object]:
    return {
        "id": f"filler-{number}",
        "status": JobStatus.PROCESSING,
        "stage": Stage.TRANSCRIBE,
        "filename": "talk.mp3",
        "object_key": "uploads/filler/talk.mp3",
        "language": "vi",
        "model": "demo",
        "priority": Priority.LOW,
        "guidance": {},
        "created_at": time.time(),
        "announced_at": time.time(),
    }


def _chunk(index: int) -> dict[str, object]:
    start, done = 60.0 * index, index % 2 == 1
    return {
        "id": f"filler-0:{index:05d}",
        "job_id": "filler-0",
        "chunk_index": index,
        "status": ChunkStatus.COMPLETED if done else ChunkStatus.READY,
        "start_time": start,
        "end_time": start + 60,
        "audio_start": start,
        "audio_end": start + 60,
        "speech": [[start, start + 60]],
        "object_key": f"chunks/filler/{index:05d}.flac",
        "transcription": "xin chào" if done else None,
        "segments": [{"start": start, "end": start + 1, "text": "xin chào", "words": []}] if done else None,
        "rank": chunk_rank(index, Priority.LOW),
        "available_at": None if done else time.time() - 60,
    }
