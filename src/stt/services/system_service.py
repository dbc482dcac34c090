"""The service as a whole, for people who watch it: what waits, who does what, how much was done, where audio goes."""

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass

from stt.domain.access.destinations import Destination
from stt.domain.jobs.queue import Duty, Held, QueueLook, Worker
from stt.domain.jobs.throughput import Hour
from stt.repositories.consumer_repository import ConsumerRepository
from stt.repositories.queue_repository import QueueRepository
from stt.repositories.throughput_repository import ThroughputRepository

FRESH_SECONDS = 2.0
"""How long a look serves: many who watch make the database no more work than one."""
HOURS = 24
HOURS_FRESH_SECONDS = 30.0
"""Hours change slowly, and take the database longer."""


@dataclass(frozen=True)
class System:
    """How things are; `consumers` are those that run, also while they have nothing to do."""

    queue: QueueLook
    consumers: tuple[Worker, ...]
    hours: tuple[Hour, ...]
    destinations: tuple[Destination, ...]


class SystemService:
    """Looks at the queue, consumers and past hours; raises `DatabaseUnavailable` while the database is away."""

    def __init__(
        self,
        queue: QueueRepository,
        consumers: ConsumerRepository,
        throughput: ThroughputRepository,
        destinations: Sequence[Destination] = (),
    ) -> None:
        self._queue, self._consumers, self._throughput = queue, consumers, throughput
        self._destinations = tuple(destinations)
        self._looking = asyncio.Lock()
        self._found: System | None = None
        self._hours: tuple[Hour, ...] = ()
        self._looked = self._counted = float("-inf")

    async def look(self) -> System:
        """How things are, as of a moment ago."""
        async with self._looking:
            if self._found is None or time.monotonic() - self._looked >= FRESH_SECONDS:
                if time.monotonic() - self._counted >= HOURS_FRESH_SECONDS:
                    self._hours = await self._throughput.hours(HOURS)
                    self._counted = time.monotonic()
                look, running = await self._queue.look(), await self._consumers.running()
                self._found = System(look, running, self._hours, self._destinations)
                self._looked = time.monotonic()
            return self._found

    async def want(self, worker_id: str, duty: Duty) -> list[Held]:
        """Give a consumer that runs a duty; what it holds now. Raises as `ConsumerRepository.want` does."""
        await self._consumers.want(worker_id, duty)
        self._looked = float("-inf")
        return [held for held in (await self.look()).queue.held if held.worker_id == worker_id]
