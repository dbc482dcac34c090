"""The rules of claiming work: who goes first, who still holds it, when to give up.

A job (its prepare, detect and merge stages) and a chunk are claimed in the same way: a claim counts up the row's
`attempt`, and every later write carries that number. Whoever comes back with an old number writes nothing.

An attempt that ends without a word died with its process. That is nobody's fault at first: what kills a process is told
from what was there when it died by doing again alone what was there several times.
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


LONG_BYTES = 10 * 1024**2
"""A larger file takes long to prepare: ten megabytes are five minutes of WAV, ten of MP3 and half an hour of Opus."""


def is_long(file_size: int | None) -> bool:
    """Whether the preparation of a file of so many bytes takes long; one of unknown size is believed not to."""
    return (file_size or 0) > LONG_BYTES


def job_rank(priority: Priority, file_size: int | None = None) -> int:
    """Place of a job's preparation in the order of work, lower first.

    Of long files those go first that are done sooner, as of chunks.
    """
    times_long = (file_size or 0) / LONG_BYTES
    return math.floor(math.log2(max(1.0, times_long))) - priority.boost


def ranks_behind(open_jobs: int) -> int:
    """Ranks by which the next job of an owner with so many that have not ended stands behind, for the other owners.

    The logarithm is that of chunks: most of a thousand files stand eight or nine ranks back, and the one of another
    owner passes them.
    """
    return math.floor(math.log2(max(1, open_jobs)))


AGEING_SECONDS = 600.0
"""Work that waits moves one rank forward each time this long has passed."""
LONGEST_LEASE_SECONDS = 600.0
LONGEST_DELAY_SECONDS = 60.0
"""No lease, and no delay of work that nobody holds, is longer: what lies further ahead was written before the clock was
set back, and has waited long enough."""
DEATHS_IN_COMPANY = 3
"""Work over which so many processes died is done alone from then on: it is spared its neighbours, and they it."""
DEATHS_AT_ONCE = 6
"""After so many it waits longer for the next attempt, so that they do not all fall into one bad hour of the machine."""
PATIENCE = 10
"""How many times longer."""
MOST_DEATHS = 12
"""After so many, most of them alone, it is given up: at a lease of a minute not within the first hour."""


def patient_lease(lease_seconds: float) -> float:
    """Length of a lease, in seconds, on work over which `DEATHS_AT_ONCE` processes died."""
    return max(lease_seconds, min(PATIENCE * lease_seconds, LONGEST_LEASE_SECONDS))


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
    def works_alone(self) -> bool:
        """Whether its process should do nothing else meanwhile."""
        return self.deaths >= DEATHS_IN_COMPANY

    @property
    def is_hopeless(self) -> bool:
        """Whether it is the work that kills."""
        return self.deaths >= MOST_DEATHS

    @property
    def mark(self) -> str:
        """What the names of objects end in that this attempt stores, so that none replaces another's.

        Empty where every attempt at this stage before it is known to have ended.
        """
        return f"-{self.attempt}" if self.deaths else ""
