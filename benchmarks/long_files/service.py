"""This service, from outside: `stt serve`, or an API with consumers that have a core each."""

import contextlib
import os
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import httpx

from benchmarks.long_files.heard import Heard
from benchmarks.peers.weights import COMPUTE_TYPE, Weights
from benchmarks.short_clips.service import WAIT_SECONDS
from benchmarks.short_clips.service import Service as Embedded

TIMEOUT_SECONDS = 3600.0


@contextlib.contextmanager
def on_cores(cores: Sequence[int]) -> Iterator[None]:
    """What is started here runs on these cores."""
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, cores)
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)


class Service(Embedded):
    """`stt serve` with one engine, asked for one file at a time."""

    def __init__(self, home: Path, weights: Weights, *, engine: str, beam_size: int) -> None:
        super().__init__(home, weights, audio_context="full", beam_size=beam_size, compute_type=COMPUTE_TYPE)
        self.environment |= {"STT_ENGINE": engine, "STT_DEFAULT_MODEL": weights.name}

    def hear(self, path: Path, language: str) -> Heard:
        """The clock runs from the first byte sent to the last byte of the result."""
        with httpx.Client(base_url=f"{self.url}/api/stt", timeout=120) as client:
            begin = time.perf_counter()
            with path.open("rb") as file:
                fields = {"language": language, "model": self.model}
                answer = client.post("/upload", files={"file": (path.name, file)}, data=fields).raise_for_status()
            job_id = answer.json()["job_id"]
            job = {"status": "PENDING"}
            while job["status"] in ("PENDING", "PROCESSING"):
                if time.perf_counter() - begin > TIMEOUT_SECONDS:
                    raise RuntimeError(f"The service is not done after {TIMEOUT_SECONDS:g} s: {job}")
                job = client.get(f"/status/{job_id}", params={"wait": WAIT_SECONDS}).raise_for_status().json()
            if job["status"] != "COMPLETED":
                raise RuntimeError(f"The service failed: {job}\n{self.logs()}")
            result = client.get(f"/result/{job_id}").raise_for_status().json()
            seconds = time.perf_counter() - begin
        segments = result["segments"]
        timed = sum(len(segment["words"]) for segment in segments)
        return Heard(seconds, segments[-1]["end"], len(result["text"].split()), timed)


class Consumers(Service):
    """`stt api` and `count` times `stt consumer`, each on a core of its own; the API shares all of these."""

    def __init__(self, home: Path, weights: Weights, *, count: int, beam_size: int) -> None:
        super().__init__(home, weights, engine="faster-whisper", beam_size=beam_size)
        self._cores = sorted(os.sched_getaffinity(0))[:count]

    def begin(self) -> None:
        with on_cores(self._cores):
            self.start("api", "api")
        self.wait_until_ready()
        for core in self._cores:
            with on_cores([core]):
                self.start(f"consumer{core}", "consumer")
