"""RabbitMQ failing in every way that was met so far; beside each guard, what happens without it."""

import asyncio
import time

import aio_pika
import pytest
from aio_pika.exceptions import ChannelInvalidStateError, ChannelNotFoundEntity

from stt.core.messaging.rabbitmq import link, ticket
from stt.core.messaging.rabbitmq.subscription import Subscription
from stt.domain.errors import QueueUnavailable
from stt.domain.jobs.messages import Lane
from tests.integration.tickets import LONG, flows, publish_through, take

SHORT = 0.3
QUICK_PROBE = 0.5


@pytest.fixture
def impatient(monkeypatch):
    """Takes a broker for dead after half a second of silence."""
    for module in (link, ticket):
        monkeypatch.setattr(module, "ANSWER_SECONDS", 0.5)


@pytest.fixture
def deaf(monkeypatch):
    """Notices nothing that the broker or the connection announces."""
    monkeypatch.setattr(Subscription, "_end", lambda *_: None)


async def exists(connection, name):
    try:
        async with connection.channel() as channel:
            await channel.declare_queue(name, passive=True)
    except ChannelNotFoundEntity:
        return False
    return True


# The broker is away.


async def test_a_broker_away_at_the_start_is_waited_for(rabbit, proxied_url, broker_proxy):
    await broker_proxy.drop()
    queue = await rabbit(url=proxied_url, prefetch={Lane.JOBS: 1})
    assert await queue.next(Lane.JOBS, SHORT) is None
    with pytest.raises(QueueUnavailable):
        await queue.publish(Lane.JOBS, b"before")
    await broker_proxy.restore()
    assert await flows(queue)


async def test_queues_are_declared_as_soon_as_the_broker_is_there(
    rabbit, queue_prefix, proxied_url, broker_proxy, broker_connection
):
    await broker_proxy.drop()
    await rabbit(url=proxied_url)
    assert not await exists(broker_connection, f"{queue_prefix}.jobs")
    await broker_proxy.restore()
    for _ in range(600):
        if await exists(broker_connection, f"{queue_prefix}.jobs"):
            return
        await asyncio.sleep(0.1)
    pytest.fail("the queues were never declared")


async def test_waiting_for_a_broker_uses_patience_and_no_processor(rabbit, proxied_url, broker_proxy):
    await broker_proxy.drop()
    queue = await rabbit(url=proxied_url, prefetch=dict.fromkeys(Lane, 1))
    began, worked = time.monotonic(), time.process_time()
    assert await asyncio.gather(*(queue.next(lane, 2.0) for lane in Lane)) == [None] * len(Lane)
    assert 2.0 <= time.monotonic() - began < 10
    assert time.process_time() - worked < 0.5


async def test_a_silent_broker_fails_a_publish_within_seconds(rabbit, proxied_url, broker_proxy, impatient):
    queue = await rabbit(url=proxied_url)
    await queue.publish(Lane.JOBS, b"before")
    broker_proxy.blackhole()
    began = time.monotonic()
    with pytest.raises(QueueUnavailable, match="no answer in time"):
        await queue.publish(Lane.JOBS, b"lost")
    assert time.monotonic() - began < 4
    await broker_proxy.restore()
    await publish_through(queue, b"after")


async def test_callers_that_wait_for_a_silent_broker_give_up_together(rabbit, proxied_url, broker_proxy, monkeypatch):
    monkeypatch.setattr("stt.core.messaging.rabbitmq.queue.PUBLISH_SECONDS", 1.0)
    broker_proxy.blackhole()
    queue = await rabbit(url=proxied_url)
    async with asyncio.timeout(15):
        results = await asyncio.gather(*(queue.publish(Lane.JOBS, b"lost") for _ in range(20)), return_exceptions=True)
    assert {type(result) for result in results} == {QueueUnavailable}


async def test_closing_does_not_wait_for_a_silent_broker(rabbit, proxied_url, broker_proxy, impatient):
    queue = await rabbit(url=proxied_url, prefetch={Lane.JOBS: 1})
    assert await flows(queue)
    broker_proxy.blackhole()
    began = time.monotonic()
    await queue.close()
    assert time.monotonic() - began < 5
    with pytest.raises(QueueUnavailable, match="closed"):
        await queue.publish(Lane.JOBS, b"late")


# The connection breaks.


async def test_a_cut_connection_is_made_anew_and_its_tickets_come_back(rabbit, proxied_url, broker_proxy):
    queue = await rabbit(url=proxied_url, prefetch={Lane.JOBS: 2})
    await queue.publish(Lane.JOBS, b"in hand")
    in_hand = await take(queue)
    await broker_proxy.drop()
    assert await queue.next(Lane.JOBS, SHORT) is None
    await broker_proxy.restore()
    again = await take(queue)
    assert again.body == b"in hand"
    await in_hand.settle()
    await in_hand.reject()
    await again.settle()
    assert await flows(queue)


