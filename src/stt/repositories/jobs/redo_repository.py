"""Completed jobs with which something is done again."""

from collections.abc import Sequence

from sqlalchemy import Connection, func, null, select, update

from stt.core.database import Database, now
from stt.domain.access.limits import Limits
from stt.domain.access.owner import Owner
from stt.domain.edits.version import MACHINE, NewVersion
from stt.domain.errors import ClaimLost, InvalidRequest
from stt.domain.events.event import EventKind
from stt.domain.jobs.claim import MERGE_RANK, Claim
from stt.domain.jobs.guidance import Guidance
from stt.domain.jobs.job import JobStatus, Stage
from stt.domain.jobs.redo import Redo, SpanRedo, SpeakersRedo
from stt.repositories.statements.claims import afresh, held_by
from stt.repositories.statements.endings import close_job, complete_job
from stt.repositories.statements.outbox import STATE, event_of, record
from stt.repositories.statements.usage import admit, count_again
from stt.repositories.statements.versions import append, newest_version
from stt.repositories.tables.jobs import ChunkRow, JobRow, VoicesRow
from stt.repositories.tables.versions import VersionRow

WITHOUT_LIMITS = Limits()
_FORGOTTEN = ("completed_at", "tidied_at", "announced_at", "watched_until", "error_code", "error_message")
"""What a job with which something is done again has no more, until that is done."""


class RedoRepository:
    """The part of the tables that is about doing again; every method raises `DatabaseUnavailable`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def begin(self, owner: Owner, job_id: str, redo: Redo, limits: Limits = WITHOUT_LIMITS) -> bool:
        """Let something be done again with a completed job; `False` if it is no such job of this owner's.

        Nor is it one whose transcript is removed, or about to be.

        Raises:
            InvalidRequest: codes `voices_missing`, nothing of its voices is stored, and `transcript_edited`, for
                speakers; `media_missing`, the audio is removed or about to be, for a span.
            LimitReached: the owner may not have another job at once, or, for a span, no more audio today.
        """
        there = (JobRow.deleted_at.is_(None), JobRow.text_deleted_at.is_(None), JobRow.result_path.is_not(None))
        # Who removes texts may be at it at this moment: what is stored behind that would stay.
        stays = ~func.coalesce(JobRow.text_due_at <= now(), False)
        wanted = (JobRow.id == job_id, JobRow.owner == owner, JobRow.status == JobStatus.COMPLETED, *there, stays)
        values = {
            **afresh(JobRow),
            "redo": redo.to_dict(),
            "status": JobStatus.PROCESSING,
            "stage": Stage.REDO,
            "rank": MERGE_RANK,
            "available_at": now(),
            # Counting up voids the claim of whoever has not heard yet that the job had ended.
            "attempt": JobRow.attempt + 1,
            "outcomes": JobRow.attempt + 1,
            **dict.fromkeys(_FORGOTTEN),
        }
        if isinstance(redo, SpanRedo):
            # It takes a slot as a long file does: others are kept for short ones.
            values["is_long"] = True
        check = _check_voices if isinstance(redo, SpeakersRedo) else _check_audio
        again = update(JobRow).where(JobRow.id == job_id).values(values).returning(*STATE)

        def begin(connection: Connection) -> bool:
            admit(connection, owner, _among(limits, redo))
            if connection.scalar(select(JobRow.id).where(*wanted).with_for_update()) is None:
                return False
            check(connection, job_id)
            if isinstance(redo, SpanRedo):
                count_again(connection, owner, redo.end - redo.start)
            record(connection, event_of(connection.execute(again).one(), EventKind.STAGE))
            return True

        return await self._database.write(begin)

    async def complete(self, claim: Claim, result_path: str, guidance: Guidance, terms: Sequence[str]) -> None:
        """It is done, and the job from now on as `guidance` says; raises `ClaimLost`.

        The transcript has another version: whoever has read it before is told that it is not the same.
        """

        def complete(connection: Connection) -> None:
            complete_job(connection, claim, result_path, terms, redo=null(), guidance=guidance.to_dict())
            newest = connection.scalar(newest_version(claim.row_id)) or MACHINE
            append(connection, claim.row_id, NewVersion(newest, (), (), (), None))

        await self._database.write(complete)

    async def complete_span(self, claim: Claim, new: NewVersion) -> None:
        """A span is heard again, and the transcript has that version; what the job is found by is made anew soon.

        Raises `ClaimLost`, and `VersionOutdated` where somebody has made a version meanwhile.
        """
        held = select(JobRow.result_path).where(held_by(JobRow, claim)).with_for_update()

        def complete(connection: Connection) -> None:
            stored = connection.scalar(held)
            if stored is None:
                raise ClaimLost
            version = append(connection, claim.row_id, new)
            told = {"version": version.number, "operations": version.operation_count}
            job = close_job(connection, claim, stored, (), redo=null())
            record(connection, event_of(job, EventKind.EDITED, **told), event_of(job, EventKind.COMPLETED))

        await self._database.write(complete)


def _among(limits: Limits, redo: Redo) -> Limits:
    """Those that count for it: nothing is stored, and speakers are told apart by voices that were heard already."""
    hours = limits.audio_hours_per_day if isinstance(redo, SpanRedo) else None
    return Limits(jobs_at_once=limits.jobs_at_once, audio_hours_per_day=hours)


def _check_voices(connection: Connection, job_id: str) -> None:
    voices = select(VoicesRow.chunk_id).join(ChunkRow, ChunkRow.id == VoicesRow.chunk_id)
    if connection.scalar(voices.where(ChunkRow.job_id == job_id).limit(1)) is None:
        message = "Nothing is stored of the voices in this job: it did not tell speakers apart. Send it anew."
        raise InvalidRequest(message, code="voices_missing")
    edits = select(VersionRow.number).where(VersionRow.count > 0)
    if connection.scalar(edits.where(VersionRow.job_id == job_id).limit(1)) is not None:
        message = "People have changed this transcript, or had parts of it heard again: that would be lost."
        raise InvalidRequest(message, code="transcript_edited")


def _check_audio(connection: Connection, job_id: str) -> None:
    due = func.coalesce(JobRow.audio_due_at <= now(), False)
    gone = select(JobRow.id).where(JobRow.id == job_id, JobRow.audio_deleted_at.is_not(None) | due)
    if connection.scalar(gone) is not None:
        raise media_removed(job_id)


def media_removed(job_id: str) -> InvalidRequest:
    """That nothing of a job can be heard any more."""
    message = f"The audio of job {job_id} was removed, so nothing of it can be heard again. Upload it anew."
    return InvalidRequest(message, code="media_missing")
