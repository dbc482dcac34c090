"""What processes have taken of the processor, from /proc."""

import os
from pathlib import Path

TICKS_PER_SECOND = os.sysconf("SC_CLK_TCK")


def of_family(root: int) -> float:
    """Seconds of a process and everything it has started, ended ones included where they were waited for."""
    parents, taken = {}, {}
    for place in Path("/proc").iterdir():
        if place.name.isdigit() and (fields := _fields(place / "stat")):
            number = int(place.name)
            parents[number] = int(fields[1])
            # utime, stime, and the same of children that have ended
            taken[number] = sum(map(int, fields[11:15])) / TICKS_PER_SECOND
    return sum(seconds for number, seconds in taken.items() if _is_of(number, root, parents))


def _is_of(number: int, root: int, parents: dict[int, int]) -> bool:
    while number not in (0, root):
        number = parents.get(number, 0)
    return number == root


def _fields(stat: Path) -> list[str]:
    """Those behind the name, which may hold anything; none where the process has just ended."""
    try:
        return stat.read_text(errors="replace").rpartition(")")[2].split()
    except (FileNotFoundError, ProcessLookupError):
        return []
