"""The rules of claiming work: who goes first, who still holds it, when to give up.

A job (its prepare, detect and merge stages) and a chunk are claimed in the same way: a claim counts up the row's
`attempt`, and every later write carries that number. Whoever comes back with an old number writes nothing.
"""

import math
from dataclasses import dataclass
from enum import StrEnum


class Priority(StrEnum):
    """How urgent the owner says a job is."""

    LOW = "low"
    NORMAL = "normal"
    HIGH = "high"

    @property
    def boost(self) -> int:
        """Ranks that this priority moves work forward (low: backward)."""
        return {Priority.LOW: -4, Priority.NORMAL: 0, Priority.HIGH: 4}[self]


MERGE_RANK = -100
"""Merging goes before everything else: it is short, and it is what the owner waits for."""


def chunk_rank(index: int, priority: Priority) -> int:
    """Place of a chunk in the order of work, lower first.

    The logarithm spreads a long job over ranks 0, 1, 2, …: a ten-hour job has one chunk of rank 0 and hundreds of
    rank 9, so a clip that comes after it is served after a handful of chunks.
    """
    return math.floor(math.log2(index + 1)) - priority.boost


def job_rank(priority: Priority) -> int:
    """Place of a job's preparation in the order of work, lower first."""
    return -priority.boost


@dataclass(frozen=True)
class Claim:
    """Proof of holding one row: its key and the attempt that took it.

    `tries` is one more than the attempts at this stage that failed and said so, `deaths` how many ended without a word.
    """

    row_id: str
    attempt: int
    tries: int
    worker_id: str
    deaths: int = 0

    @property
    def mark(self) -> str:
        """What the names of objects end in that this attempt stores, so that none replaces another's.

        Empty where every attempt at this stage before it is known to have ended.
        """
        return f"-{self.attempt}" if self.deaths else ""
