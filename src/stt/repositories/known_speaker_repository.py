"""People whose voices are known: those that an owner keeps, and those that were introduced with one job."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, delete, insert, select

from stt.core.database import Database
from stt.domain.jobs.job import Job
from stt.domain.transcripts.known_speaker import Sample
from stt.repositories.tables.known_speakers import KnownSpeakerRow


class KnownSpeakerRepository:
    """The `known_speakers` table; every method raises `DatabaseUnavailable` while the database is away."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def of_job(self, job: Job) -> list[Sample]:
        """How those sound whose voices a job may know."""
        statement = select(KnownSpeakerRow).where(KnownSpeakerRow.job_id == job.job_id).order_by(KnownSpeakerRow.id)
        rows = await self._database.read(lambda connection: connection.execute(statement).all())
        return [Sample(row.name, bytes(row.sample), row.seconds, row.speech) for row in rows]


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
