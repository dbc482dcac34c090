"""A process of the service, alone with its own data directory."""

import contextlib
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import httpx

STARTING_SECONDS = 60.0
OURS = ("STT_", "DATABASE_URL", "RABBITMQ_URL", "MINIO_")


def environment(home: Path, **settings: str) -> dict[str, str]:
    """Everything embedded under `home`, whatever is configured on this machine."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(OURS)}
    places = {"STT_DATA_DIR": str(home / "data"), "STT_SCRATCH_DIR": str(home / "scratch")}
    quiet = {"STT_MODEL_DOWNLOADS": "false", "STT_LOG_LEVEL": "error", "STT_DEVICE": "cpu"}
    return kept | places | quiet | settings


@contextlib.contextmanager
def running(command: str, home: Path, **settings: str) -> Iterator[subprocess.Popen[bytes]]:
    """`stt COMMAND`, ended with the block."""
    process = subprocess.Popen(
        [sys.executable, "-m", "stt", command],
        env=environment(home, **settings),
        cwd=home,
        stdout=subprocess.DEVNULL,
    )
    try:
        yield process
    finally:
        process.terminate()
        process.wait()


@contextlib.contextmanager
def running_api(home: Path) -> Iterator[tuple[subprocess.Popen[bytes], str]]:
    """The API and its URL, once it answers."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    url = f"http://127.0.0.1:{port}"
    with running("api", home, STT_PORT=str(port), STT_MAX_UPLOAD_BYTES=str(2**40)) as process:
        deadline = time.monotonic() + STARTING_SECONDS
        while True:
            with contextlib.suppress(httpx.TransportError):
                httpx.get(f"{url}/health/live")
                break
            if time.monotonic() > deadline or process.poll() is not None:
                raise RuntimeError("The API did not start.")
            time.sleep(0.1)
        yield process, url