async def test_without_the_guard_answering_on_a_dead_channel_raises(rabbit, queue_prefix, proxied_url, broker_proxy):
    await (await rabbit()).publish(Lane.JOBS, b"in hand")
    connection = await aio_pika.connect(proxied_url)
    channel = await connection.channel()
    message = await (await channel.get_queue(f"{queue_prefix}.jobs")).get()
    await broker_proxy.drop()
    await asyncio.sleep(0.1)
    with pytest.raises(ChannelInvalidStateError):
        await message.ack()
    await connection.close()


async def test_tickets_of_a_lost_connection_are_not_handed_out(rabbit, proxied_url, broker_proxy):
    queue = await rabbit(url=proxied_url, prefetch={Lane.JOBS: 3})
    other = await rabbit(prefetch={Lane.JOBS: 3})
    for number in range(3):
        await queue.publish(Lane.JOBS, b"%d" % number)
    await take(queue)
    await broker_proxy.drop()
    assert sorted([(await take(other)).body for _ in range(3)]) == [b"0", b"1", b"2"]
    assert await queue.next(Lane.JOBS, SHORT) is None


async def test_a_connection_gone_silent_is_found_by_asking(rabbit, proxied_url, broker_proxy, impatient):
    queue = await rabbit(url=proxied_url, prefetch={Lane.JOBS: 1}, probe_seconds=QUICK_PROBE)
    assert await flows(queue)
    silent = broker_proxy.accepted
    broker_proxy.blackhole()
    async with asyncio.timeout(LONG):
        while broker_proxy.accepted == silent:
            assert await queue.next(Lane.JOBS, SHORT) is None
    await broker_proxy.restore()
    assert await flows(queue)


async def test_settling_on_a_silent_connection_ends(rabbit, proxied_url, broker_proxy, impatient):
    queue = await rabbit(url=proxied_url, prefetch={Lane.JOBS: 1})
    await queue.publish(Lane.JOBS, b"in hand")
    in_hand = await take(queue)
    broker_proxy.blackhole()
    began = time.monotonic()
    await in_hand.settle()
    assert time.monotonic() - began < 4


# The connection holds, and yet nothing arrives.


async def test_a_queue_deleted_under_its_consumer_is_made_and_consumed_again(rabbit, queue_prefix, broker_channel):
    queue = await rabbit(prefetch={Lane.JOBS: 1})
    assert await flows(queue)
    await broker_channel.queue_delete(f"{queue_prefix}.jobs")
    assert await flows(queue)


async def test_a_consumer_lost_in_silence_is_found_by_asking(rabbit, queue_prefix, broker_channel, deaf):
    queue = await rabbit(prefetch={Lane.JOBS: 1}, probe_seconds=QUICK_PROBE)
    assert await flows(queue)
    await broker_channel.queue_delete(f"{queue_prefix}.jobs")
    assert await flows(queue)


async def test_without_asking_a_consumer_lost_in_silence_stays_lost(rabbit, queue_prefix, broker_channel, deaf):
    queue = await rabbit(prefetch={Lane.JOBS: 1})
    assert await flows(queue)
    await broker_channel.queue_delete(f"{queue_prefix}.jobs")
    await publish_through(queue, b"after")
    assert await queue.next(Lane.JOBS, 4 * QUICK_PROBE) is None


async def test_a_channel_that_the_broker_closed_is_made_anew(rabbit):
    queue = await rabbit(prefetch={Lane.JOBS: 1})
    await queue.publish(Lane.JOBS, b"in hand")
    in_hand = await take(queue)
    await in_hand._message.channel.basic_ack(delivery_tag=999)  # unknown: the broker answers with 406
    again = await take(queue)
    assert again.body == b"in hand"
    await in_hand.settle()
    await again.settle()
    assert await flows(queue)


async def test_one_lane_in_trouble_leaves_the_other_alone(rabbit, queue_prefix, broker_channel):
    queue = await rabbit(prefetch=dict.fromkeys(Lane, 1))
    await queue.publish(Lane.CHUNKS, b"in hand")
    in_hand = await take(queue, Lane.CHUNKS)
    assert await flows(queue)
    await broker_channel.queue_delete(f"{queue_prefix}.jobs")
    assert await flows(queue)
    await in_hand.settle()
    assert await queue.next(Lane.CHUNKS, SHORT) is None


# Told to stop while it asks.


async def test_a_consumer_that_is_asking_stops_at_once(rabbit):
    for moment in range(60):
        queue = await rabbit(prefetch=dict.fromkeys(Lane, 1), probe_seconds=0.01)
        assert await queue.next(Lane.JOBS, 0.05 + moment / 500) is None
        async with asyncio.timeout(LONG):
            await queue.close()
