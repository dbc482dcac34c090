"""Tickets that are published amiss, and what tickets cost in memory; beside the guard, what happens without it."""

import asyncio
import tracemalloc

import aio_pika
import aiormq
import pytest

from stt.domain.errors import QueueUnavailable
from stt.domain.jobs.messages import Lane
from tests.eventually import eventually
from tests.integration.tickets import flows, take

KILOBYTE = 1024


async def test_a_ticket_that_reaches_no_queue_is_an_error_and_the_next_one_arrives(
    rabbit, queue_prefix, broker_channel
):
    queue = await rabbit()
    await queue.publish(Lane.JOBS, b"before")
    await broker_channel.queue_delete(f"{queue_prefix}.jobs")
    with pytest.raises(QueueUnavailable, match="queue is missing"):
        await queue.publish(Lane.JOBS, b"lost")
    await queue.publish(Lane.JOBS, b"after")
    declared = await broker_channel.get_queue(f"{queue_prefix}.jobs")
    assert (await declared.get(no_ack=True)).body == b"after"


async def test_without_the_guard_a_ticket_that_reaches_no_queue_seems_sent(queue_prefix, broker_channel):
    returned = await broker_channel.default_exchange.publish(aio_pika.Message(b"lost"), f"{queue_prefix}.nowhere")
    assert isinstance(returned, aiormq.abc.DeliveredMessage)


async def test_a_publish_that_its_caller_gave_up_spoils_no_other(rabbit):
    queue = await rabbit(prefetch={Lane.JOBS: 1})
    await queue.check()
    for _ in range(20):
        giving_up = asyncio.create_task(queue.publish(Lane.JOBS, b"perhaps"))
        await asyncio.sleep(0)
        giving_up.cancel()
        await asyncio.gather(giving_up, return_exceptions=True)
    assert await flows(queue)


async def test_tickets_that_wait_do_so_at_the_broker(rabbit):
    queue = await rabbit(prefetch={Lane.CHUNKS: 5})
    body = b"x" * 20 * KILOBYTE
    for _ in range(10):
        await asyncio.gather(*(queue.publish(Lane.CHUNKS, body) for _ in range(20)))
    tracemalloc.start()
    try:
        await take(queue, Lane.CHUNKS)
        await eventually(lambda: asyncio.sleep(0, tracemalloc.get_traced_memory()[0] > 5 * len(body)))
        await asyncio.sleep(0.3)
        held, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert 5 * len(body) < held < 20 * len(body)


async def test_settled_tickets_leave_nothing_behind(rabbit):
    queue = await rabbit(prefetch={Lane.CHUNKS: 20})

    async def round_trip(times):
        for _ in range(times):
            await asyncio.gather(*(queue.publish(Lane.CHUNKS, b"x" * KILOBYTE) for _ in range(20)))
            for _ in range(20):
                await (await take(queue, Lane.CHUNKS)).settle()

    await round_trip(5)
    tracemalloc.start()
    try:
        await round_trip(5)
        before, _ = tracemalloc.get_traced_memory()
        await round_trip(50)
        after, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert after - before < 200 * KILOBYTE
