"""What forecasts are made of: who runs, how fast, what is in line, and what came of earlier estimates."""

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Row, delete, func, select, tuple_, update

from stt.core.database import Database, now
from stt.domain.access.limits import ASSUMED_BYTES_PER_SECOND
from stt.domain.jobs.claim import AGEING_SECONDS, Priority
from stt.domain.jobs.forecast import (
    KEPT_OUTCOMES,
    Measured,
    Outcome,
    Outlook,
    deployment_speed,
    magnitude_of,
    remaining_weight,
)
from stt.domain.jobs.job import JobStatus
from stt.domain.jobs.line import InLine, Kind, Phase, assumed_chunks
from stt.repositories.consumer_repository import working
from stt.repositories.tables.forecasts import ConsumerRow, ForecastRow, SpeedRow
from stt.repositories.tables.jobs import JobRow

FORGOTTEN_SECONDS = 3600.0
MOST_IN_LINE = 5000
"""Beyond so many open jobs nobody is told when theirs ends: to look through all of them would take too long."""

Work = Mapping[Kind, tuple[float, float]]
"""Seconds of audio and of work, by kind."""


class ForecastRepository:
    """The tables of forecasts; every method raises `DatabaseUnavailable` while the database is away."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def report(self, consumer_id: str, work: Work, lacks_speakers: str | None = None) -> None:
        """A consumer runs, has done this since it last said so, and lacks this to tell speakers apart."""
        values = {"seen_at": now(), "lacks_speakers": lacks_speakers}
        seen = self._database.insert(ConsumerRow).values(id=consumer_id, **values)
        seen = seen.on_conflict_do_update(index_elements=[ConsumerRow.id], set_=values)
        # In one order, or two consumers wait for each other.
        amounts = [(kind, *amount) for kind, amount in sorted(work.items())]

        def write(connection: Connection) -> None:
            connection.execute(seen)
            connection.execute(delete(ConsumerRow).where(ConsumerRow.seen_at < now() - FORGOTTEN_SECONDS))
            beside = working(connection) if amounts else 0
            for kind, audio, busy in amounts:
                connection.execute(self._measured(kind, beside, audio, busy))

        await self._database.write(write)

    def _measured(self, kind: Kind, consumers: int, audio: float, busy: float) -> Any:
        left = remaining_weight(busy)
        statement = self._database.insert(SpeedRow).values(
            **kind._asdict(), consumers=consumers, audio=audio, busy=busy
        )
        return statement.on_conflict_do_update(
            index_elements=[SpeedRow.model, SpeedRow.engine, SpeedRow.consumers],
            set_={"audio": SpeedRow.audio * left + audio, "busy": SpeedRow.busy * left + busy},
        )

    async def outlook(self) -> Outlook:
        """The forecasts for every job that has not ended, as of now."""
        return await self._database.read(_outlook)

    async def note(self, estimates: Iterable[tuple[str, Phase, float]]) -> None:
        """Keep what is estimated for jobs, to see what comes of it; one of each magnitude and phase of a job."""
        rows = [
            {"job_id": job_id, "phase": phase, "magnitude": magnitude_of(estimated), "estimated": estimated}
            for job_id, phase, estimated in estimates
        ]
        statement = self._database.insert(ForecastRow).on_conflict_do_nothing()
        if rows:
            await self._database.write(lambda connection: connection.execute(statement, rows))

    async def settle(self) -> None:
        """Note what came of the estimates for jobs that have ended, and forget what is too old to tell anything."""
        pending = ForecastRow.took.is_(None)
        job = select(JobRow.id).where(JobRow.id == ForecastRow.job_id)
        ended = select(JobRow.completed_at).where(JobRow.id == ForecastRow.job_id).scalar_subquery()
        completed = job.where(JobRow.status == JobStatus.COMPLETED).exists()
        is_open = job.where(JobRow.completed_at.is_(None)).exists()
        some_over = select(ForecastRow.job_id).where(pending, ~is_open).limit(1)
        settled = update(ForecastRow).where(pending, completed).values(took=ended - ForecastRow.made_at)
        useless = delete(ForecastRow).where(pending & ~is_open | (ForecastRow.took <= 0))
        key = (ForecastRow.job_id, ForecastRow.phase, ForecastRow.magnitude)
        latest = (ForecastRow.made_at + ForecastRow.took).desc()
        old = (
            select(*key).where(ForecastRow.took.is_not(None)).order_by(latest, *key).offset(KEPT_OUTCOMES).limit(10**6)
        )

        def write(connection: Connection) -> None:
            for statement in (settled, useless, delete(ForecastRow).where(tuple_(*key).in_(old))):
                connection.execute(statement)

        if await self._database.read(lambda connection: connection.execute(some_over).first()):
            await self._database.write(write)


def _outlook(connection: Connection) -> Outlook:
    is_open = (JobRow.completed_at.is_(None), JobRow.deleted_at.is_(None))
    jobs = connection.execute(select(*_IN_LINE).where(*is_open).limit(MOST_IN_LINE + 1)).all()
    if not jobs or len(jobs) > MOST_IN_LINE:
        return Outlook([], {}, [])
    consumers = working(connection)
    measured: dict[Kind, list[Measured]] = defaultdict(list)
    for row in connection.execute(select(SpeedRow)):
        measured[Kind(row.model, row.engine)].append(Measured(row.consumers, row.audio, row.busy))
    speeds = {kind: deployment_speed(each, consumers) for kind, each in measured.items()}
    known = {kind: speed for kind, speed in speeds.items() if speed is not None}
    outcomes = connection.execute(select(ForecastRow).where(ForecastRow.took.is_not(None)))
    kept = [Outcome(Phase(row.phase), row.estimated, row.took) for row in outcomes]
    return Outlook([_in_line(job) for job in jobs], known, kept, consumers)


_IN_LINE: Sequence[Any] = (
    JobRow.id,
    JobRow.model,
    JobRow.engine,
    JobRow.priority,
    JobRow.ranks_behind,
    JobRow.created_at,
    JobRow.duration,
    JobRow.tracks,
    JobRow.seconds_done,
    JobRow.file_size,
    JobRow.chunks_total,
    JobRow.chunks_completed,
    (now() - func.coalesce(JobRow.started_at, now())).label("waited"),
)


def _in_line(job: Row[Any]) -> InLine:
    is_prepared = job.chunks_total is not None
    whole = job.duration * job.tracks if job.duration is not None else _guessed(job)
    chunks = job.chunks_total if is_prepared else max(assumed_chunks(whole), job.chunks_completed + 1)
    aged = int(max(0.0, job.waited) / AGEING_SECONDS) if is_prepared else 0
    return InLine(
        job_id=job.id,
        kind=Kind(job.model, job.engine or ""),
        since=job.created_at,
        seconds=max(0.0, whole - job.seconds_done),
        chunks=max(1, chunks),
        chunks_left=max(0, chunks - job.chunks_completed),
        forward=Priority(job.priority).boost - job.ranks_behind + aged,
        is_prepared=is_prepared,
    )


def _guessed(job: Row[Any]) -> float:
    """Seconds of audio in a file that is not decoded yet; infinite where nobody knows its size."""
    return math.inf if job.file_size is None else job.file_size / ASSUMED_BYTES_PER_SECOND
