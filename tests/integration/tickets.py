"""Tickets on their way through a queue."""

import asyncio

from stt.domain.errors import QueueUnavailable
from stt.domain.jobs.messages import Lane

LONG = 10.0
"""Seconds that only a test that fails waits for."""


async def take(queue, lane=Lane.JOBS):
    taken = await queue.next(lane, LONG)
    assert taken is not None
    return taken


async def publish_through(queue, body, lane=Lane.JOBS):
    """Publish as a caller does that tries again."""
    async with asyncio.timeout(LONG):
        while True:
            try:
                return await queue.publish(lane, body)
            except QueueUnavailable:
                await asyncio.sleep(0.05)


async def flows(queue):
    """Whether a ticket that is published now arrives."""
    await publish_through(queue, b"after")
    async with asyncio.timeout(LONG):
        while (taken := await take(queue)).body != b"after":
            await taken.settle()
    await taken.settle()
    return True
