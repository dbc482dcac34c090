"""Real jobs: clips and talks of the demo model, and what the service tells of each while it waits or runs."""

import random
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import httpx

from benchmarks.eta.promise import Promise
from tools.service import Service
from tools.speech import compose, write

LEARNING = 20
"""Jobs of which nothing is counted: the service learns from them."""
POLL_SECONDS = 0.5
SHORTEST, LONGEST = 5.0, 240.0
MEAN_PAUSE = 4.0
OPEN = ("PENDING", "PROCESSING")


@dataclass
class _Watched:
    name: str
    told: list[tuple[str, float, float, float]] = field(default_factory=list)


def promises(jobs: int, seed: int, say: Callable[[str], None]) -> Iterator[Promise]:
    """What is told of so many jobs, at every look in which it says something new, and what came of it."""
    with (
        tempfile.TemporaryDirectory(prefix="eta-") as folder,
        Service(Path(folder)) as service,
        httpx.Client(base_url=service.url, timeout=30) as client,
    ):
        yield from _Watching(client, Path(folder), random.Random(seed), say).promises(jobs + LEARNING)


class _Watching:
    def __init__(self, client: httpx.Client, folder: Path, random_: random.Random, say: Callable[[str], None]) -> None:
        self._client, self._folder, self._random, self._say = client, folder, random_, say
        self._open: dict[str, _Watched] = {}

    def promises(self, jobs: int) -> Iterator[Promise]:
        sent, due = 0, time.time()
        while sent < jobs or self._open:
            if sent < jobs and time.time() >= due:
                self._send(sent)
                sent, due = sent + 1, time.time() + self._random.expovariate(1 / MEAN_PAUSE)
            for job_id in list(self._open):
                yield from self._look(job_id)
            self._say(f"{sent} jobs sent, {len(self._open)} open")
            time.sleep(POLL_SECONDS)

    def _send(self, number: int) -> None:
        seconds = min(LONGEST, SHORTEST * self._random.lognormvariate(1.5, 1.0))
        file = write(compose("en", seconds, seed=number % 20), self._folder / f"{number}.flac")
        sent, asked = {"file": (file.name, file.read_bytes())}, {"language": "en", "model": "demo"}
        answer = self._client.post("/api/stt/jobs", files=sent, data=asked)
        answer.raise_for_status()
        file.unlink()
        self._open[answer.json()["job_id"]] = _Watched("" if number < LEARNING else str(number))

    def _look(self, job_id: str) -> Iterator[Promise]:
        job: dict[str, Any] = self._client.get(f"/api/stt/jobs/{job_id}").raise_for_status().json()
        now, watched = time.time(), self._open[job_id]
        if job["status"] in OPEN:
            eta, when = job["eta"], "while it waits" if job["chunks_completed"] == 0 else "while it runs"
            if eta and eta["p90"] is not None and when not in (told for told, *_ in watched.told):
                watched.told.append((when, now, eta["p50"], eta["p90"]))
            return
        del self._open[job_id]
        if job["status"] != "COMPLETED":
            raise RuntimeError(f"A job failed: {job['error_message']}")
        if watched.name:
            ended = datetime.fromisoformat(job["completed_at"]).timestamp()
            yield from (Promise(when, ended - at, p50, p90) for when, at, p50, p90 in watched.told)
