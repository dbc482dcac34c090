"""Rows, named by the columns of their tables, to domain values: SQLAlchemy stays in this room."""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Row

from stt.domain.chunk import Chunk, ChunkPlan, ChunkStatus, Span
from stt.domain.claim import Claim, Priority
from stt.domain.guidance import Guidance
from stt.domain.job import Job, JobStatus, Stage
from stt.domain.transcript import Gap, Segment, Suppressed


def to_job(row: Row[Any]) -> Job:
    """A job as the rest of the program knows it."""
    return Job(
        job_id=row.id,
        status=JobStatus(row.status),
        stage=Stage(row.stage),
        filename=row.filename,
        object_key=row.object_key,
        language=row.language,
        model=row.model,
        engine=row.engine,
        priority=Priority(row.priority),
        detected_language=row.detected_language,
        file_size=row.file_size,
        duration=row.duration,
        broke_off=row.broke_off,
        seconds_done=row.seconds_done,
        chunks_total=row.chunks_total,
        chunks_completed=row.chunks_completed,
        result_path=row.result_path,
        error_code=row.error_code,
        error_message=row.error_message,
        worker_id=row.worker_id,
        retry_count=row.retry_count,
        created_at=_instant(row.created_at),
        started_at=_instant(row.started_at) if row.started_at else None,
        completed_at=_instant(row.completed_at) if row.completed_at else None,
        guidance=Guidance.from_dict(row.guidance),
        tracks=row.tracks,
    )


def to_chunk(row: Row[Any]) -> Chunk:
    """A chunk as the rest of the program knows it."""
    return Chunk(
        chunk_id=row.id,
        job_id=row.job_id,
        plan=to_plan(row),
        object_key=row.object_key,
        status=ChunkStatus(row.status),
        segments=tuple(Segment.from_dict(s) for s in row.segments or ()),
        gaps=tuple(Gap(**gap) for gap in row.gaps or ()),
        error_message=row.error_message,
        suppressed=tuple(Suppressed(**left_out) for left_out in row.suppressed or ()),
    )


def to_plan(row: Row[Any]) -> ChunkPlan:
    """Where the chunk lies."""
    speech = tuple(Span(start, end) for start, end in row.speech)
    owned, audio = Span(row.start_time, row.end_time), Span(row.audio_start, row.audio_end)
    return ChunkPlan(row.chunk_index, owned, audio, speech, row.channel)


def to_claim(row: Row[Any]) -> Claim:
    """The proof of a claim just made."""
    return Claim(row.id, row.attempt, row.tries, row.worker_id or "")


def _instant(seconds: float) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)
