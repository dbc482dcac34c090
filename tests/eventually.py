"""Waiting for what happens by itself."""

import asyncio


async def eventually(condition, seconds=60.0):
    """What `await condition()` gives once that is true; raises `TimeoutError` if it never is."""
    async with asyncio.timeout(seconds):
        while not (found := await condition()):  # noqa: ASYNC110  nothing tells when it has happened
            await asyncio.sleep(0.01)
    return found
