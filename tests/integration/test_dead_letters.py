"""Messages that nobody understood are looked at, put back and removed, and none is ever lost."""

import aio_pika
import pytest

from stt.core.messaging.rabbitmq.dead_letters import DeadLetters, Fate
from stt.domain.jobs.messages import Lane
from tests.eventually import eventually

GOOD = b'{"job_id": "j", "minio_path": "uploads/j/a.mp3", "language": "vi", "model": "medium"}'


@pytest.fixture
async def letters(rabbitmq_url, queue_prefix):
    letters = DeadLetters(rabbitmq_url, queue_prefix)
    yield letters
    await letters.close()


@pytest.fixture
def reject(rabbit, broker_channel, queue_prefix):
    """Has a consumer refuse messages, and waits until they are among the dead: a broker takes its time over that."""
    refused = []

    async def are_there():
        dead = await broker_channel.declare_queue(f"{queue_prefix}.dead", passive=True)
        return dead.declaration_result.message_count == len(refused)

    async def reject(bodies, lane=Lane.JOBS):
        queue = await rabbit(prefetch={lane: len(bodies)})
        for body in bodies:
            await queue.publish(lane, body)
        for _ in bodies:
            await (await queue.next(lane, 10.0)).reject()
        await queue.close()
        refused.extend(bodies)
        await eventually(are_there)

    return reject


async def there(letters):
    found = await letters.sort(lambda _: Fate.KEPT, 100)
    return [letter for letter, _ in found]


async def test_letters_that_are_looked_at_stay_with_what_is_known_of_them(reject, letters):
    await reject([b"nonsense", GOOD])
    first = await there(letters)
    assert [letter.body for letter in first] == [b"nonsense", GOOD]
    assert all(letter.queue.endswith(".jobs") and letter.died_at for letter in first)
    for _ in range(3):
        assert await there(letters) == first


async def test_a_look_is_no_delivery_that_a_broker_counts(reject, letters, broker_channel, queue_prefix):
    await reject([b"nonsense"])
    for _ in range(3):
        await there(letters)
    queue = await broker_channel.get_queue(f"{queue_prefix}.dead")
    message = await queue.get(no_ack=True)
    assert message.headers.get("x-delivery-count", 0) == 0


async def test_what_is_put_back_is_a_ticket_again_on_the_queue_that_it_was_on(rabbit, reject, letters):
    await reject([b"nonsense", GOOD])
    await reject([b"a chunk"], Lane.CHUNKS)
    chosen = {GOOD: Fate.REQUEUED, b"a chunk": Fate.REQUEUED}
    await letters.sort(lambda letter: chosen.get(letter.body, Fate.KEPT), 100)
    queue = await rabbit(prefetch={Lane.JOBS: 2, Lane.CHUNKS: 1})
    assert (await queue.next(Lane.JOBS, 10.0)).body == GOOD
    assert (await queue.next(Lane.CHUNKS, 10.0)).body == b"a chunk"
    assert [letter.body for letter in await there(letters)] == [b"nonsense"]


async def test_what_is_removed_is_gone(reject, letters):
    await reject([b"1", b"2", b"3"])
    await letters.sort(lambda letter: Fate.REMOVED if letter.body == b"2" else Fate.KEPT, 100)
    assert [letter.body for letter in await there(letters)] == [b"1", b"3"]


async def test_no_more_than_so_many_are_looked_at(reject, letters):
    await reject([b"1", b"2", b"3"])
    assert len(await letters.sort(lambda _: Fate.REMOVED, 2)) == 2
    assert [letter.body for letter in await there(letters)] == [b"3"]


async def test_a_letter_that_somebody_put_there_by_hand_is_one_of_a_job(letters, broker_channel, queue_prefix):
    assert await there(letters) == []
    await broker_channel.default_exchange.publish(aio_pika.Message(GOOD), f"{queue_prefix}.dead")
    [letter] = await there(letters)
    assert (letter.queue, letter.died_at) == (f"{queue_prefix}.jobs", None)
