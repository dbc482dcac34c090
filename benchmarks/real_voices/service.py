"""This service, from outside: `stt serve` with real weights, asked over HTTP."""

import tempfile
import time
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any, Self

from benchmarks.peers.weights import COMPUTE_TYPE
from benchmarks.real_voices import processor_time, weights
from benchmarks.real_voices.heard import Heard, Word
from tools import service

PATIENCE_SECONDS = 3600.0
PROCESS = "serve"


class Service:
    """One process with everything in it, as its users start it; `settings` are its own and change nothing else."""

    def __init__(self, engine: str, *, beam_size: int, settings: Mapping[str, str] | None = None) -> None:
        self._engine = engine
        self._settings = {
            "STT_DEVICE": "cpu",
            "STT_ENGINE": engine,
            "STT_BEAM_SIZE": str(beam_size),
            "STT_COMPUTE_TYPE": COMPUTE_TYPE,
            **(settings or {}),
        }

    def __enter__(self) -> Self:
        with ExitStack() as opened:
            home = Path(opened.enter_context(tempfile.TemporaryDirectory(prefix="real-voices-")))
            model = weights.base(home / "models")
            if self._engine == "whisper.cpp" and not model.ggml.is_file():
                raise FileNotFoundError(f"There is no {model.ggml}.")
            settings = self._settings | {"STT_MODEL_DIR": str(model.models), "STT_DEFAULT_MODEL": model.name}
            self._running = opened.enter_context(service.Service(home, settings))
            self._exits = opened.pop_all()
        return self

    def __exit__(self, *_: object) -> None:
        self._exits.close()

    def hear(self, path: Path, language: str) -> Heard:
        """The clock runs from the first byte sent to the last byte of the result."""
        cpu, clock = self._cpu(), time.perf_counter()
        result = self._running.transcribe(path, PATIENCE_SECONDS, language=language, model=weights.NAME)
        return _heard(result, self._cpu() - cpu, time.perf_counter() - clock)

    def hear_together(self, files: Sequence[tuple[Path, str]]) -> list[Heard]:
        """All files at once, each with its language; the time of each is that of all."""
        cpu, clock = self._cpu(), time.perf_counter()
        jobs = [self._running.submit(path, language=language, model=weights.NAME) for path, language in files]
        results = [self._finished(job) for job in jobs]
        return [_heard(result, self._cpu() - cpu, time.perf_counter() - clock) for result in results]

    def _finished(self, job: str) -> dict[str, Any]:
        status = self._running.wait(job, PATIENCE_SECONDS)
        if status["status"] != "COMPLETED":
            raise RuntimeError(f"The service failed: {status}\n{self._running.logs()}")
        return self._running.result(job)

    def _cpu(self) -> float:
        return processor_time.of_family(self._running.processes[PROCESS].pid)


def _heard(result: dict[str, Any], cpu: float, wall: float) -> Heard:
    segments = result["segments"]
    words = (Word(word["word"], word["start"], word["end"]) for s in segments for word in s["words"])
    return Heard(
        text=" ".join(segment["text"] for segment in segments),
        words=tuple(words),
        language=result["language"],
        languages=tuple((s["start"], s["end"], s.get("language") or result["language"]) for s in segments),
        cpu=cpu,
        wall=wall,
        gaps=tuple((gap["start"], gap["end"]) for gap in result["gaps"]),
        suppressed=tuple((s["start"], s["end"], s["text"]) for s in result["suppressed"]),
        coverage=result["coverage"],
    )
