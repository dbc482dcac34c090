"""How far somebody who watches has read."""

import re
from dataclasses import dataclass
from typing import Self

_WRITTEN = re.compile(r"([0-9]{1,18})(?:-([0-9]{1,9}(?:\.[0-9]{1,20})?(?:e-[0-9]{1,3})?))?")


@dataclass(frozen=True)
class Position:
    """Behind the event of number `event_id`, and, of one job's text, from second `until` on.

    It is written `812-183.9`, or `812` where no text was read; to those who watch it is a name.
    """

    event_id: int = 0
    until: float = 0.0

    def __str__(self) -> str:
        return f"{self.event_id}-{self.until!r}" if self.until else str(self.event_id)

    @classmethod
    def read(cls, text: str) -> Self | None:
        """What `str` wrote, to the last digit; `None` where it is something else."""
        found = _WRITTEN.fullmatch(text.strip())
        return found and cls(int(found[1]), float(found[2] or 0))
