"""What waits to be done, and who does what."""

from dataclasses import dataclass
from enum import StrEnum

from stt.domain.jobs.messages import Lane


@dataclass(frozen=True)
class Waiting:
    """Work of one lane and rank that could be begun, and how many seconds the oldest of it has waited there.

    A rank further forward than any that work is given is one that it was moved to because it waited. The wait is that
    since then.
    """

    lane: Lane
    rank: int
    depth: int
    oldest_seconds: float


@dataclass(frozen=True)
class Held:
    """A piece of work that a consumer holds: for how many seconds its lease runs, and the attempt that it is.

    `job_id` is the job that it is of; a message to a webhook may be of none.
    """

    lane: Lane
    row_id: str
    worker_id: str
    attempt: int
    lease_seconds: float
    job_id: str | None = None


class Duty(StrEnum):
    """What a consumer is wanted to do."""

    WORK = "work"
    PAUSE = "pause"
    """Take no new work, and stay."""
    DRAIN = "drain"
    """Take no new work, finish what it holds, and end; that cannot be taken back."""


@dataclass(frozen=True)
class Worker:
    """A consumer that runs, and what it is wanted to do."""

    worker_id: str
    duty: Duty = Duty.WORK


@dataclass(frozen=True)
class QueueLook:
    """The queue at one moment."""

    waiting: tuple[Waiting, ...]
    held: tuple[Held, ...]
