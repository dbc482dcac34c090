"""Failures of the broker, and cancellations that are none of its business."""

import asyncio

import pytest

from stt.core.messaging.rabbitmq.errors import translated
from stt.domain.errors import QueueUnavailable


async def test_a_cancellation_from_the_client_library_is_an_outage():
    with pytest.raises(QueueUnavailable, match="broker: the connection was lost"), translated("broker"):
        raise asyncio.CancelledError


async def test_a_cancellation_of_the_task_stays_one():
    async def working():
        with translated("broker"):
            await asyncio.sleep(60)

    task = asyncio.create_task(working())
    await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task


async def test_time_that_ran_out_is_an_outage():
    with pytest.raises(QueueUnavailable, match="broker: no answer in time") as failure, translated("broker"):
        async with asyncio.timeout(0):
            await asyncio.sleep(60)
    assert isinstance(failure.value.__cause__, TimeoutError)


@pytest.mark.parametrize("error", [OSError("reset"), RuntimeError("closed"), KeyError("frame")])
async def test_whatever_the_client_raises_is_an_outage_with_its_reason(error):
    with pytest.raises(QueueUnavailable, match=str(error)), translated("broker"):
        raise error
