"""Queues of one test or benchmark, on a broker that others use too."""

import asyncio
import contextlib
import uuid
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import aio_pika

from stt.domain.jobs.messages import Lane


@contextlib.contextmanager
def fresh_queues(url: str) -> Iterator[str]:
    """A first part for names of queues that nobody else has; what was made under it is removed afterwards."""
    prefix = f"test-{uuid.uuid4().hex}"
    try:
        yield prefix
    finally:
        names = [f"{prefix}.{name}" for name in (*Lane, "dead")]
        # In a thread of its own: a browser that a test drives runs a loop in this one.
        with ThreadPoolExecutor(1) as thread:
            thread.submit(asyncio.run, _delete(url, names)).result()


async def _delete(url: str, names: list[str]) -> None:
    async with await aio_pika.connect(url) as connection, connection.channel() as channel:
        for name in names:
            await channel.queue_delete(name)
