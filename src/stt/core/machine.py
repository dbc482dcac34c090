"""What this machine lets the service use: cores and memory, as a container or a service manager limits them."""

import math
import os
from collections.abc import Iterator
from pathlib import Path

GROUPS = Path("/sys/fs/cgroup")
MEMBERSHIP = Path("/proc/self/cgroup")


def usable_cores() -> int:
    """Cores this process may run on, at least 1: a machine's own number says nothing inside a container."""
    allowed = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return max(1, math.floor(min([allowed, *_quotas()])))


def usable_memory() -> int:
    """Bytes of memory that this process and its children may fill."""
    physical = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    return min([physical, *_memory_limits()])


def _quotas() -> Iterator[float]:
    for limit in _limits("cpu.max"):
        quota, _, period = limit.partition(" ")
        if quota.isdigit() and period.isdigit():
            yield int(quota) / int(period)


def _memory_limits() -> Iterator[int]:
    return (int(limit) for limit in _limits("memory.max") if limit.isdigit())


def _limits(name: str) -> Iterator[str]:
    """What the control group of this process and each one above it say, from Linux's version 2 of them."""
    if not MEMBERSHIP.exists():
        return
    own = next((line[3:] for line in MEMBERSHIP.read_text().splitlines() if line.startswith("0::")), "/")
    place = GROUPS / own.lstrip("/")
    for group in (place, *place.parents):
        if (group / name).is_file():
            yield (group / name).read_text().strip()
        if group == GROUPS:
            return
