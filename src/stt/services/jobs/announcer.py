"""Telling consumers about accepted jobs, without ever keeping an upload waiting."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence

import structlog

from stt.core.messaging.base import TicketQueue
from stt.domain.errors import QueueUnavailable, Unavailable
from stt.domain.jobs.job import Job
from stt.domain.jobs.messages import JobMessage, Lane
from stt.repositories.jobs.job_repository import JobRepository
from stt.repositories.jobs.new_jobs import NewJob

log = structlog.get_logger()

BATCH = 64
"""Tickets published at once, and marked in one transaction."""
BACKLOG = 2048
"""Tickets kept in memory while the broker is slow; what is over is left to the sweep."""


class Announcer:
    """Publishes the ticket of every job in the background and notes in the job's row that it was confirmed.

    The rows are the truth: a ticket that was not confirmed, for whatever reason and in whichever process, is
    issued again by the sweep.
    """

    def __init__(self, queue: TicketQueue, jobs: JobRepository, *, sweep_seconds: float = 5.0) -> None:
        self._queue = queue
        self._jobs = jobs
        self._sweep_seconds = sweep_seconds
        self._rung: asyncio.Queue[JobMessage] = asyncio.Queue(maxsize=BACKLOG)
        self._tasks: list[asyncio.Task[None]] = []

    def ring(self, job: Job | NewJob) -> None:
        """Have a ticket issued for a job that is stored; returns at once and never fails."""
        if not self._rung.full():
            self._rung.put_nowait(_ticket(job))

    async def start(self) -> None:
        """Begin publishing."""
        steps = (self._announce_rung, self._sweep)
        self._tasks = [asyncio.create_task(self._forever(step)) for step in steps]

    async def close(self) -> None:
        """Stop publishing; what is left over is found by the next sweep."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self._tasks = []

    async def _forever(self, step: Callable[[], Awaitable[None]]) -> None:
        while True:
            try:
                await step()
            except Unavailable as error:
                log.warning("announcing_delayed", reason=error.message)
                await asyncio.sleep(self._sweep_seconds)
            except Exception:
                # Whatever it was must not end the announcing of every later job.
                log.exception("announcing_failed")
                await asyncio.sleep(self._sweep_seconds)

    async def _announce_rung(self) -> None:
        tickets = [await self._rung.get()]
        while len(tickets) < BATCH and not self._rung.empty():
            tickets.append(self._rung.get_nowait())
        await self._announce(tickets)

    async def _sweep(self) -> None:
        await asyncio.sleep(self._sweep_seconds)
        more = True
        while more:
            overdue = await self._jobs.unannounced(older_than=self._sweep_seconds, limit=BATCH)
            all_confirmed = await self._announce([_ticket(job) for job in overdue])
            more = all_confirmed and len(overdue) == BATCH

    async def _announce(self, tickets: Sequence[JobMessage]) -> bool:
        """Publish, and mark what was confirmed; `False` if something was not."""
        confirmed = await asyncio.gather(*(self._publish(ticket) for ticket in tickets))
        job_ids = [ticket.job_id for ticket, done in zip(tickets, confirmed, strict=True) if done]
        if job_ids:
            await self._jobs.mark_announced(*job_ids)
        return all(confirmed)

    async def _publish(self, ticket: JobMessage) -> bool:
        try:
            await self._queue.publish(Lane.JOBS, ticket.encode())
        except QueueUnavailable as error:
            log.warning("ticket_not_confirmed", job_id=ticket.job_id, reason=error.message)
            return False
        return True


def _ticket(job: Job | NewJob) -> JobMessage:
    return JobMessage(job.job_id, job.object_key, job.language, job.model)
