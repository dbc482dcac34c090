"""Waiting for a server that is away, so that finished work is not thrown away with it."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import TypeVar

import structlog

from stt.domain.errors import Unavailable

log = structlog.get_logger()
Result = TypeVar("Result")

PATIENCE_SECONDS = 300.0
"""An outage longer than this gives the work back; the claim keeps it from being done twice meanwhile."""
LONGEST_PAUSE_SECONDS = 5.0


async def patiently(call: Callable[[], Awaitable[Result]], seconds: float = PATIENCE_SECONDS) -> Result:
    """Call again while the answer is `Unavailable`, for at most `seconds`; then raise it."""
    give_up_at = time.monotonic() + seconds
    pause = 0.1
    while True:
        try:
            return await call()
        except Unavailable as error:
            if time.monotonic() + pause > give_up_at:
                raise
            log.warning("waiting_for_server", code=error.error_code, seconds=pause)
        await asyncio.sleep(pause)
        pause = min(2 * pause, LONGEST_PAUSE_SECONDS)
