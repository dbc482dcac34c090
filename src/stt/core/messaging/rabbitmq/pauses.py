"""How long to wait between two tries to reach the broker."""

import random
from collections.abc import Iterator

FIRST_SECONDS, LONGEST_SECONDS = 0.5, 5.0


def pauses() -> Iterator[float]:
    """Yield seconds without end: doubling, and scattered so that many processes do not come back at once."""
    pause = FIRST_SECONDS
    while True:
        yield pause * random.uniform(0.5, 1)  # noqa: S311  no secret
        pause = min(2 * pause, LONGEST_SECONDS)
