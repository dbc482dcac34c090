"""Whether the parts that the service stands on answer."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

import structlog

from stt.domain.errors import Unavailable

log = structlog.get_logger()

Check = Callable[[], Awaitable[None]]
"""Returns if a part answers; raises `Unavailable` if not."""


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


class HealthService:
    """Asks every part at once, and gives each the same few seconds."""

    def __init__(self, parts: tuple[Part, ...], *, patience: float = 3.0) -> None:
        self._parts = parts
        self._patience = patience

    async def check(self) -> Health:
        """How the parts are; returns within the patience, whatever they do."""
        troubles = await asyncio.gather(*(self._trouble(part) for part in self._parts))
        found = list(zip(self._parts, troubles, strict=True))
        return Health(
            parts={part.name: trouble for part, trouble in found},
            accepts_uploads=not any(part.essential and trouble for part, trouble in found),
        )

    async def _trouble(self, part: Part) -> str | None:
        try:
            async with asyncio.timeout(self._patience):
                await part.check()
        except TimeoutError:
            return f"It did not answer within {self._patience:g} s."
        except Unavailable as error:
            log.warning("part_unavailable", part=part.name, reason=error.message)
            # The message may name hosts and paths; the kind of error says enough to whoever may ask.
            return (type(error).__doc__ or "").strip()
        return None
