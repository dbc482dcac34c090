"""Transcripts for callers who wait for them on an open connection, and who come back when it breaks."""

import asyncio
import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import asdict

import structlog

from stt.domain.access.owner import Owner
from stt.domain.access.scopes import Access
from stt.domain.errors import InvalidRequest, Leaving, SttError
from stt.domain.jobs.idempotency import fingerprint
from stt.domain.jobs.job import Job
from stt.domain.transcripts.known_speaker import Introduction
from stt.domain.whisper.model_aliases import OPENAI_NAMES, model_behind
from stt.domain.whisper.models import ALIASES, ANY
from stt.repositories.jobs.call_repository import CallRepository
from stt.repositories.jobs.new_jobs import Call
from stt.services.jobs.job_service import JobService
from stt.services.jobs.options import JobOptions
from stt.services.jobs.upload import StoredUpload
from stt.services.known_speaker_service import KnownSpeakerService

log = structlog.get_logger()

WATCH_SECONDS = 60.0
"""For how long a caller is taken to wait after each sign of life: an API process that dies gives none."""
JOINED_SECONDS = 600.0
"""How long after its end a job still answers those who send the same again: clients give up after ten minutes."""


class TranscriptionService:
    """Calls: jobs like any other, which an owner who sends the same bytes with the same options joins.

    Clients that time out post the same file again and again, without a word that it is the same: each of them gets the
    answer of one job. Every method raises `Unavailable` while a part it needs is away.
    """

    def __init__(
        self,
        jobs: JobService,
        calls: CallRepository,
        known_speakers: KnownSpeakerService,
        aliases: Mapping[str, str] | None = None,
    ) -> None:
        self.jobs = jobs
        self._calls, self._known_speakers = calls, known_speakers
        self._aliases = aliases or {}

    def model_behind(self, name: str) -> str:
        """The model of this deployment that a program means by a name; an empty one is the default."""
        default, any_repository = self.jobs.policy.model, ANY in self.jobs.policy.models().listed
        return model_behind(name, default, self._aliases, with_english_only=any_repository) if name else default

    def model_names(self) -> list[str]:
        """The names that programs may choose from: models, and what else they answer to."""
        models = self.jobs.policy.models().names
        short = {alias for alias, model in ALIASES.items() if model in models}
        return [*OPENAI_NAMES, *sorted({*models, *short, *self._aliases} - {*OPENAI_NAMES})]

    def has_model(self, name: str) -> bool:
        """Whether a program may send this name, which may be one that no list has."""
        try:
            self.jobs.policy.models().check(self.model_behind(name))
        except InvalidRequest:
            return False
        return bool(name)

    async def begin(
        self, access: Access, stored: StoredUpload, options: JobOptions, introduced: Sequence[Introduction] = ()
    ) -> str:
        """The id of the job that will have the transcript: one that others wait for already, or a new one.

        Raises:
            InvalidRequest: a recording of a voice that is `introduced` cannot be used; nothing is left in storage.
        """
        call = Call(_fingerprint(stored.sha256, options, introduced), WATCH_SECONDS)
        owner, own = access.owner, stored.job_id
        chosen = await self._same(owner, call)
        if chosen is None:
            await self._accept(access, stored, options, call, introduced)
            # The same may have come in through another connection at the same moment: all take the oldest.
            chosen = await self._same(owner, call) or own
            if chosen != own:
                await self.jobs.cancel(owner, own)
        elif chosen != own:
            await self.jobs.discard(stored)
        if chosen != own:
            await self._calls.watch(owner, chosen, WATCH_SECONDS)
            log.info("call_joined", job_id=chosen)
        return chosen

    async def _accept(
        self,
        access: Access,
        stored: StoredUpload,
        options: JobOptions,
        call: Call,
        introduced: Sequence[Introduction],
    ) -> None:
        if not introduced:
            await self.jobs.accept(access, stored, options, call=call)
            return
        try:
            known = await self._known_speakers.introduce(introduced, REFERENCES)
            await self.jobs.accept(access, stored, options, call=call, promise=known)
        except BaseException:
            await self.jobs.discard(stored)
            raise

    async def ended(self, owner: Owner, job_id: str) -> Job:
        """The job once it has ended, however long that takes.

        Raises:
            Leaving: the service is about to stop.
        """
        while True:
            job = await self.jobs.ended(owner, job_id, WATCH_SECONDS / 3)
            if job.status.is_terminal:
                return job
            if self.jobs.is_leaving:
                raise Leaving
            await self.watch(owner, job_id)

    async def watch(self, owner: Owner, job_id: str) -> None:
        """The caller still waits."""
        await self._calls.watch(owner, job_id, WATCH_SECONDS)

    async def abandon(self, owner: Owner, job_id: str) -> None:
        """The caller has gone: the job goes on behind all others, and ends if nobody comes back; never fails."""
        try:
            await asyncio.shield(self._calls.abandon(owner, job_id))
            log.info("call_abandoned", job_id=job_id)
        except SttError as error:
            log.warning("call_not_abandoned", job_id=job_id, reason=error.message)

    async def _same(self, owner: Owner, call: Call) -> str | None:
        return await self._calls.same(owner, call.fingerprint, finished_within=JOINED_SECONDS)


REFERENCES = "known_speaker_references"
"""The field of a call that recordings of voices come in."""
_NO_MATTER = {"priority", "metadata", "webhook_url"}


def _fingerprint(sha256: str, options: JobOptions, introduced: Sequence[Introduction]) -> str:
    """Of a file and of all that changes its transcript."""
    wanted = {name: value for name, value in asdict(options).items() if name not in _NO_MATTER}
    if introduced:
        wanted["introduced"] = [(known.name, hashlib.sha256(known.audio).hexdigest()) for known in introduced]
    return fingerprint(sha256, wanted)
