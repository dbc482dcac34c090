"""Waiting for what happens by itself."""

import asyncio


async def eventually(condition, seconds=5.0):
    """Return once `await condition()` is true; raises `TimeoutError` if it never is."""
    async with asyncio.timeout(seconds):
        while not await condition():  # noqa: ASYNC110  nothing tells when it has happened
            await asyncio.sleep(0.01)
