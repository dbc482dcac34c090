"""On what terms a consumer takes work."""

from collections.abc import Mapping
from dataclasses import dataclass

from stt.domain.jobs.messages import Lane


@dataclass(frozen=True)
class Terms:
    """On what terms work is taken: `worker_id` names this consumer, a lease is in seconds.

    Of each lane at most so many `long` pieces are worked at together: files that take long to prepare, and chunks of
    more than `window_seconds`. Shorter ones as there are slots.
    """

    worker_id: str
    lease_seconds: float
    max_tries: int
    long: Mapping[Lane, int]
    window_seconds: float
