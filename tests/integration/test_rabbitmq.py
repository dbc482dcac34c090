"""What RabbitMQ does with our tickets, seen from outside as well."""

import asyncio
import time

import aio_pika
import pytest

from stt.domain.errors import InvalidRequest, QueueUnavailable
from stt.domain.jobs.messages import Lane

LONG, SHORT = 10.0, 0.3
BODY = b'{"job_id": "j", "minio_path": "uploads/j/a.mp3", "language": "vi", "model": "medium"}'


async def take(queue, count, lane=Lane.JOBS):
    tickets = [await queue.next(lane, LONG) for _ in range(count)]
    assert None not in tickets
    return tickets


async def test_a_message_on_the_wire_is_the_body_and_survives_a_restart(rabbit, queue_prefix, broker_channel):
    queue = await rabbit()
    await queue.publish(Lane.JOBS, BODY)
    declared = await broker_channel.get_queue(f"{queue_prefix}.jobs")
    message = await declared.get(no_ack=True)
    assert message.body == BODY
    assert message.content_type == "application/json"
    assert message.delivery_mode == aio_pika.DeliveryMode.PERSISTENT


async def test_a_message_of_another_producer_is_a_ticket(rabbit, queue_prefix, broker_channel):
    queue = await rabbit(prefetch={Lane.JOBS: 1})
    await queue.check()
    await broker_channel.default_exchange.publish(aio_pika.Message(BODY), f"{queue_prefix}.jobs")
    (ticket,) = await take(queue, 1)
    assert ticket.body == BODY


async def test_no_more_tickets_are_held_than_the_lane_has_slots(rabbit):
    queue = await rabbit(prefetch={Lane.JOBS: 2, Lane.CHUNKS: 1})
    for _ in range(3):
        await queue.publish(Lane.JOBS, BODY)
    await queue.publish(Lane.CHUNKS, b"{}")
    first, _ = await take(queue, 2)
    assert await queue.next(Lane.JOBS, SHORT) is None
    await take(queue, 1, Lane.CHUNKS)
    await first.settle()
    await take(queue, 1)


async def test_only_lanes_with_slots_that_were_asked_for_are_consumed(rabbit, queue_prefix, broker_channel):
    queue = await rabbit(prefetch={Lane.JOBS: 1, Lane.CHUNKS: 1})
    await queue.check()
    await queue.next(Lane.JOBS, SHORT)
    counts = {}
    for lane in Lane:
        declared = await broker_channel.declare_queue(f"{queue_prefix}.{lane}", passive=True)
        counts[lane] = declared.declaration_result.consumer_count
    assert counts == {**dict.fromkeys(Lane, 0), Lane.JOBS: 1}
    with pytest.raises(KeyError):
        await (await rabbit()).next(Lane.JOBS, SHORT)


async def test_a_settled_ticket_never_comes_back(rabbit):
    queue = await rabbit(prefetch={Lane.JOBS: 1})
    await queue.publish(Lane.JOBS, BODY)
    (ticket,) = await take(queue, 1)
    await ticket.settle()
    await ticket.settle()
    await queue.close()
    assert await (await rabbit(prefetch={Lane.JOBS: 1})).next(Lane.JOBS, 2 * SHORT) is None


async def test_tickets_unsettled_at_close_are_handed_to_others(rabbit):
    leaving = await rabbit(prefetch={Lane.JOBS: 3})
    bodies = [b"in hand", b"not looked at", b"not even delivered", b"nor this"]
    for body in bodies:
        await leaving.publish(Lane.JOBS, body)
    (in_hand,) = await take(leaving, 1)
    await leaving.close()
    await in_hand.settle()
    staying = await rabbit(prefetch={Lane.JOBS: 4})
    assert sorted(ticket.body for ticket in await take(staying, 4)) == sorted(bodies)


async def test_a_rejected_ticket_lies_in_the_dead_letters(rabbit, queue_prefix, broker_channel):
    queue = await rabbit(prefetch={Lane.JOBS: 1})
    await queue.publish(Lane.JOBS, b"nonsense")
    await queue.publish(Lane.JOBS, BODY)
    (nonsense,) = await take(queue, 1)
    await nonsense.reject()
    (good,) = await take(queue, 1)
    assert good.body == BODY
    await good.settle()
    dead = await broker_channel.get_queue(f"{queue_prefix}.dead")
    letter = await dead.get(no_ack=True)
    assert letter.body == b"nonsense"
    assert await dead.get(no_ack=True, fail=False) is None


async def test_publishing_and_consuming_have_a_connection_each(rabbit, proxied_url, broker_proxy):
    queue = await rabbit(url=proxied_url, prefetch=dict.fromkeys(Lane, 1))
    for lane in Lane:
        await queue.publish(lane, BODY)
        await take(queue, 1, lane)
    assert broker_proxy.accepted == 2


async def test_a_queue_that_exists_with_other_properties_is_named(rabbit, queue_prefix, broker_channel):
    await broker_channel.declare_queue(f"{queue_prefix}.jobs", durable=True)
    queue = await rabbit(prefetch={Lane.JOBS: 1})
    with pytest.raises(QueueUnavailable, match=rf"other properties.*{queue_prefix}\.jobs"):
        await queue.check()
    assert await queue.next(Lane.JOBS, SHORT) is None
    await broker_channel.queue_delete(f"{queue_prefix}.jobs")
    await queue.check()


async def test_a_wrong_password_is_said_to_be_one(rabbit, proxied_url):
    scheme, _, rest = proxied_url.rpartition("@")
    queue = await rabbit(url=f"{scheme}wrong@{rest}")
    with pytest.raises(QueueUnavailable, match="user name or the password; check RABBITMQ_URL") as refused:
        await queue.check()
    assert "wrong" not in refused.value.message


async def test_a_broker_that_is_away_is_named(rabbit, proxied_url, broker_proxy):
    await broker_proxy.drop()
    queue = await rabbit(url=proxied_url)
    with pytest.raises(QueueUnavailable, match=broker_proxy.address):
        await queue.check()


@pytest.mark.parametrize("url", ["", "localhost:5672", "http://localhost:5672/", "amqp://"])
async def test_an_address_that_is_none_is_refused(rabbit, url):
    with pytest.raises(InvalidRequest, match="amqp://user:password@host:5672/vhost") as refused:
        await rabbit(url=url)
    assert refused.value.error_code == "invalid_rabbitmq_url"


async def test_many_tickets_are_published_at_once(rabbit, queue_prefix, broker_channel):
    queue = await rabbit()
    began = time.monotonic()
    await asyncio.gather(*(queue.publish(Lane.CHUNKS, b"%d" % n) for n in range(500)))
    assert time.monotonic() - began < LONG
    declared = await broker_channel.declare_queue(f"{queue_prefix}.chunks", passive=True)
    assert declared.declaration_result.message_count == 500
