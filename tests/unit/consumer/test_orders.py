"""Pausing, going on, and ending when all is finished."""

import asyncio

import pytest

from stt.consumer.orders import Orders
from stt.domain.errors import DatabaseUnavailable
from stt.domain.jobs.queue import Duty
from tests.eventually import eventually
from tests.unit.consumer.test_loop import FakeKeeper, FakeQueue, FakeTicket, Wanted, consumer_of


class Work:
    """Work that goes on until it is let go."""

    def __init__(self):
        self.begun, self.may_end, self.done = asyncio.Event(), asyncio.Event(), False

    async def __call__(self):
        self.begun.set()
        await self.may_end.wait()
        self.done = True
        return True

    async def is_done(self):
        return self.done


async def at_work(queue, *outcomes):
    """A consumer that has begun with a piece of work: itself, that piece, its keeper, and what is wanted of it."""
    work, wanted = Work(), Wanted()
    keeper, orders = FakeKeeper(work, *outcomes), Orders(wanted, queue)
    running = asyncio.create_task(consumer_of(queue, keeper, orders=orders).run())
    await work.begun.wait()
    return running, work, keeper, wanted, orders


async def test_who_drains_finishes_what_it_holds_takes_nothing_new_and_ends():
    queue = FakeQueue()
    running, work, keeper, wanted, orders = await at_work(queue, True, True)
    wanted.duty = Duty.DRAIN
    await orders.look()
    queue.tickets = [behind := FakeTicket()]
    assert not running.done()
    work.may_end.set()
    await asyncio.wait_for(running, 30)
    assert (work.done, keeper.calls, queue.rests) == (True, 1, 1)
    assert not behind.settled


async def test_who_drains_goes_on_draining_whatever_is_wanted_then():
    wanted = Wanted()
    orders = Orders(wanted, FakeQueue())
    for duty in (Duty.DRAIN, Duty.WORK, Duty.PAUSE):
        wanted.duty = duty
        await orders.look()
        assert not await orders.next_is_wanted()


async def test_who_pauses_takes_nothing_until_it_is_to_work_again():
    running, work, keeper, wanted, orders = await at_work(FakeQueue(), True, True, True)
    wanted.duty = Duty.PAUSE
    await orders.look()
    work.may_end.set()
    await eventually(work.is_done)
    for _ in range(100):
        await asyncio.sleep(0)
    assert keeper.calls == 1
    wanted.duty = Duty.WORK
    await orders.look()
    await eventually(lambda: keeper.has_calls(4))
    running.cancel()
    await asyncio.wait({running})


async def test_a_paused_consumer_may_drain():
    running, work, keeper, wanted, orders = await at_work(FakeQueue())
    work.may_end.set()
    for wanted.duty in (Duty.PAUSE, Duty.DRAIN):
        await orders.look()
    await asyncio.wait_for(running, 30)
    assert keeper.calls >= 1


async def test_a_ticket_that_comes_as_the_pause_begins_goes_back_untouched():
    wanted, ticket, asked = Wanted(), FakeTicket(), asyncio.Event()
    queue, keeper = FakeQueue(), FakeKeeper()

    async def late(_lane, _patience):
        wanted.duty = Duty.PAUSE
        await orders.look()
        asked.set()
        return ticket

    queue.next, orders = late, Orders(wanted, queue)
    running = asyncio.create_task(consumer_of(queue, keeper, orders=orders).run())
    await asked.wait()
    for _ in range(100):
        await asyncio.sleep(0)
    assert (keeper.calls, ticket.settled, ticket.rejected, queue.rests) == (0, False, False, 1)
    running.cancel()
    await asyncio.wait({running})


async def test_a_duty_holds_while_nobody_can_tell():
    async def away():
        raise DatabaseUnavailable

    orders = Orders(away, FakeQueue())
    with pytest.raises(DatabaseUnavailable):
        await orders.look()
    assert orders.are_to_work
