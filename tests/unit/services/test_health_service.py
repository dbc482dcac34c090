import asyncio
import time

import pytest

from stt.domain.errors import DatabaseUnavailable, QueueUnavailable
from stt.services.health_service import HealthService, Part


async def answers():
    pass


async def hangs():
    await asyncio.sleep(60)


async def queue_away():
    raise QueueUnavailable("amqp://secret@host refused")


async def database_away():
    raise DatabaseUnavailable


async def test_parts_that_answer_have_no_trouble():
    health = await HealthService((Part("database", answers), Part("queue", answers, essential=False))).check()
    assert health.parts == {"database": None, "queue": None}
    assert health.accepts_uploads


async def test_without_an_essential_part_no_upload_is_accepted():
    health = await HealthService((Part("database", database_away), Part("storage", answers))).check()
    assert "database" in health.parts["database"]
    assert health.parts["storage"] is None
    assert not health.accepts_uploads


async def test_without_the_queue_uploads_are_accepted_and_its_address_is_not_told():
    health = await HealthService((Part("database", answers), Part("queue", queue_away, essential=False))).check()
    assert health.accepts_uploads
    assert "queue" in health.parts["queue"]
    assert "secret" not in health.parts["queue"]


@pytest.mark.parametrize("count", [1, 50])
async def test_parts_that_hang_cost_the_patience_once(count):
    parts = tuple(Part(f"part{number}", hangs) for number in range(count))
    began = time.monotonic()
    health = await HealthService(parts, patience=0.2).check()
    assert time.monotonic() - began < 5
    assert set(health.parts.values()) == {"It did not answer within 0.2 s."}
