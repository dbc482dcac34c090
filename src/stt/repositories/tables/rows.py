"""Rows, named by the columns of their tables, to domain values: SQLAlchemy stays in this room."""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Row

from stt.domain.access.api_key import ApiKey
from stt.domain.access.limits import Limits
from stt.domain.access.owner import Owner
from stt.domain.access.scopes import Scope
from stt.domain.jobs.chunk import Chunk, ChunkPlan, ChunkStatus, Span
from stt.domain.jobs.claim import Claim, Priority
from stt.domain.jobs.guidance import Guidance
from stt.domain.jobs.job import Job, JobStatus, Stage
from stt.domain.jobs.redo import redo_of
from stt.domain.jobs.retention import Retention
from stt.domain.transcripts.decoding import Decoding
from stt.domain.transcripts.note import Note
from stt.domain.transcripts.transcript import Gap, Segment, Suppressed, Word


def to_job(row: Row[Any]) -> Job:
    """A job as the rest of the program knows it."""
    return Job(
        owner=Owner(row.owner),
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
        duration=_seconds(row.duration),
        broke_off=_seconds(row.broke_off),
        notes=tuple(Note.from_dict(note) for note in row.notes),
        seconds_done=float(row.seconds_done),
        chunks_total=row.chunks_total,
        chunks_completed=row.chunks_completed,
        result_path=row.result_path,
        redo=redo_of(row.redo) if row.redo else None,
        error_code=row.error_code,
        error_message=row.error_message,
        worker_id=row.worker_id,
        retry_count=row.retry_count,
        created_at=instant(row.created_at),
        started_at=instant(row.started_at) if row.started_at else None,
        completed_at=instant(row.completed_at) if row.completed_at else None,
        guidance=Guidance.from_dict(row.guidance),
        retention=Retention(row.delete_audio_after, row.delete_text_after),
        audio_deleted_at=instant(row.audio_deleted_at) if row.audio_deleted_at else None,
        text_deleted_at=instant(row.text_deleted_at) if row.text_deleted_at else None,
        tracks=row.tracks,
        is_long=row.is_long,
        ranks_behind=row.ranks_behind,
        metadata=row.metadata,
        webhook_url=row.webhook_url,
    )


def to_chunk(row: Row[Any]) -> Chunk:
    """A chunk as the rest of the program knows it."""
    return Chunk(
        chunk_id=row.id,
        job_id=row.job_id,
        plan=to_plan(row),
        object_key=row.object_key,
        status=ChunkStatus(row.status),
        segments=tuple(map(to_segment, row.segments or ())),
        gaps=tuple(Gap(**gap) for gap in row.gaps or ()),
        error_message=row.error_message,
        suppressed=tuple(Suppressed(**left_out) for left_out in row.suppressed or ()),
    )


def to_plan(row: Row[Any]) -> ChunkPlan:
    """Where the chunk lies."""
    speech, sound = (tuple(Span(start, end) for start, end in spans) for spans in (row.speech, row.sound))
    owned = Span(float(row.start_time), float(row.end_time))
    audio = Span(float(row.audio_start), float(row.audio_end))
    return ChunkPlan(row.chunk_index, owned, audio, speech, row.channel, sound)


def segment_values(segment: Segment) -> dict[str, Any]:
    """A segment as it is stored: everything that is known of it, to the last digit.

    The cut behind it is judged by what is read back, and has to come out as if nothing had been stored in between.
    """
    words = [
        {"word": w.word, "start": w.start, "end": w.end, "probability": w.probability}
        | ({} if w.timed else {"timed": False})
        for w in segment.words
    ]
    decoding = segment.decoding and segment.decoding.to_dict()
    labels = {"channel": segment.channel, "language": segment.language, "decoding": decoding}
    known = {name: value for name, value in labels.items() if value is not None}
    return {"start": segment.start, "end": segment.end, "text": segment.text, "words": words} | known


def to_segment(values: dict[str, Any]) -> Segment:
    """Inverse of `segment_values`, for what other versions stored as well: less of it, or more."""
    words = (Word(w["word"], w["start"], w["end"], w["probability"], w.get("timed", True)) for w in values["words"])
    decoding = Decoding.from_dict(values["decoding"]) if values.get("decoding") else None
    labels = values.get("channel"), values.get("language")
    return Segment(values["start"], values["end"], values["text"], tuple(words), *labels, decoding)


def to_claim(row: Row[Any]) -> Claim:
    """The proof of a claim just made."""
    deaths = max(0, row.attempt - 1 - row.outcomes)
    return Claim(row.id, row.attempt, row.tries + 1, row.worker_id or "", deaths)


def to_key(row: Row[Any]) -> ApiKey:
    """A key as the rest of the program knows it; a scope that only a newer version knows is left out."""
    return ApiKey(
        key_id=row.id,
        owner=Owner(row.owner),
        name=row.name,
        prefix=row.prefix,
        last_four=row.last_four,
        scopes=frozenset(Scope(scope) for scope in row.scopes if scope in tuple(Scope)),
        limits=Limits.from_dict(row.limits),
        created_at=instant(row.created_at),
        lifetime=row.lifetime,
        expires_at=instant(row.expires_at) if row.expires_at else None,
        revoked_at=instant(row.revoked_at) if row.revoked_at else None,
        last_used_at=instant(row.last_used_at) if row.last_used_at else None,
    )


def _seconds(value: float | None) -> float | None:
    """A number of seconds, as such: behind RETURNING, SQLite gives whole ones as integers."""
    return None if value is None else float(value)


def instant(seconds: float) -> datetime:
    """A moment of the database's clock."""
    return datetime.fromtimestamp(seconds, UTC)
