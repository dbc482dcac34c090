"""The service as its users have it: processes, environment variables, HTTP."""

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import httpx

ROOT = Path(__file__).parents[2]


class Service:
    """Starts `stt` processes with one environment and talks to them from outside."""

    def __init__(self, directory, environment, *, consumers=2):
        self.directory = directory
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.environment = (
            base_environment()
            | {
                "STT_DATA_DIR": str(directory / "data"),
                "STT_SCRATCH_DIR": str(directory / "scratch"),
                "STT_PORT": str(self.port),
                "STT_MODEL_DOWNLOADS": "false",
                "STT_LOG_FORMAT": "json",
                "STT_LEASE_SECONDS": "4",
                "STT_POLL_SECONDS": "0.5",
                "STT_CHUNK_SECONDS": "20",
                "STT_BEAM_SIZE": "1",
            }
            | environment
        )
        self.consumers = consumers
        self.processes = {}

    def __enter__(self):
        if self.consumers:
            self.start("api", "api")
            for number in range(self.consumers):
                self.start(f"consumer{number}", "consumer")
        else:
            self.start("serve", "serve")
        self.wait_until_ready()
        return self

    def __exit__(self, *_):
        for name in list(self.processes):
            self.stop(name)

    def start(self, name, *arguments):
        with (self.directory / f"{name}.log").open("ab") as log:
            self.processes[name] = subprocess.Popen(
                [sys.executable, "-m", "stt", *arguments],
                env=self.environment,
                stdout=log,
                stderr=log,
                cwd=self.directory,
                start_new_session=True,
            )

    def stop(self, name):
        """Ask a process to stop as an operator would; returns its exit code."""
        process = self.processes.pop(name)
        process.terminate()
        try:
            return process.wait(timeout=20)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
            raise

    def kill(self, name):
        """End a process and its children without a word."""
        process = self.processes.pop(name)
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()

    def logs(self):
        return "".join(f"--- {p.name}\n{p.read_text()[-4000:]}" for p in sorted(self.directory.glob("*.log")))

    def wait_until_ready(self, seconds=40):
        def ready():
            with contextlib.suppress(httpx.HTTPError):
                return self.get("/health/ready").status_code == 200
            assert all(process.poll() is None for process in self.processes.values()), self.logs()
            return False

        wait_for(ready, seconds, self.logs)

    def get(self, path):
        return httpx.get(self.url + path, timeout=30)

    def upload(self, path, **fields):
        with Path(path).open("rb") as file:
            fields = {"language": "vi", "model": "demo"} | fields
            return httpx.post(
                self.url + "/api/stt/upload", files={"file": (Path(path).name, file)}, data=fields, timeout=120
            )

    def submit(self, path, **fields):
        answer = self.upload(path, **fields)
        assert answer.is_success, answer.text
        return answer.json()["job_id"]

    def status(self, job_id):
        return self.get(f"/api/stt/status/{job_id}").json()

    def result(self, job_id):
        answer = self.get(f"/api/stt/result/{job_id}")
        assert answer.status_code == 200, answer.text
        return answer.json()

    def wait(self, job_id, seconds=120):
        """The job's last status."""

        def ended():
            with contextlib.suppress(httpx.HTTPError, KeyError, ValueError):
                status = self.status(job_id)
                return status if status["status"] in ("COMPLETED", "FAILED", "CANCELLED") else None

        return wait_for(ended, seconds, lambda: f"{self.get(f'/api/stt/status/{job_id}').text}\n{self.logs()}")

    def transcribe(self, path, seconds=120, **fields):
        job_id = self.submit(path, **fields)
        status = self.wait(job_id, seconds)
        assert status["status"] == "COMPLETED", (status, self.logs())
        return self.result(job_id)


def wait_for(condition, seconds, explain):
    """What `condition` returns once that is true."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if found := condition():
            return found
        time.sleep(0.15)
    raise AssertionError(f"not within {seconds} s:\n{explain()}")


def base_environment():
    """The environment without anything that would point to another database, bucket or broker."""
    ours = ("STT_", "DATABASE_URL", "RABBITMQ_URL", "MINIO_")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
    return kept | {"PYTHONPATH": str(ROOT / "src"), "PYTHONUNBUFFERED": "1"}


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
