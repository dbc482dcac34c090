"""How many questions after a job are answered per second, beside an empty route."""

import asyncio
import subprocess
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from benchmarks.overhead.forms import EMBEDDED, environment
from benchmarks.overhead.load import ask_repeatedly
from benchmarks.report.spread import Spread
from tests.acceptance.service import Service, base_environment, free_port, wait_for
from tests.encoded_audio import encoded


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
        with environment(EMBEDDED, folder) as variables:
            service = Service(folder, variables, consumers=0)
            command = [sys.executable, "-m", "benchmarks.overhead.empty", str(port)]
            other = subprocess.Popen(command, env=base_environment())
            try:
                job_id = _job(service, folder)
                wait_for(lambda: _answers(port), 40, service.logs)
                for number in range(pairs):
                    say(f"status beside an empty route, pair {number + 1} of {pairs}")
                    empty.append(asyncio.run(ask_repeatedly(port, "/empty", seconds)).rate)
                    path = f"/api/stt/status/{job_id}"
                    status.append(asyncio.run(ask_repeatedly(service.port, path, seconds)).rate)
            finally:
                other.terminate()
                other.wait()
                service.__exit__()
    return Questions(tuple(status), tuple(empty))


def _job(service: Service, folder: Path) -> str:
    service.start("api", "api")
    service.wait_until_ready()
    path = folder / "clip.mp3"
    path.write_bytes(encoded(".mp3"))
    return str(service.submit(path))


def _answers(port: int) -> bool:
    try:
        return asyncio.run(ask_repeatedly(port, "/empty", 0.01, connections=1)).answered > 0
    except OSError:
        return False
