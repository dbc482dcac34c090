"""What has to be looked after from time to time, by every consumer; doing it twice does no harm."""

import asyncio
from collections.abc import Awaitable, Callable

import structlog

from stt.domain.errors import SttError

log = structlog.get_logger()


async def rounds(
    name: str, look_after: Callable[[], Awaitable[None]], seconds: float, *, at_once: bool = False
) -> None:
    """Look after it every so many seconds until cancelled, first `at_once` or after as long.

    A round that fails is not the last one.
    """
    await asyncio.sleep(0 if at_once else seconds)
    while True:
        try:
            await look_after()
        except SttError as error:
            log.warning(f"{name}_skipped", code=error.error_code, reason=error.message)
        except Exception:
            log.exception(f"{name}_failed")
        await asyncio.sleep(seconds)
