"""Noticing at once that what is worked at is nobody's work any more: cancelled, deleted, or another's by now."""

import asyncio
import contextlib
import time
from collections.abc import Sequence

from stt.domain.errors import Unavailable
from stt.domain.jobs.claim import Claim
from stt.repositories.statements.claimable import ClaimableRepository

LOOK_SECONDS = 1.0
"""How often the database is asked, once for all claims that a consumer holds; heartbeats are much rarer."""


class Vigil:
    """Watches over claims on the rows of some tables."""

    def __init__(self, tables: Sequence[ClaimableRepository]) -> None:
        self._tables = tables
        self._held: set[Claim] = set()
        self._void: set[Claim] = set()
        self._looked_at = 0.0
        self._turn = asyncio.Lock()

    def begin(self, claim: Claim) -> None:
        """Watch over one more."""
        self._held.add(claim)

    def end(self, claim: Claim) -> None:
        """Watch over it no longer."""
        self._held.discard(claim)

    async def is_void(self, claim: Claim) -> bool:
        """Whether a claim held no more a moment ago; `False` while nobody can tell."""
        async with self._turn:
            if time.monotonic() - self._looked_at >= LOOK_SECONDS / 2:
                with contextlib.suppress(Unavailable):
                    # A claim is void where no table has it.
                    held = list(self._held)
                    found = [await table.void(held) for table in self._tables]
                    self._void = set.intersection(*found)
                self._looked_at = time.monotonic()
        return claim in self._void
