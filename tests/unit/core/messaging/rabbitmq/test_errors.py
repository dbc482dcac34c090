"""Failures of the broker, and cancellations that are none of its business."""

import asyncio
import contextlib

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


async def test_a_cancellation_that_the_client_library_forgets_is_kept():
    answered = asyncio.Event()

    async def asking():
        with translated("broker"), contextlib.suppress(asyncio.CancelledError):
            await answered.wait()
        await asyncio.sleep(60)

    task = asyncio.create_task(asking())
    await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        async with asyncio.timeout(1):
            await task


async def test_who_tidies_up_after_a_cancellation_may_ask_the_broker():
    told = []

    async def working():
        try:
            await asyncio.sleep(60)
        finally:
            with translated("broker"):
                told.append("closed")
            with pytest.raises(QueueUnavailable), translated("broker"):
                raise asyncio.CancelledError
            told.append("lost")

    task = asyncio.create_task(working())
    await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert told == ["closed", "lost"]
