"""When a job will be done, in words."""

from collections.abc import Mapping
from typing import Any

MINUTE, HOUR = 60, 3600


def words_of(eta: Mapping[str, Any] | None) -> str | None:
    """The place in line of those that wait for others, and the time that it takes: "3rd in line, ready in 4-7 min"."""
    if eta is None:
        return None
    place = f"{ordinal(eta['position'])} in line" if eta["position"] > 1 else None
    ready = f"ready in {time_range(eta['p50'], eta['p90'])}" if eta["p90"] is not None else None
    return ", ".join(part for part in (place, ready) if part) or None


def ordinal(number: int) -> str:
    """1st, 2nd, 3rd, 4th, …, 11th."""
    ending = "th" if number % 100 in (11, 12, 13) else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{ending}"


def time_range(low: float, high: float) -> str:
    """Two lengths of time in the unit of the longer one, which is not made shorter than it is."""
    unit, name, digits = (1, "s", 0) if high < MINUTE else (MINUTE, "min", 0) if high < HOUR else (HOUR, "h", 1)
    step = 10**digits
    last = -int(-high * step // unit)
    first = min(max(1, round(low * step / unit)), last)
    shown = dict.fromkeys(f"{number / step:g}" for number in (first, last))
    return f"{'-'.join(shown)} {name}"
