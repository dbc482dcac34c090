"""Who works beside whom in a consumer: work over which processes died is done alone."""

import asyncio

from stt.domain.jobs.claim import Claim


class Company:
    """The claims that a consumer holds. While one of them has to work alone, no other may join."""

    def __init__(self) -> None:
        self._present: dict[Claim, asyncio.Event] = {}

    @property
    def is_closed(self) -> bool:
        """Whether nobody may join."""
        return any(claim.works_alone for claim in self._present)

    def join(self, claim: Claim) -> None:
        """Be there."""
        self._present[claim] = asyncio.Event()

    async def turn_of(self, claim: Claim) -> None:
        """Return when `claim` may be worked at: at once, or when everybody else has left."""
        if claim.works_alone:
            for gone in [gone for other, gone in self._present.items() if other != claim]:
                await gone.wait()

    def leave(self, claim: Claim) -> None:
        """Be done."""
        self._present.pop(claim).set()
