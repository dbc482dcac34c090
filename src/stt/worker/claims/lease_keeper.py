"""Taking work from the database, keeping its lease alive, and settling how it went."""

import asyncio
import contextlib
import math
import random
import time
from collections.abc import Awaitable, Callable
from typing import NamedTuple

import structlog
from structlog.contextvars import bound_contextvars

from stt.core.messaging.notifier import Notifier
from stt.core.metrics.table import ATTEMPT_SECONDS, ATTEMPTS, HOLDING, STALE_WRITES
from stt.domain.errors import ClaimLost, JobFailure, SttError, Unavailable
from stt.domain.jobs.claim import LONGEST_DELAY_SECONDS, Claim
from stt.domain.jobs.messages import Lane
from stt.repositories.jobs.chunk_repository import ChunkRepository
from stt.repositories.jobs.job_repository import JobRepository
from stt.worker.claims.claimed import Claimed, ClaimedChunk, ClaimedDelivery, ClaimedJob, traced
from stt.worker.claims.company import Company
from stt.worker.claims.terms import Terms
from stt.worker.claims.vigil import LOOK_SECONDS, Vigil
from stt.worker.claims.webhook_sender import WebhookSender
from stt.worker.errors import deadly
from stt.worker.patience import patiently
from stt.worker.processing.processor import Processor

log = structlog.get_logger()

HEARTBEATS_PER_LEASE = 4
OUTAGE_DELAY_SECONDS = 5.0
FIRST_RETRY_SECONDS = 2.0
SHORT_SECONDS = 15.0
"""A file that is prepared for longer is a long one, however small it is: hours of silence take a few bytes. On one core
it is half an hour of speech that is prepared in this time."""


class Works(NamedTuple):
    """What does the work that is taken."""

    processor: Processor
    sender: WebhookSender


class _TurnedOutLong(Exception):
    """A file is prepared for longer than was expected, and there is no slot for a long one."""

    def __init__(self, file: ClaimedJob) -> None:
        super().__init__()
        self.file = file


