"""People whose voices are known: those that an owner keeps, and those that were introduced with one job."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, and_, delete, func, insert, or_, select

from stt.core.database import Database
from stt.domain.access.owner import Owner
from stt.domain.errors import InvalidRequest, NotFound
from stt.domain.jobs.job import Job
from stt.domain.transcripts.known_speaker import KnownSpeaker, KnownSpeakers, Sample
from stt.repositories.tables.known_speakers import KnownSpeakerRow
from stt.repositories.tables.rows import instant

MOST_KEPT = 50
"""Voices that an owner keeps: in a job that may know them each of them is heard."""
_SHOWN: tuple[Any, ...] = (
    KnownSpeakerRow.id,
    KnownSpeakerRow.name,
    KnownSpeakerRow.seconds,
    KnownSpeakerRow.created_at,
)
"""What is told of somebody: not the recording, which may be a megabyte."""


class KnownSpeakerRepository:
    """The `known_speakers` table; every method raises `DatabaseUnavailable` while the database is away."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def of_job(self, job: Job) -> list[Sample]:
        """How those sound whose voices a job may know: those who came with it, and those whom its owner keeps."""
        allowed = KnownSpeakerRow.job_id == job.job_id
        if job.guidance.known_speakers is KnownSpeakers.ALL:
            allowed = or_(allowed, _kept_by(job.owner))
        statement = select(KnownSpeakerRow).where(allowed).order_by(KnownSpeakerRow.id)
        rows = await self._database.read(lambda connection: connection.execute(statement).all())
        return [Sample(row.name, bytes(row.sample), row.seconds, row.speech) for row in rows]

    async def keep(self, owner: Owner, sample: Sample) -> KnownSpeaker:
        """Keep the voice of somebody.

        Raises:
            InvalidRequest: codes `speaker_exists`, there is one of that name, and `too_many_speakers`.
        """
        values = _values(sample, f"spk_{uuid.uuid4().hex}", owner, None)
        new = self._database.insert(KnownSpeakerRow).values(values).on_conflict_do_nothing().returning(*_SHOWN)
        count = select(func.count(KnownSpeakerRow.id)).where(_kept_by(owner))

        def store(connection: Connection) -> KnownSpeaker:
            if (connection.scalar(count) or 0) >= MOST_KEPT:
                message = f"{MOST_KEPT} voices are kept already; delete one before."
                raise InvalidRequest(message, code="too_many_speakers", limit=MOST_KEPT)
            row = connection.execute(new).one_or_none()
            if row is None:
                message = f"There is a speaker named {sample.name} already; delete that one before."
                raise InvalidRequest(message, code="speaker_exists")
            return _to_known_speaker(row)

        return await self._database.write(store)

    async def kept(self, owner: Owner) -> list[KnownSpeaker]:
        """Those whose voices an owner keeps, by name."""
        statement = select(*_SHOWN).where(_kept_by(owner)).order_by(KnownSpeakerRow.name)
        rows = await self._database.read(lambda connection: connection.execute(statement).all())
        return [_to_known_speaker(row) for row in rows]

    async def forget(self, owner: Owner, speaker_id: str) -> None:
        """Remove the voice of somebody; raises `NotFound` (code `speaker_not_found`)."""
        statement = delete(KnownSpeakerRow).where(_kept_by(owner), KnownSpeakerRow.id == speaker_id)
        if not await self._database.write(lambda connection: connection.execute(statement).rowcount):
            raise NotFound(f"There is no speaker {speaker_id[:64]!r}.", code="speaker_not_found")


@dataclass(frozen=True)
class Introduced:
    """Those who are known in one job, stored in the transaction in which it is."""

    samples: Sequence[Sample]

    def hold(self, connection: Connection) -> None:
        """Whoever is introduced may be."""

    def keep(self, connection: Connection, job: Job) -> None:
        """The job is made."""
        rows = [_values(sample, f"{job.job_id}:{n}", job.owner, job.job_id) for n, sample in enumerate(self.samples)]
        connection.execute(insert(KnownSpeakerRow), rows)


def forget_introduced(connection: Connection, job_id: str) -> None:
    """Remove what is stored of those who were introduced with a job."""
    connection.execute(delete(KnownSpeakerRow).where(KnownSpeakerRow.job_id == job_id))


def _kept_by(owner: Owner) -> Any:
    return and_(KnownSpeakerRow.owner == owner, KnownSpeakerRow.job_id.is_(None))


def _to_known_speaker(row: Row[Any]) -> KnownSpeaker:
    return KnownSpeaker(row.id, row.name, row.seconds, instant(row.created_at))


def _values(sample: Sample, speaker_id: str, owner: str, job_id: str | None) -> dict[str, object]:
    return {
        "id": speaker_id,
        "owner": owner,
        "job_id": job_id,
        "name": sample.name,
        "sample": sample.flac,
        "seconds": sample.seconds,
        "speech": sample.speech,
    }
