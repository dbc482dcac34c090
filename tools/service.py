"""The service as its users have it: processes, environment variables, HTTP. For tests and benchmarks."""

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, Self, TypeVar

import httpx

ROOT = Path(__file__).parents[1]
FOREIGN = ("STT_", "DATABASE_URL", "RABBITMQ_URL", "MINIO_")
START_SECONDS, STOP_SECONDS = 120.0, 20.0
LATEST = 4000
"""Characters of each log that an error shows."""
Found = TypeVar("Found")


class Service:
    """Starts `stt` processes with one environment, and talks to them from outside.

    `commands` are started when it is entered: `serve` is everything in one process; `api` and any number of `consumer`
    are one each. What was started is ended when it is left. Logs and data lie in `directory`.
    """

    def __init__(
        self, directory: Path, settings: Mapping[str, str] | None = None, *, commands: Sequence[str] = ("serve",)
    ) -> None:
        self.directory = directory
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.environment = base_environment() | {
            "STT_DATA_DIR": str(directory / "data"),
            "STT_SCRATCH_DIR": str(directory / "scratch"),
            "STT_PORT": str(self.port),
            "STT_MODEL_DOWNLOADS": "false",
            "STT_LOG_FORMAT": "json",
            **(settings or {}),
        }
        self.commands = commands
        self.headers: dict[str, str] = {}
        self.processes: dict[str, subprocess.Popen[bytes]] = {}

    def __enter__(self) -> Self:
        try:
            self.begin()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        for name in list(self.processes):
            self.stop(name)

    def begin(self) -> None:
        """Start the commands, consumers as `consumer0` and so on, and wait for the API if there is one."""
        consumers = 0
        for command in self.commands:
            self.start(f"consumer{consumers}" if command == "consumer" else command, command)
            consumers += command == "consumer"
        if consumers < len(self.commands):
            self.wait_until_ready()

    def start(self, name: str, *arguments: str) -> None:
        """`stt ARGUMENTS`, with a log of that name."""
        with self.log(name).open("ab") as log:
            self.processes[name] = subprocess.Popen(
                [sys.executable, "-m", "stt", *arguments],
                env=self.environment,
                stdout=log,
                stderr=log,
                cwd=self.directory,
                start_new_session=True,
            )

    def stop(self, name: str) -> int:
        """Ask a process to stop as an operator would; returns its exit code."""
        process = self.processes.pop(name)
        process.terminate()
        try:
            return process.wait(timeout=STOP_SECONDS)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
            raise

    def kill(self, name: str) -> None:
        """End a process and its children without a word."""
        process = self.processes.pop(name)
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()

    def log(self, name: str) -> Path:
        """The file that a process writes its log to."""
        return self.directory / f"{name}.log"

    def logs(self) -> str:
        """The end of each log."""
        return "".join(f"--- {p.name}\n{p.read_text()[-LATEST:]}" for p in sorted(self.directory.glob("*.log")))

    def wait_until_ready(self, seconds: float = START_SECONDS) -> None:
        """Raises AssertionError if the API does not answer by then, or a process has ended."""

        def ready() -> bool:
            with contextlib.suppress(httpx.HTTPError):
                return self.get("/health/ready").status_code == 200
            assert all(process.poll() is None for process in self.processes.values()), self.logs()
            return False

        wait_for(ready, seconds, self.logs)

    def get(self, path: str) -> httpx.Response:
        # No `verify`: to read certificates that plain HTTP never asks for takes forty times as long as the request.
        return httpx.get(self.url + path, headers=self.headers, timeout=30, verify=False)

    def upload(self, path: Path, **fields: str) -> httpx.Response:
        with Path(path).open("rb") as file:
            fields = {"language": "vi", "model": "demo"} | fields
            files = {"file": (Path(path).name, file)}
            url, headers = f"{self.url}/api/stt/upload", self.headers
            return httpx.post(url, files=files, data=fields, headers=headers, timeout=120, verify=False)

    def submit(self, path: Path, **fields: str) -> str:
        """The id of the job that a file becomes."""
        answer = self.upload(path, **fields)
        assert answer.is_success, answer.text
        return str(answer.json()["job_id"])

    def status(self, job_id: str) -> dict[str, Any]:
        return dict(self.get(f"/api/stt/status/{job_id}").json())

    def result(self, job_id: str) -> dict[str, Any]:
        answer = self.get(f"/api/stt/result/{job_id}")
        assert answer.status_code == 200, answer.text
        return dict(answer.json())

    def wait(self, job_id: str, seconds: float = 120) -> dict[str, Any]:
        """The job's last status."""

        def ended() -> dict[str, Any] | None:
            with contextlib.suppress(httpx.HTTPError, KeyError, ValueError):
                status = self.status(job_id)
                return status if status["status"] in ("COMPLETED", "FAILED", "CANCELLED") else None
            return None

        return wait_for(ended, seconds, lambda: f"{self.get(f'/api/stt/status/{job_id}').text}\n{self.logs()}")

    def transcribe(self, path: Path, seconds: float = 120, **fields: str) -> dict[str, Any]:
        """The result of a file."""
        job_id = self.submit(path, **fields)
        status = self.wait(job_id, seconds)
        assert status["status"] == "COMPLETED", (status, self.logs())
        return self.result(job_id)


def wait_for(condition: Callable[[], Found | None], seconds: float, explain: Callable[[], str]) -> Found:
    """What `condition` returns once that is true."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if found := condition():
            return found
        time.sleep(0.15)
    raise AssertionError(f"not within {seconds} s:\n{explain()}")


def base_environment() -> dict[str, str]:
    """The environment without anything that would set the service up differently; `stt` is that of this folder."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(FOREIGN)}
    return kept | {"PYTHONPATH": str(ROOT / "src"), "PYTHONUNBUFFERED": "1"}


def free_port() -> int:
    """One that nobody on this machine listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
