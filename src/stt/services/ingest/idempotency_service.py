"""Requests that are sent again because their answer was lost, and make no second job."""

import asyncio
import contextlib
import uuid
from collections.abc import AsyncIterator, Callable

import structlog

from stt.domain.access.owner import Owner
from stt.domain.access.scopes import Access
from stt.domain.errors import SttError
from stt.domain.jobs.idempotency import LEASE_SECONDS, Answer, Kept, KeyInUse, KeyReused, Reservation, fingerprint
from stt.domain.jobs.job import Job
from stt.repositories.jobs.idempotency_repository import IdempotencyRepository
from stt.repositories.jobs.new_jobs import SameAnswer
from stt.services.jobs.job_service import JobService
from stt.services.jobs.options import JobOptions
from stt.services.jobs.upload import StoredUpload

log = structlog.get_logger()


class Replayed(Exception):
    """The request was answered before, with this."""

    def __init__(self, answer: Answer) -> None:
        super().__init__()
        self.answer = answer


class Turn:
    """A request on its way to a job, with an idempotency key or without."""

    def __init__(
        self, jobs: JobService, operation: str, reservation: Reservation | None = None, kept: Kept | None = None
    ) -> None:
        self._jobs, self._operation, self._reservation, self._kept = jobs, operation, reservation, kept
        self._fingerprint = ""
        self.stored: StoredUpload | None = None
        """What was given to become a job."""

    @property
    def is_new(self) -> bool:
        """Whether no request with this key was answered yet."""
        return self._kept is None

    def compare(self, *payload: object) -> None:
        """Return if this is to be made a job; what was asked for is written as JSON to be known by.

        Raises:
            Replayed: the same was asked for, and answered.
            KeyReused: the key came with something else.
        """
        self._fingerprint = fingerprint(self._operation, *payload)
        if self._kept is not None:
            if self._kept.fingerprint != self._fingerprint:
                raise KeyReused
            raise Replayed(self._kept.answer)

    async def accept(
        self, access: Access, stored: StoredUpload, options: JobOptions, answer: Callable[[Job], Answer]
    ) -> Answer:
        """Make a job as `JobService.accept` does; its answer is kept in the same transaction. Raises `KeyInUse`."""
        self.stored = stored
        held = self._reservation
        promise = SameAnswer(held, self._fingerprint, answer) if held is not None else None
        return answer(await self._jobs.accept(access, stored, options, promise=promise))


class IdempotencyService:
    """Has what is sent with one key done once; every method raises `Unavailable` while a part it needs is away."""

    def __init__(self, keys: IdempotencyRepository, jobs: JobService) -> None:
        self._keys, self._jobs = keys, jobs

    @contextlib.asynccontextmanager
    async def once(self, owner: Owner, key: str | None, operation: str) -> AsyncIterator[Turn]:
        """The turn of a request; its key is held, and let go if no job comes of it.

        Raises `KeyInUse` while another request holds the key.
        """
        if key is None:
            yield Turn(self._jobs, operation)
            return
        reservation = Reservation(owner, key, uuid.uuid4().hex)
        if kept := await self._keys.reserve(reservation):
            yield Turn(self._jobs, operation, kept=kept)
            return
        turn = Turn(self._jobs, operation, reservation)
        renewing = asyncio.create_task(self._renew(reservation), name="idempotency key")
        try:
            yield turn
        except BaseException as error:
            released = await asyncio.shield(self._release(reservation))
            # Should the commit have gone through unseen, the job and its file are for whoever sends the same again.
            if turn.stored is not None and (released or isinstance(error, KeyInUse)):
                await self._jobs.discard(turn.stored)
            raise
        finally:
            renewing.cancel()

    async def _renew(self, reservation: Reservation) -> None:
        while True:
            await asyncio.sleep(LEASE_SECONDS / 3)
            try:
                await self._keys.renew(reservation)
            except SttError as error:
                log.warning("idempotency_key_not_renewed", reason=error.message)

    async def _release(self, reservation: Reservation) -> bool:
        try:
            return await self._keys.release(reservation)
        except SttError as error:
            log.warning("idempotency_key_not_released", reason=error.message)
            return False
