"""Servers that are killed and a broker that forgets, under the requests of a story.

STT_CHAOS_TROUBLES=2   so many of each
"""

import asyncio
import contextlib
import os
import random
import subprocess

import aio_pika
import pytest

from stt.domain.jobs.messages import Lane
from tests.chaos import story
from tests.chaos.checks import check
from tests.chaos.test_points import SEED
from tests.chaos.trouble import Trouble, in_trouble
from tests.conftest import SCRIPT

pytestmark = [pytest.mark.chaos, pytest.mark.alone]

TROUBLES = int(os.environ.get("STT_CHAOS_TROUBLES", "2"))
TWO_CONSUMERS = ("api", "consumer", "consumer")
WAITING_SECONDS = 20.0
"""Long enough for any story without a lost ticket."""


def services(*arguments):
    subprocess.run([SCRIPT, *arguments], check=True, capture_output=True, timeout=180)


@pytest.fixture
def own_servers(server_settings):
    """The tests may do to the servers whatever they like."""
    run = subprocess.run([SCRIPT, "env"], check=True, capture_output=True, text=True, timeout=60).stdout
    if server_settings.get("STT_TEST_RABBITMQ_URL", "none") not in run:
        pytest.skip("STT_TEST_* name servers that are not those of scripts/services")


@pytest.mark.parametrize("server", ["rabbitmq", "postgres", "minio"])
def test_a_server_that_is_killed_over_and_over_loses_nothing(campaign, undisturbed, own_servers, server):
    running = campaign("distributed")

    def killed():
        services("kill", server)
        return lambda: services("start", server)

    trouble = Trouble(random.Random(SEED), [killed], TROUBLES)
    try:
        in_trouble(running, trouble)
    finally:
        services("start", server)
    print(f"{server}, seed {SEED}: killed {len(trouble.made)} times in {len(running.asked)} jobs")
    check(running, undisturbed)


def asked_of(broker, prefix, request):
    """Have `request(channel, name)` done to each lane's queue."""

    async def done():
        async with await aio_pika.connect(broker) as connection, connection.channel() as channel:
            for lane in Lane:
                await request(channel, f"{prefix}.{lane}")

    asyncio.run(done())


async def _deleted(channel, name):
    await channel.queue_delete(name)


async def _purged(channel, name):
    await (await channel.declare_queue(name, passive=True)).purge()


def forgetful(running, broker):
    """A broker whose queues are deleted, which ends their consumers, or emptied."""
    prefix = running.service.environment["STT_QUEUE_PREFIX"]

    def queues_deleted():
        asked_of(broker, prefix, _deleted)

    def queues_emptied():
        with contextlib.suppress(aio_pika.exceptions.ChannelNotFoundEntity):  # it was deleted a moment ago
            asked_of(broker, prefix, _purged)

    return queues_deleted, queues_emptied


def test_a_broker_that_forgets_costs_no_job(campaign, undisturbed, rabbitmq_url):
    running = campaign("distributed", commands=TWO_CONSUMERS)
    trouble = Trouble(random.Random(SEED), forgetful(running, rabbitmq_url), 2 * TROUBLES)
    in_trouble(running, trouble)
    print(f"broker, seed {SEED}: {trouble.made} in {len(running.asked)} jobs")
    check(running, undisturbed)


def test_a_queue_that_loses_every_ticket_costs_seconds(campaign, undisturbed):
    running = campaign("distributed", STT_CHAOS_TICKETS="0")
    running.tell()
    check(running, undisturbed)


def test_where_nobody_looks_by_himself_a_lost_ticket_is_a_stuck_job(campaign, monkeypatch):
    monkeypatch.setattr(story, "PATIENCE_SECONDS", WAITING_SECONDS)
    running = campaign("distributed", STT_CHAOS_TICKETS="0", STT_POLL_SECONDS="3600")
    with pytest.raises(AssertionError, match="has not ended|no answer"):
        running.tell()
