"""The service, each of its processes with points of its own."""

import contextlib
import json
import os
import signal
from pathlib import Path
from unittest import mock

import httpx

from stt.core.config import Settings
from tools import service

QUICK = {
    "STT_LEASE_SECONDS": "2",
    "STT_POLL_SECONDS": "0.3",
    "STT_CHUNK_SECONDS": "10",
    "STT_DEVICE": "cpu",
    "STT_DEFAULT_MODEL": "demo",
    "STT_ALLOW_PRIVATE_URLS": "true",
    "STT_CHAOS_ENGINE": "hash",
    "STT_CHAOS_HURRY": "1",
}


class Service(service.Service):
    """`arm` a process, then start it: it dies, or falls asleep, at that point."""

    def __init__(self, nursery, directory, settings, *, commands=("serve",)):
        super().__init__(directory, QUICK | settings, commands=commands)
        self._nursery = nursery
        self._own = {}
        self.ended = []
        """The ids of all processes that were started; each leads a session of its own."""

    def __exit__(self, *_):
        """What an orderly stop leaves is looked at by `check`; a run that has failed may have left sleepers."""
        for name in list(self.processes):
            self.kill(name)
        for pid in self.left_over():
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)

    def arm(self, name, **variables):
        """What is in the environment of the process of that name when it is started next."""
        self._own[name] = variables

    def start(self, name, *arguments):
        environment = self.environment | self._own.pop(name, {})
        process = self._nursery.start(list(arguments), environment, self.directory, self.log(name))
        self.processes[name] = process
        self.ended.append(process.pid)

    def settings(self):
        """Those that its processes read from their environment."""
        with mock.patch.dict(os.environ, self.environment, clear=True):
            return Settings(_env_file=None)

    def start_again(self, name):
        """The process has died by itself."""
        self.processes.pop(name)
        self.start(name, name.rstrip("0123456789"))

    def kill(self, name):
        """As the kernel kills: the process alone, its children have to notice."""
        process = self.processes.pop(name)
        with contextlib.suppress(ProcessLookupError):
            os.kill(process.pid, signal.SIGKILL)
        process.wait()

    def died(self):
        """The names of processes that are there no more."""
        return [name for name, process in self.processes.items() if process.poll() is not None]

    def children(self):
        """The ids of processes that processes of the service have started."""
        leaders = {process.pid for process in self.processes.values()}
        return [pid for pid, session in _sessions() if session in leaders - {pid}]

    def left_over(self):
        """Processes of sessions whose first one has ended."""
        over = {pid for pid in self.ended if not Path(f"/proc/{pid}").exists()}
        return [pid for pid, session in _sessions() if session in over]

    def get(self, path, **headers):
        return self._ask("GET", path, headers=headers)

    def post(self, path, **request):
        return self._ask("POST", path, **request)

    def patch(self, path, **request):
        return self._ask("PATCH", path, **request)

    def delete(self, path):
        return self._ask("DELETE", path)

    def _ask(self, method, path, headers=None, **request):
        headers = self.headers | (headers or {})
        return httpx.request(method, self.url + path, headers=headers, timeout=30, verify=False, **request)


def _sessions():
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(FileNotFoundError, ProcessLookupError):
            state, _, _, session = stat.read_text().rpartition(")")[2].split()[:4]
            if state != "Z":
                yield int(stat.parent.name), int(session)


def entries(log):
    """What a log in JSON says."""
    return [json.loads(line) for line in log.read_text().splitlines() if line.startswith("{")]
