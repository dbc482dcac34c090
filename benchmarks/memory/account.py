"""The kernel's account of what a process holds."""

import threading
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

MEGABYTE = 2**20
INTERVAL_SECONDS = 0.03


@dataclass(frozen=True)
class Held:
    """Bytes: `own` are in this process alone, `share` adds its part of what it shares with others."""

    own: int
    share: int


def held_by(pid: int) -> Held:
    """As of now; raises OSError where the process is gone or the system keeps no such account."""
    fields: dict[str, int] = {}
    for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()[1:]:
        name, size = line.split()[:2]
        fields[name.rstrip(":")] = int(size) * 1024
    return Held(fields["Private_Clean"] + fields["Private_Dirty"], fields["Pss"])


def children_of(pid: int, naming: str) -> list[int]:
    """Processes started by it, or by one of these, that have `naming` in their command line."""
    found = []
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        for child in map(int, task.read_text().split()):
            if naming in Path(f"/proc/{child}/cmdline").read_text():
                found.append(child)
            found += children_of(child, naming)
    return found


class Watch:
    """Looks at a process many times a second while the block runs; `peak` is the most it held."""

    def __init__(self, pid: int) -> None:
        self._pid = pid
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._look, daemon=True)
        self.before = held_by(pid)
        self.peak = self.before

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._over.set()
        self._thread.join()

    @property
    def growth(self) -> int:
        """Bytes by which the peak lies above what was held before."""
        return self.peak.own - self.before.own

    def _look(self) -> None:
        while not self._over.wait(INTERVAL_SECONDS):
            try:
                now = held_by(self._pid)
            except OSError:
                return
            self.peak = Held(max(self.peak.own, now.own), max(self.peak.share, now.share))
