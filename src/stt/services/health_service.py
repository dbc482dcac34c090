"""Whether the parts that the service stands on answer."""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

import structlog

from stt.domain.errors import SttError, public_sentence

log = structlog.get_logger()

Check = Callable[[], Awaitable[None]]
"""Returns if a part can be worked with; raises what is wrong with it if not."""


Version = Callable[[], Awaitable[str | None]]
"""Tells a version, or raises."""


@dataclass(frozen=True)
class Part:
    """Something the service stands on; without an essential one it can accept no upload."""

    name: str
    check: Check
    essential: bool = True


@dataclass(frozen=True)
class Health:
    """The parts by name: `None` for one that answers, else what is wrong with it."""

    parts: dict[str, str | None]
    accepts_uploads: bool
    tables: str | None = None
    """The version of the database's tables, if it told."""


class HealthService:
    """Asks every part at once, and gives each the same few seconds.

    Who asks while it is being looked gets the same answer: a look writes something small to every disk.
    """

    def __init__(self, parts: tuple[Part, ...], *, tables: Version | None = None, patience: float = 3.0) -> None:
        self._parts, self._tables = parts, tables
        self._patience = patience
        self._look: asyncio.Task[Health] | None = None

    async def check(self) -> Health:
        """How the parts are; returns within the patience, whatever they do."""
        if self._look is None or self._look.done():
            self._look = asyncio.create_task(self._look_at_all(), name="health")
        return await asyncio.shield(self._look)

    async def _look_at_all(self) -> Health:
        tables, *troubles = await asyncio.gather(self._version(), *(self._trouble(part) for part in self._parts))
        found = list(zip(self._parts, troubles, strict=True))
        return Health(
            parts={part.name: trouble for part, trouble in found},
            accepts_uploads=not any(part.essential and trouble for part, trouble in found),
            tables=tables,
        )

    async def _version(self) -> str | None:
        """That of the tables; where the database does not answer, its part says so."""
        with contextlib.suppress(TimeoutError, SttError):
            async with asyncio.timeout(self._patience):
                return await self._tables() if self._tables else None
        return None

    async def _trouble(self, part: Part) -> str | None:
        try:
            async with asyncio.timeout(self._patience):
                await part.check()
        except TimeoutError:
            return f"It did not answer within {self._patience:g} s."
        except SttError as error:
            log.warning("part_unavailable", part=part.name, reason=error.message)
            return public_sentence(error)
        return None
