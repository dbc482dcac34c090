"""A process that has imported the service once, and becomes it as often as asked to: to import it takes seconds.

Each line of its input is an order in JSON: `arguments`, `environment`, `directory` and `log`. It answers with the id of
the process that carries it out. It ends with its input.
"""

import contextlib
import json
import os
import select
import signal
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).parents[2]


class Nursery:
    """Starts processes of the service; a context manager. `variables` are in its own environment besides."""

    def __init__(self, **variables):
        self.variables = variables

    def __enter__(self):
        environment = os.environ | {
            "PYTHONPATH": f"{ROOT}{os.pathsep}{ROOT / 'src'}",
            # Threads do not survive a fork.
            **dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1"),
            **self.variables,
        }
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.chaos.nursery"],
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        return self

    def __exit__(self, *_):
        self._process.stdin.close()
        self._process.wait()
        self._process.stdout.close()

    def start(self, arguments, environment, directory, log):
        order = {"arguments": arguments, "environment": environment, "directory": str(directory), "log": str(log)}
        print(json.dumps(order), file=self._process.stdin, flush=True)
        return Forked(int(self._process.stdout.readline()))


class Forked:
    """A process as `subprocess.Popen` would show it, whose exit code only its parent knows."""

    def __init__(self, pid):
        self.pid = pid
        try:
            self._descriptor = os.pidfd_open(pid)
        except ProcessLookupError:
            self._descriptor = None

    def poll(self):
        """`None` while it runs, or sleeps."""
        if self._descriptor is not None and select.select([self._descriptor], [], [], 0)[0]:
            os.close(self._descriptor)
            self._descriptor = None
        return None if self._descriptor is not None else 0

    def wait(self, timeout=None):
        deadline = time.monotonic() + (timeout or 60)
        while self.poll() is None:
            if time.monotonic() > deadline:
                raise subprocess.TimeoutExpired(str(self.pid), timeout)
            time.sleep(0.01)
        return 0

    def terminate(self):
        with contextlib.suppress(ProcessLookupError):
            os.kill(self.pid, signal.SIGTERM)

    @property
    def is_asleep(self):
        try:
            return Path(f"/proc/{self.pid}/stat").read_text().rpartition(")")[2].split()[0] == "T"
        except FileNotFoundError:
            return False


def _main():
    from tests.chaos.process import main

    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody waits for those who end
    for line in sys.stdin:
        pid = os.fork()
        if pid == 0:
            _become(json.loads(line), main)
        print(pid, flush=True)


def _become(order, main):
    os.setsid()
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    os.chdir(order["directory"])
    os.environ.clear()
    os.environ.update(order["environment"])
    log = os.open(order["log"], os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o644)
    nothing = os.open(os.devnull, os.O_RDONLY)
    for given, stream in ((nothing, 0), (log, 1), (log, 2)):
        os.dup2(given, stream)
    try:
        main(order["arguments"])
    except SystemExit as end:
        os._exit(end.code or 0)
    except BaseException:
        import traceback

        traceback.print_exc()
        os._exit(1)
    os._exit(0)


if __name__ == "__main__":
    _main()
