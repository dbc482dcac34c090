"""Slots, tickets and what becomes of them."""

import asyncio
import contextlib

import pytest

from stt.consumer import loop
from stt.consumer.handlers.stt_handler import SttHandler
from stt.consumer.loop import Consumer
from stt.consumer.orders import Orders
from stt.domain.errors import DatabaseUnavailable
from stt.domain.jobs.messages import JobMessage, Lane
from stt.domain.jobs.queue import Duty

MESSAGE = JobMessage("j", "uploads/j/a.mp3", "vi", "demo").encode()


class FakeTicket:
    def __init__(self, body=MESSAGE):
        self.body = body
        self.settled = self.rejected = False

    async def settle(self):
        self.settled = True

    async def reject(self):
        self.rejected = True


class FakeQueue:
    def __init__(self, *tickets):
        self.tickets = list(tickets)
        self.patience = []
        self.rests = 0

    async def next(self, lane, patience):
        self.patience.append(patience)
        if lane is Lane.JOBS and self.tickets:
            return self.tickets.pop(0)
        await asyncio.sleep(min(patience, 0.01))
        return None

    async def rest(self):
        self.rests += 1


class Wanted:
    """What is wanted of a consumer."""

    def __init__(self):
        self.duty = Duty.WORK

    async def __call__(self):
        return self.duty


class FakeKeeper:
    def __init__(self, *outcomes):
        self.outcomes = list(outcomes)
        self.calls = 0

    async def has_calls(self, number):
        return self.calls >= number

    async def work(self, lane):
        self.calls += 1
        outcome = self.outcomes.pop(0) if self.outcomes else False
        if isinstance(outcome, Exception):
            raise outcome
        if callable(outcome):
            return await outcome()
        return outcome


class FakeIntake:
    def __init__(self, *errors):
        self.errors = list(errors)
        self.adopted = []

    async def adopt(self, message):
        if self.errors:
            raise self.errors.pop(0)
        self.adopted.append(message)
        return True


@pytest.fixture(autouse=True)
def no_pauses(monkeypatch):
    monkeypatch.setattr(loop, "OUTAGE_PAUSE_SECONDS", 0.0)


def consumer_of(queue, keeper, intake=None, orders=None):
    orders = orders or Orders(Wanted(), queue)
    return Consumer(queue, keeper, SttHandler(intake or FakeIntake()), {Lane.JOBS: 1}, 0.5, orders)


async def run_for(seconds, queue, keeper, intake=None):
    consumer = consumer_of(queue, keeper, intake)
    with contextlib.suppress(TimeoutError):
        await asyncio.wait_for(consumer.run(), seconds)


async def test_a_ticket_is_settled_when_its_work_is_done():
    ticket = FakeTicket()
    await run_for(0.1, FakeQueue(ticket), FakeKeeper(True))
    assert ticket.settled


async def test_a_ticket_without_work_is_settled_too():
    ticket = FakeTicket()
    await run_for(0.1, FakeQueue(ticket), FakeKeeper(False))
    assert ticket.settled


async def test_a_ticket_is_held_while_its_work_goes_on_but_not_for_ever(monkeypatch):
    monkeypatch.setattr(loop, "HOLD_SECONDS", 0.1)
    ticket, seen = FakeTicket(), []

    async def slow():
        await asyncio.sleep(0.05)
        seen.append(ticket.settled)
        await asyncio.sleep(0.15)
        seen.append(ticket.settled)
        return True

    await run_for(0.4, FakeQueue(ticket), FakeKeeper(slow))
    assert seen == [False, True]


async def test_a_ticket_in_hand_goes_back_unsettled_when_the_consumer_stops():
    ticket = FakeTicket()

    async def endless():
        await asyncio.sleep(60)

    await run_for(0.1, FakeQueue(ticket), FakeKeeper(endless))
    assert not ticket.settled
    assert not ticket.rejected


async def test_a_message_nobody_understands_is_rejected_and_the_slot_lives_on():
    bad, good = FakeTicket(b"not json"), FakeTicket()
    await run_for(0.1, FakeQueue(bad, good), FakeKeeper(False, True))
    assert bad.rejected
    assert good.settled


async def test_a_foreign_message_waits_for_the_database_instead_of_being_lost():
    ticket, intake = FakeTicket(), FakeIntake(DatabaseUnavailable(), DatabaseUnavailable())
    await run_for(1.0, FakeQueue(ticket), FakeKeeper(True), intake)
    assert [m.job_id for m in intake.adopted] == ["j"]
    assert ticket.settled


async def test_work_is_found_without_any_ticket_and_then_looked_for_at_once():
    queue, keeper = FakeQueue(), FakeKeeper(True, True, False)
    await run_for(0.2, queue, keeper)
    assert keeper.calls >= 3
    assert queue.patience[:3] == [0.0, 0.0, 0.0]
    assert 0.0 < queue.patience[3] <= 0.5


async def test_a_slot_looks_again_after_work_that_came_with_a_ticket():
    queue = FakeQueue(FakeTicket())
    await run_for(0.1, queue, FakeKeeper(True, False))
    assert queue.patience[:2] == [0.0, 0.0]
    assert 0.0 < queue.patience[2] <= 0.5


async def test_idle_slots_look_at_the_same_moments(monkeypatch):
    now = [100.0]
    monkeypatch.setattr(loop.time, "monotonic", lambda: now[0])
    consumer = Consumer(FakeQueue(), FakeKeeper(), None, {}, 0.5, None)
    moments = set()
    for second in (100.0, 100.1, 100.49):
        now[0] = second
        moments.add(round(second + consumer._until_look(), 6))
    assert moments == {100.5}


async def test_an_outage_or_a_bug_never_ends_a_slot():
    keeper = FakeKeeper(DatabaseUnavailable(), RuntimeError("bug"), True)
    await run_for(0.3, FakeQueue(FakeTicket(), FakeTicket(), FakeTicket()), keeper)
    assert keeper.calls >= 3
