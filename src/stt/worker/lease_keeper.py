"""Taking work from the database, keeping its lease alive, and settling how it went."""

import asyncio
import contextlib
import math
import random
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

import structlog

from stt.core.messaging.notifier import Notifier
from stt.domain.claim import DEATHS_IN_COMPANY, LONGEST_DELAY_SECONDS
from stt.domain.errors import ClaimLost, JobFailure, SttError, Unavailable
from stt.domain.messages import Lane
from stt.repositories.chunk_repository import ChunkRepository
from stt.repositories.job_repository import JobRepository
from stt.worker.claimed import Claimed, ClaimedChunk, ClaimedJob
from stt.worker.company import Company
from stt.worker.patience import patiently
from stt.worker.processor import Processor

log = structlog.get_logger()

HEARTBEATS_PER_LEASE = 4
OUTAGE_DELAY_SECONDS = 5.0
FIRST_RETRY_SECONDS = 2.0


@dataclass(frozen=True)
class Terms:
    """On what terms work is taken: `worker_id` names this consumer, a lease is in seconds.

    At most `long_chunks` chunks of more than `window_seconds` are claimed at once; shorter ones as there are slots.
    """

    worker_id: str
    lease_seconds: float
    max_tries: int
    long_chunks: int
    window_seconds: float


class LeaseKeeper:
    """Where a consumer's slots take their work."""

    def __init__(
        self, jobs: JobRepository, chunks: ChunkRepository, processor: Processor, notifier: Notifier, terms: Terms
    ) -> None:
        self._jobs, self._chunks, self._processor, self._notifier = jobs, chunks, processor, notifier
        self._terms = terms
        self._company = Company()
        self._taking = asyncio.Lock()
        self._long: set[Claimed] = set()
        self._looks = self._vain_look = 0

    async def work(self, lane: Lane) -> bool:
        """Take the best work of a lane and see it through; `False` if there was none, or other work has to be alone.

        Raises:
            DatabaseUnavailable: nothing could be taken.
        """
        claimed = await self._take(lane)
        if claimed is None:
            return False
        log.info("work_taken", work=claimed.name, attempt=claimed.claim.attempt, deaths=claimed.claim.deaths)
        try:
            await self._see_through(claimed)
        finally:
            self._company.leave(claimed.claim)
            self._long.discard(claimed)
        return True

    async def _see_through(self, claimed: Claimed) -> None:
        if claimed.claim.is_hopeless:
            await self._settle(claimed, lambda: claimed.give_up(_deadly(claimed.claim.deaths)))
        else:
            await self._attempt(claimed)

    async def _take(self, lane: Lane) -> Claimed | None:
        """One at a time: two that have to be alone would each die with the other while it waits."""
        asked = self._looks
        async with self._taking:
            if self._company.is_closed:
                return None
            claimed = await (self._take_job() if lane is Lane.JOBS else self._take_chunk(asked))
            if claimed is not None:
                self._company.join(claimed.claim)
            return claimed

    async def _take_job(self) -> Claimed | None:
        found = await self._jobs.claim(self._terms.worker_id, self._terms.lease_seconds)
        return found and ClaimedJob(self._jobs, self._processor, *found)

    async def _take_chunk(self, asked: int) -> Claimed | None:
        """Take the best chunk, but no more long ones than the terms allow.

        Short clips fill the batches of the engine as they come. A long file, whose chunks are several windows each,
        must not: whoever comes behind it would wait for all of them.
        """
        if self._vain_look > asked:
            # Many slots ask at the same moment: what one of them has looked for in vain since, nobody will find.
            return None
        terms = self._terms
        at_most = math.inf if len(self._long) < terms.long_chunks else terms.window_seconds
        self._looks += 1
        found = await self._chunks.claim(terms.worker_id, terms.lease_seconds, at_most=at_most)
        if found is None:
            self._vain_look = self._looks
            return None
        claimed = ClaimedChunk(self._chunks, self._processor, self._notifier, found)
        if found[0].plan.audio.duration > terms.window_seconds:
            self._long.add(claimed)
        return claimed

    async def _attempt(self, claimed: Claimed) -> None:
        try:
            await self._run_under_lease(claimed)
        except asyncio.CancelledError:
            await asyncio.shield(
                self._settle(
                    claimed, lambda: claimed.give_back(delay_seconds=0, counted=False, reason="Consumer stopped.")
                )
            )
            raise
        except ClaimLost:
            log.warning("claim_lost", work=claimed.name, attempt=claimed.claim.attempt)
        except Unavailable as error:
            reason = error.message
            await self._settle(
                claimed, lambda: claimed.give_back(delay_seconds=OUTAGE_DELAY_SECONDS, counted=False, reason=reason)
            )
        except JobFailure as error:
            log.warning("job_failed", work=claimed.name, code=error.error_code, reason=error.message)
            failure = error
            await self._settle(claimed, lambda: claimed.fail(failure))
        except Exception as error:
            await self._retry(claimed, error)
        else:
            log.info("work_done", work=claimed.name)

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
        await self._settle(claimed, lambda: claimed.give_back(delay_seconds=delay, counted=True, reason=known.message))

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
        while True:
            await asyncio.sleep(lease / HEARTBEATS_PER_LEASE)
            with contextlib.suppress(Unavailable):
                await claimed.keep(lease)

    async def _settle(self, claimed: Claimed, write: Callable[[], Awaitable[None]]) -> None:
        """Record an outcome; if that cannot be, the lease runs out and the work is taken again."""
        try:
            await patiently(write, self._terms.lease_seconds)
        except ClaimLost:
            log.warning("claim_lost", work=claimed.name, attempt=claimed.claim.attempt)
        except Unavailable as error:
            log.warning("outcome_not_recorded", work=claimed.name, reason=error.message)


def _deadly(deaths: int) -> SttError:
    alone = deaths - DEATHS_IN_COMPANY
    return SttError(
        f"Gave up: {deaths} times the process that worked on it died, {alone} times while it did nothing else.",
        code="too_many_attempts",
    )
