"""What owners have, and how much of all owners waits."""

import uuid
from collections.abc import Sequence

from sqlalchemy import ColumnElement, Connection, case, delete, func, insert, select, text

from stt.core.database import now
from stt.domain.access.limits import ASSUMED_BYTES_PER_SECOND, DAY_SECONDS, Limits, Usage, spent
from stt.domain.access.owner import Owner
from stt.domain.errors import LimitReached
from stt.repositories.tables.jobs import JobRow
from stt.repositories.tables.rehearings import RehearingRow
from stt.repositories.tables.uploads import UploadRow

_GUESSED = case((JobRow.completed_at.is_(None), JobRow.file_size / float(ASSUMED_BYTES_PER_SECOND)), else_=0.0)
_LENGTH: ColumnElement[float] = func.coalesce(JobRow.duration, _GUESSED, 0.0)
_OPEN = JobRow.completed_at.is_(None)


def usage_of(connection: Connection, owner: Owner) -> Usage:
    """All that counts against an owner's limits; an upload that arrives counts as the job that it will be."""
    seconds, next_in = _audio_of(connection, owner)
    jobs = select(func.count()).where(JobRow.owner == owner, _OPEN)
    kept = JobRow.audio_deleted_at.is_(None) & JobRow.deleted_at.is_(None)
    stored = select(func.coalesce(func.sum(JobRow.file_size), 0)).where(JobRow.owner == owner, kept)
    arriving = UploadRow.owner == owner, UploadRow.finished_at.is_(None), UploadRow.expires_at > now()
    uploads = select(func.count(), func.coalesce(func.sum(UploadRow.length), 0)).where(*arriving)
    coming, length = connection.execute(uploads).one()
    return Usage(
        (connection.scalar(jobs) or 0) + coming,
        seconds + int(length) / ASSUMED_BYTES_PER_SECOND,
        next_in,
        int(connection.scalar(stored) or 0) + int(length),
    )


def _audio_of(connection: Connection, owner: Owner) -> tuple[float, float]:
    """Seconds that came, and that were heard again, within a day; and in how many the oldest of them is a day old."""
    since = now() - DAY_SECONDS
    of_jobs = select(func.coalesce(func.sum(_LENGTH), 0.0), func.min(JobRow.created_at) - since)
    of_jobs = of_jobs.where(JobRow.owner == owner, JobRow.created_at > since)
    again = select(func.coalesce(func.sum(RehearingRow.seconds), 0.0), func.min(RehearingRow.begun_at) - since)
    again = again.where(RehearingRow.owner == owner, RehearingRow.begun_at > since)
    found = connection.execute(of_jobs).one(), connection.execute(again).one()
    waits = [wait for _, wait in found if wait is not None]
    return sum(seconds for seconds, _ in found), min(waits, default=0.0)


def count_again(connection: Connection, owner: Owner, seconds: float) -> None:
    """From now on so much audio counts against the owner's hours; what no longer does is forgotten."""
    _forget_old(connection, RehearingRow.owner == owner)
    connection.execute(insert(RehearingRow).values(id=uuid.uuid4().hex, owner=owner, seconds=seconds))


def count_removed(connection: Connection, job_ids: Sequence[str]) -> None:
    """Audio of jobs whose rows go counts on until it is a day old; what is older is forgotten."""
    _forget_old(connection)
    recent = JobRow.id.in_(job_ids), JobRow.duration > 0, JobRow.created_at > now() - DAY_SECONDS
    audio = select(JobRow.id, JobRow.owner, JobRow.duration, JobRow.created_at).where(*recent)
    connection.execute(insert(RehearingRow).from_select(["id", "owner", "seconds", "begun_at"], audio))


def _forget_old(connection: Connection, *which: ColumnElement[bool]) -> None:
    connection.execute(delete(RehearingRow).where(*which, RehearingRow.begun_at <= now() - DAY_SECONDS))


def admit(connection: Connection, owner: Owner, limits: Limits) -> None:
    """Return if there is room for another job, which is stored in the same transaction; raises `LimitReached`."""
    if limits == Limits():
        return
    if connection.dialect.name == "postgresql":
        # Two that are stored at the same moment would each take the last place.
        connection.execute(text("SELECT pg_advisory_xact_lock(hashtext(:owner))"), {"owner": owner})
    none_left = spent(limits, usage_of(connection, owner))
    if none_left is not None:
        raise LimitReached(none_left)


def queued_seconds(connection: Connection) -> float:
    """Seconds of audio, of all owners, that are accepted and not transcribed yet."""
    left = func.coalesce(JobRow.duration * JobRow.tracks - JobRow.seconds_done, _GUESSED, 0.0)
    return float(connection.scalar(select(func.coalesce(func.sum(left), 0.0)).where(_OPEN)) or 0.0)
