"""Rings without messages."""

import asyncio

from stt.core.messaging.embedded import MOST_RINGS, EmbeddedQueue
from stt.domain.jobs.messages import Lane


async def test_rings_nobody_hears_take_no_memory_and_do_not_echo_for_ever():
    queue = EmbeddedQueue()
    for _ in range(10 * MOST_RINGS):
        await queue.publish(Lane.CHUNKS, b"{}")
    heard = 0
    async with asyncio.timeout(5):
        while await _rings(queue):
            heard += 1
    assert heard == MOST_RINGS


async def _rings(queue):
    waiting = asyncio.create_task(queue.next(Lane.CHUNKS, 0.2))
    done, _ = await asyncio.wait({waiting}, timeout=0.1)
    await waiting
    return bool(done)


async def test_there_is_never_a_message():
    queue = EmbeddedQueue()
    await queue.publish(Lane.JOBS, b"{}")
    assert await queue.next(Lane.JOBS, 1) is None
