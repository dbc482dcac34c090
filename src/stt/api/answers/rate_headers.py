"""What programs are told of limits: `RateLimit` and `RateLimit-Policy` (draft-ietf-httpapi-ratelimit-headers-11)."""

import math

from stt.domain.access.limits import Spent
from stt.domain.access.rate import Rate, Turn

REQUESTS = "requests"


def of_spent(spent: Spent) -> dict[str, str]:
    """Of a limit of which nothing is left, with the moment at which to try again."""
    retry = math.ceil(spent.retry_in)
    window = f";w={spent.window:.0f}" if spent.window else ""
    return {
        "Retry-After": str(retry),
        "RateLimit-Policy": f'"{spent.name}";q={spent.quota}{window};qu="{spent.unit}"',
        "RateLimit": f'"{spent.name}";r=0;t={retry}',
    }


def of_turn(rate: Rate, turn: Turn) -> dict[str, str]:
    """Of a rate that has room."""
    return {
        "RateLimit-Policy": f'"{REQUESTS}";q={rate.quota};w={rate.window:.0f}',
        "RateLimit": f'"{REQUESTS}";r={turn.left};t={math.ceil(turn.resets_in)}',
    }
