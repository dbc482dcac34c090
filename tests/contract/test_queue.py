"""What every queue promises. A ticket may be a message or a mere ring: `next` returns early for either."""

import asyncio
import time

import pytest

from stt.domain.jobs.messages import Lane

LONG = 10.0
"""Patience that only a test that fails uses up."""
SHORT = 0.2


@pytest.fixture(autouse=True)
async def _listening(queue):
    """The first `next` of a lane begins to consume, which takes a broker a moment."""
    for lane in Lane:
        await queue.publish(lane, b"warm")
    for lane in Lane:
        assert await _is_woken(queue, lane)


async def _is_woken(queue, lane, patience=LONG):
    """Whether `next` comes back early; a ticket is settled."""
    began = time.monotonic()
    ticket = await queue.next(lane, patience)
    if ticket is not None:
        await ticket.settle()
    return time.monotonic() - began < 0.9 * patience


async def test_the_queue_answers(queue):
    await queue.check()


async def test_patience_ends_without_a_ticket(queue):
    began = time.monotonic()
    assert await queue.next(Lane.JOBS, SHORT) is None
    assert SHORT <= time.monotonic() - began < LONG


async def test_what_a_consumer_that_rests_had_fetched_comes_again_when_it_goes_on(queue):
    await queue.publish(Lane.CHUNKS, b"{}")
    held = await queue.next(Lane.CHUNKS, LONG)
    await queue.rest()
    if held is not None:  # where a broker keeps messages
        assert (await queue.next(Lane.CHUNKS, LONG)).body == held.body
    await queue.publish(Lane.JOBS, b"{}")
    assert await _is_woken(queue, Lane.JOBS)


async def test_no_patience_returns_at_once(queue):
    began = time.monotonic()
    assert await queue.next(Lane.JOBS, 0) is None
    assert time.monotonic() - began < LONG


async def test_a_ticket_wakes_who_waits(queue):
    waiting = asyncio.create_task(_is_woken(queue, Lane.CHUNKS))
    await asyncio.sleep(SHORT)
    await queue.publish(Lane.CHUNKS, b"{}")
    assert await waiting


async def test_a_ticket_issued_while_nobody_waits_is_not_lost(queue):
    await queue.publish(Lane.CHUNKS, b"{}")
    await asyncio.sleep(SHORT)
    assert await _is_woken(queue, Lane.CHUNKS)


async def test_a_ticket_wakes_once(queue):
    await queue.publish(Lane.CHUNKS, b"{}")
    assert await _is_woken(queue, Lane.CHUNKS)
    assert not await _is_woken(queue, Lane.CHUNKS, SHORT)


async def test_as_many_waiters_wake_as_there_are_tickets(queue):
    waiting = [asyncio.create_task(_is_woken(queue, Lane.CHUNKS)) for _ in range(3)]
    await asyncio.sleep(SHORT)
    for _ in range(3):
        await queue.publish(Lane.CHUNKS, b"{}")
    assert await asyncio.gather(*waiting) == [True] * 3


async def test_a_ticket_of_one_lane_wakes_nobody_in_the_other(queue):
    await queue.publish(Lane.JOBS, b"{}")
    assert not await _is_woken(queue, Lane.CHUNKS, SHORT)
    assert await _is_woken(queue, Lane.JOBS)


async def test_a_waiter_that_gives_up_takes_no_ticket_with_it(queue):
    for _ in range(20):
        waiting = asyncio.create_task(queue.next(Lane.CHUNKS, LONG))
        publishing = asyncio.create_task(queue.publish(Lane.CHUNKS, b"{}"))
        await asyncio.sleep(0)
        waiting.cancel()
        await asyncio.gather(waiting, return_exceptions=True)
        await publishing
        assert await _is_woken(queue, Lane.CHUNKS)


async def test_nothing_is_left_running_after_close(queue):
    before = asyncio.all_tasks()
    await queue.close()
    await asyncio.sleep(SHORT)
    assert asyncio.all_tasks() <= before
    assert len(asyncio.all_tasks()) == 1
