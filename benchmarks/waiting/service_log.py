"""What the service says about its own work: when a chunk was taken, and when it was done."""

import json
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any


def chunk_seconds(log: Path, job_id: str) -> list[float]:
    """How long each finished chunk of a job was held, in the order in which they were finished.

    It is the time of its inference as the service has it: other chunks share the machine, and wait in turn.
    """
    taken: dict[str, datetime] = {}
    seconds = []
    for entry in _entries(log):
        work = entry.get("work", "")
        if not work.startswith(f"{job_id}:"):
            continue
        if entry["event"] == "work_taken":
            taken[work] = _moment(entry)
        elif entry["event"] == "work_done":
            seconds.append((_moment(entry) - taken[work]).total_seconds())
    return seconds


def first_cut(log: Path, job_id: str) -> float:
    """When the first chunk was taken to be transcribed, in seconds since 1970."""
    return next(
        _moment(entry).timestamp()
        for entry in _entries(log)
        if entry["event"] == "work_taken" and entry["work"].startswith(f"{job_id}:")
    )


def repeated_work(log: Path, job_id: str) -> int:
    """How often something of a job was taken for another time."""
    taken = [e["work"] for e in _entries(log) if e["event"] == "work_taken" and e["work"].startswith(job_id)]
    return len(taken) - len(set(taken))


def _entries(log: Path) -> Iterator[dict[str, Any]]:
    for line in log.read_text(encoding="utf-8").splitlines():
        if line.startswith("{"):
            yield json.loads(line)


def _moment(entry: dict[str, Any]) -> datetime:
    return datetime.fromisoformat(entry["timestamp"])