class LeaseKeeper:
    """Where a consumer's slots take their work."""

    def __init__(
        self, jobs: JobRepository, chunks: ChunkRepository, works: Works, notifier: Notifier, terms: Terms
    ) -> None:
        self._jobs, self._chunks, self._notifier = jobs, chunks, notifier
        self._processor, self._sender = works
        self._terms = terms
        self._company = Company()
        self._vigil = Vigil((jobs, chunks, self._sender.deliveries))
        self._taking = asyncio.Lock()
        self._long: dict[Lane, set[Claimed]] = {lane: set() for lane in Lane}
        self._looks, self._vain_look = dict.fromkeys(Lane, 0), dict.fromkeys(Lane, 0)

    async def work(self, lane: Lane) -> bool:
        """Take the best work of a lane and see it through; `False` if there was none, or other work has to be alone.

        Raises:
            DatabaseUnavailable: nothing could be taken.
        """
        claimed = await self._take(lane)
        if claimed is None:
            return False
        names = {**claimed.names, "attempt": claimed.claim.attempt, "worker": self._terms.worker_id}
        try:
            # Whatever is logged on the way, by whichever part, says what it is about.
            with bound_contextvars(**names), HOLDING.labels(lane).track_inprogress():
                await self._see_through(claimed)
        finally:
            self._company.leave(claimed.claim)
            self._long[lane].discard(claimed)
        return True

    async def _see_through(self, claimed: Claimed) -> None:
        log.info("work_taken", work=claimed.name, deaths=claimed.claim.deaths)
        if claimed.claim.is_hopeless:
            await self._settle(claimed, lambda: claimed.give_up(deadly(claimed.claim.deaths)))
            ATTEMPTS.labels(claimed.lane, "hopeless").inc()
            return
        with ATTEMPT_SECONDS.labels(claimed.lane).time(), traced(claimed, self._terms.worker_id) as note:
            outcome = await self._attempt(claimed)
            note(outcome)
        ATTEMPTS.labels(claimed.lane, outcome).inc()

    async def _take(self, lane: Lane) -> Claimed | None:
        """One at a time: two that have to be alone would each die with the other while it waits."""
        asked = self._looks[lane]
        async with self._taking:
            # Many slots ask at the same moment: what one of them has looked for in vain since, nobody will find.
            if self._company.is_closed or self._vain_look[lane] > asked:
                return None
            self._looks[lane] += 1
            claimed = await self._best_of(lane)
            if claimed is None:
                self._vain_look[lane] = self._looks[lane]
                return None
            self._company.join(claimed.claim)
            if claimed.is_long:
                self._long[lane].add(claimed)
            return claimed

    async def _best_of(self, lane: Lane) -> Claimed | None:
        terms, short = self._terms, self._only_short(lane)
        who = terms.worker_id, terms.lease_seconds
        if lane is Lane.JOBS:
            job = await self._jobs.claim(*who, only_short=short)
            return job and ClaimedJob(self._jobs, self._processor, *job)
        if lane is Lane.CHUNKS:
            chunk = await self._chunks.claim(*who, at_most=terms.window_seconds if short else math.inf)
            return chunk and ClaimedChunk(self._chunks, self._processor, self._notifier, chunk, terms.window_seconds)
        delivery = await self._sender.deliveries.claim(*who)
        return delivery and ClaimedDelivery(self._sender, delivery)

    def _only_short(self, lane: Lane) -> bool:
        """Whether as many long pieces are worked at as may be.

        Short clips fill slots, and the batches of the engine, as they come. Long files must not: whoever comes behind
        them would wait for all of them.
        """
        return len(self._long[lane]) >= self._terms.long.get(lane, math.inf)

    async def _attempt(self, claimed: Claimed) -> str:
        """Run it and settle how it went; how, in a word."""
        try:
            await self._run_under_lease(claimed)
        except asyncio.CancelledError:
            ATTEMPTS.labels(claimed.lane, "stopped").inc()
            await asyncio.shield(self._give_back(claimed, delay_seconds=0, reason="Consumer stopped."))
            raise
        except ClaimLost:
            await self._lose(claimed)
            _note_stale(claimed)
            return "lost"
        except _TurnedOutLong as found:
            log.info("work_put_behind", work=claimed.name)
            await self._settle(claimed, found.file.put_behind)
            return "put_behind"
        except Unavailable as error:
            await self._give_back(claimed, delay_seconds=OUTAGE_DELAY_SECONDS, reason=error.message)
            return "outage"
        except JobFailure as error:
            log.warning("job_failed", work=claimed.name, code=error.error_code, reason=error.message)
            failure = error
            await self._settle(claimed, lambda: claimed.fail(failure))
            return "refused"
        except Exception as error:
            await self._retry(claimed, error)
            return "failed"
        log.info("work_done", work=claimed.name)
        return "done"

    async def _give_back(self, claimed: Claimed, *, delay_seconds: float, reason: str, counted: bool = False) -> None:
        await self._settle(
            claimed, lambda: claimed.give_back(delay_seconds=delay_seconds, counted=counted, reason=reason)
        )

    async def _retry(self, claimed: Claimed, error: Exception) -> None:
        known = error if isinstance(error, SttError) else SttError(f"Unexpected error: {error!r}")
        log.warning(
            "attempt_failed", work=claimed.name, tries=claimed.claim.tries, reason=known.message, exc_info=error
        )
        if claimed.claim.tries >= self._terms.max_tries:
            await self._settle(claimed, lambda: claimed.give_up(known))
            return
        delay = FIRST_RETRY_SECONDS * 2 ** (claimed.claim.tries - 1) * random.uniform(0.8, 1.2)  # noqa: S311
        delay = min(delay, LONGEST_DELAY_SECONDS)
        await self._give_back(claimed, delay_seconds=delay, reason=known.message, counted=True)

    async def _run_under_lease(self, claimed: Claimed) -> None:
        """Run the work in its turn, beside its heartbeat; whichever fails first stops the other."""

        async def run() -> None:
            await self._company.turn_of(claimed.claim)
            await claimed.run()

        work = asyncio.create_task(run(), name=claimed.name)
        heart = asyncio.create_task(self._beat(claimed), name=f"lease {claimed.name}")
        try:
            await asyncio.wait({work, heart}, return_when=asyncio.FIRST_COMPLETED)
            if heart.done() and not work.done():
                await heart
            await work
        finally:
            for task in (work, heart):
                task.cancel()
            await asyncio.gather(work, heart, return_exceptions=True)

    async def _beat(self, claimed: Claimed) -> None:
        lease = self._terms.lease_seconds
        long_from = time.monotonic() + SHORT_SECONDS
        while True:
            await self._watch(claimed.claim, min(lease / HEARTBEATS_PER_LEASE, SHORT_SECONDS))
            if isinstance(claimed, ClaimedJob) and claimed.may_turn_out_long and time.monotonic() >= long_from:
                self._note_long(claimed)
            with contextlib.suppress(Unavailable):
                await claimed.keep(lease)

    async def _watch(self, claim: Claim, seconds: float) -> None:
        """Wait so long; raises `ClaimLost` as soon as the claim is found to be void."""
        until = time.monotonic() + seconds
        self._vigil.begin(claim)
        try:
            while (left := until - time.monotonic()) > 0:
                await asyncio.sleep(min(left, LOOK_SECONDS))
                if left > LOOK_SECONDS and await self._vigil.is_void(claim):
                    raise ClaimLost
        finally:
            self._vigil.end(claim)

    def _note_long(self, file: ClaimedJob) -> None:
        long = self._long[Lane.JOBS]
        if file not in long and self._only_short(Lane.JOBS):
            raise _TurnedOutLong(file)
        long.add(file)

    async def _lose(self, claimed: Claimed) -> None:
        log.warning("claim_lost", work=claimed.name, attempt=claimed.claim.attempt)
        await self._settle(claimed, claimed.overtaken)

    async def _settle(self, claimed: Claimed, write: Callable[[], Awaitable[None]]) -> None:
        """Record an outcome; if that cannot be, the lease runs out and the work is taken again."""
        try:
            await patiently(write, self._terms.lease_seconds)
        except ClaimLost:
            await self._lose(claimed)
            _note_stale(claimed)
        except Unavailable as error:
            log.warning("outcome_not_recorded", work=claimed.name, reason=error.message)


def _note_stale(claimed: Claimed) -> None:
    log.warning("claim_lost", work=claimed.name)
    STALE_WRITES.labels(claimed.lane).inc()
