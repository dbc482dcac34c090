"""How many questions after a job are answered per second, beside an empty route."""

import asyncio
import contextlib
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from benchmarks.forms import EMBEDDED, environment
from benchmarks.overhead.load import ask_repeatedly
from benchmarks.report.spread import Spread
from tools.encoded_audio import encoded
from tools.service import Service, base_environment, free_port, wait_for


@dataclass(frozen=True)
class Questions:
    """Answers per second, in runs that took turns."""

    status: tuple[float, ...]
    empty: tuple[float, ...]

    @property
    def ratio(self) -> Spread:
        """Of the two, pair by pair."""
        return Spread.of_ratios(self.status, self.empty)


def measure(pairs: int, seconds: float, say: Callable[[str], None]) -> Questions:
    """An API process and one with an empty route, asked in turn over kept connections."""
    status, empty = [], []
    with tempfile.TemporaryDirectory(prefix="overhead-") as name:
        folder, port = Path(name), free_port()
        with (
            environment(EMBEDDED, folder) as variables,
            Service(folder, variables, commands=["api"]) as service,
            _empty_route(port),
        ):
            job_id = service.submit(_clip(folder))
            wait_for(lambda: _answers(port), 40, service.logs)
            for number in range(pairs):
                say(f"status beside an empty route, pair {number + 1} of {pairs}")
                empty.append(asyncio.run(ask_repeatedly(port, "/empty", seconds)).rate)
                path = f"/api/stt/status/{job_id}"
                status.append(asyncio.run(ask_repeatedly(service.port, path, seconds)).rate)
    return Questions(tuple(status), tuple(empty))


@contextlib.contextmanager
def _empty_route(port: int) -> Iterator[None]:
    command = [sys.executable, "-m", "benchmarks.overhead.empty", str(port)]
    process = subprocess.Popen(command, env=base_environment())
    try:
        yield
    finally:
        process.terminate()
        process.wait()


def _clip(folder: Path) -> Path:
    path = folder / "clip.mp3"
    path.write_bytes(encoded(".mp3"))
    return path


def _answers(port: int) -> bool:
    try:
        return asyncio.run(ask_repeatedly(port, "/empty", 0.01, connections=1)).answered > 0
    except OSError:
        return False
