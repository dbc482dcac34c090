"""A server as a process of its own, on a free port of this machine."""

import contextlib
import os
import signal
import subprocess
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Self

import httpx

from tools.service import free_port

START_SECONDS = 120.0
STOP_SECONDS = 20.0
LATEST_LINES = 4000
"""Characters of a log that an error shows."""


class Server:
    """Started when entered, ended with all its children when left; `log` is a file for what it says.

    It answers `POST /v1/audio/transcriptions` as OpenAI does; `model` is what it is to be asked for.
    """

    name: str
    model = "whisper-1"
    ready_path = "/"

    def __init__(self, log: Path) -> None:
        self._log = log
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"

    def command(self) -> Sequence[str]:
        """What starts it."""
        raise NotImplementedError

    def environment(self) -> Mapping[str, str]:
        """What it sees of the environment."""
        return os.environ

    def __enter__(self) -> Self:
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                self.command(), env=self.environment(), stdout=log, stderr=log, start_new_session=True
            )
        try:
            self._wait_until_ready()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self._process.terminate()
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(STOP_SECONDS)
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()

    def _wait_until_ready(self) -> None:
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline and self._process.poll() is None:
            with contextlib.suppress(httpx.HTTPError):
                if httpx.get(self.url + self.ready_path, verify=False).is_success:
                    return
            time.sleep(0.1)
        raise RuntimeError(f"{self.name} did not start:\n{self.logs()}")

    def logs(self) -> str:
        """The end of its log."""
        return self._log.read_text(errors="replace")[-LATEST_LINES:]
