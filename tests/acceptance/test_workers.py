"""Consumers that are told to pause, to go on and to end, by the command and over HTTP."""

import json
import subprocess
import sys

import httpx
import pytest

from tests.acceptance.conftest import SETTINGS, environment_of
from tests.acceptance.service import Service
from tools.service import wait_for
from tools.speech import compose, write

CLIP_SECONDS = 4.0


class Crew(Service):
    """A service with two consumers, and what is known of each."""

    def worker(self, name):
        """The id of a consumer, once it has told of itself."""
        marked = f"-{self.processes[name].pid}-"

        def found():
            words = self.stt("workers", "list").stdout.split()
            return next((word for word in words if marked in word), None)

        return wait_for(found, 60, self.logs)

    def stt(self, *words):
        command = [sys.executable, "-m", "stt", *words]
        place = {"env": self.environment, "cwd": self.directory}
        done = subprocess.run(command, **place, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        return done

    def key(self, *scopes):
        """The headers of a key with these scopes."""
        options = [word for scope in scopes for word in ("--scope", scope)]
        return {"Authorization": f"Bearer {self.stt('keys', 'create', 'test', *options).stdout.split()[-1]}"}

    def told(self, name, event):
        """What a consumer has logged under a name."""
        lines = self.log(name).read_text().split("\n")[:-1]
        told = [json.loads(line) for line in lines if line.startswith("{")]
        return [line for line in told if line["event"] == event]

    def wait_for_duty(self, name, duty):
        def is_told():
            return any(line["duty"] == duty for line in self.told(name, "duty_changed"))

        wait_for(is_told, 60, self.logs)


@pytest.fixture(params=["embedded", "distributed"])
def crew(request, tmp_path):
    with environment_of(SETTINGS[request.param], request) as environment, Crew(tmp_path, environment) as running:
        yield running


@pytest.fixture
def clip(tmp_path):
    write(compose("vi", CLIP_SECONDS, seed=61), path := tmp_path / "clip.flac")
    return path


def test_who_pauses_takes_nothing_and_who_drains_finishes_what_it_holds_and_ends(crew, clip):
    one, two = crew.worker("consumer0"), crew.worker("consumer1")
    crew.stt("workers", "pause", one)
    crew.wait_for_duty("consumer0", "pause")
    assert crew.transcribe(clip)["text"]
    assert not crew.told("consumer0", "work_taken")

    crew.headers = crew.key("admin")
    wanted = {"duty": "work"}
    answer = httpx.put(f"{crew.url}/api/stt/workers/{one}", json=wanted, headers=crew.headers, verify=False)
    assert (answer.status_code, answer.json()["duty"]) == (200, "work"), answer.text
    crew.wait_for_duty("consumer0", "work")

    crew.headers = crew.key("jobs:write", "jobs:read")
    crew.stt("workers", "drain", two)
    early = [crew.submit(clip)]
    while not crew.told("consumer1", "duty_changed"):
        early.append(crew.submit(clip))
        crew.wait(early[-1])
    late = [crew.submit(clip) for _ in range(3)]
    assert crew.processes["consumer1"].wait(60) == 0, crew.logs()
    assert all(crew.wait(job)["status"] == "COMPLETED" for job in early + late), crew.logs()
    taken, done = (crew.told("consumer1", event) for event in ("work_taken", "work_done"))
    assert _works(taken) == _works(done)
    assert not _jobs(taken) & {*late}
    assert _jobs(crew.told("consumer0", "work_taken")) >= {*late}


def _works(lines):
    return {(line["work"], line["attempt"]) for line in lines}


def _jobs(lines):
    return {line["job_id"] for line in lines}
