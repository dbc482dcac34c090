"""What a database counts on in storage."""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, or_, select
from sqlalchemy.orm import QueryableAttribute

from stt.core.database import Database, now
from stt.repositories.tables.jobs import ChunkRow, JobRow

AT_ONCE = 10_000


async def needed_objects(database: Database) -> set[str]:
    """The keys without which a job could not go on, be begun again, be heard or be read."""
    return await database.read(lambda connection: set(needed_keys(connection)))


def needed_keys(connection: Connection) -> Iterator[str]:
    """The same, one by one, on a connection."""
    kept = JobRow.deleted_at.is_(None)
    # What is due may be removed at any moment.
    audio_kept = JobRow.audio_deleted_at.is_(None), _is_ahead(JobRow.audio_due_at)
    text_kept = JobRow.text_deleted_at.is_(None), _is_ahead(JobRow.text_due_at)
    audio = select(JobRow.object_key).where(kept, *audio_kept)
    results = select(JobRow.result_path).where(kept, *text_kept, JobRow.result_path.is_not(None))
    # Of jobs that run all chunks: the merge listens once more to both sides of a cut.
    runs = kept, JobRow.completed_at.is_(None), ChunkRow.object_key.is_not(None)
    chunks = select(ChunkRow.object_key).join(JobRow, JobRow.id == ChunkRow.job_id).where(*runs)
    questions: tuple[Select[Any], ...] = (audio, results, chunks)
    for question in questions:
        yield from connection.execute(question.execution_options(yield_per=AT_ONCE)).scalars()


def _is_ahead(moment: QueryableAttribute[float | None]) -> ColumnElement[bool]:
    return or_(moment.is_(None), moment > now())
