"""A consumer that is asleep for two leases wakes up and goes on with what is another's by now."""

import os
import random
import signal
import time

import pytest

from tests.chaos.checks import Losses, check
from tests.chaos.service import entries
from tests.chaos.test_points import POINTS as DRAWN
from tests.chaos.test_points import SEED
from tools.service import wait_for

pytestmark = pytest.mark.chaos  # which consumer comes to a point first is a matter of chance

LEASE_SECONDS = 2.0
FEW = 3
STORIES = 10
"""In which a consumer has to come to a point: the other one may take all of the work of the first."""
SWEPT_SECONDS, AWAKE_SECONDS = 4.0, 2.0
"""From the end of a job until its remains are swept, and from waking up until what was begun is done."""
POINTS = (
    "put chunks/begin",
    "ChunkRepository.add/begin",
    "JobRepository.finish_prepare/begin",
    "JobRepository.fail/begin",
    "ChunkRepository._settle/begin",
    "put results/begin",
    "JobRepository.complete/begin",
    "DeliveryRepository.settle/begin",
)


class Sleeper:
    """Wakes a process up that fell asleep, two leases later."""

    def __init__(self, service, name):
        self._service, self._name = service, name
        self._asleep_since = None
        self.has_slept = False

    def look(self):
        process = self._service.processes[self._name]
        if self._asleep_since is None and process.is_asleep:
            self._asleep_since = time.monotonic()
        elif not self.has_slept and self._asleep_since and time.monotonic() > self._asleep_since + 2 * LEASE_SECONDS:
            os.kill(process.pid, signal.SIGCONT)
            self.has_slept = True


def asleep_at(running, points):
    """Stories in which the first consumer falls asleep at these points; those that it came to."""
    reached = []
    for point in points:
        running.restart("consumer0", STT_FAILPOINT=point, STT_FAILPOINT_SIGNAL="SIGSTOP")
        sleeper = Sleeper(running.service, "consumer0")
        for _ in range(STORIES):
            running.tell(sleeper.look)
            if sleeper.has_slept or running.service.processes["consumer0"].is_asleep:
                break
        while running.service.processes["consumer0"].is_asleep:
            sleeper.look()
            time.sleep(0.05)
        reached += [point] if sleeper.has_slept else []
    return reached


@pytest.mark.parametrize("setting", ["embedded", "distributed"])
def test_who_wakes_up_writes_nothing(campaign, undisturbed, setting):
    points = POINTS if setting == "embedded" else POINTS[-FEW:]
    points = random.Random(SEED).sample(points, FEW) if DRAWN else points
    running = campaign(setting, commands=("api", "consumer", "consumer"))
    reached = asleep_at(running, points)
    print(f"{setting}: slept at {len(reached)} of {len(points)} points: {reached}")
    assert len(reached) >= 0.6 * len(points)
    log = running.service.log("consumer0")

    def refused():
        return sum(entry["event"] == "claim_lost" for entry in entries(log)) >= len(reached)

    wait_for(refused, 60, log.read_text)
    time.sleep(AWAKE_SECONDS)
    check(running, undisturbed)


def test_who_sleeps_until_all_is_swept_leaves_nothing_behind_the_broom(campaign, undisturbed):
    running = campaign("embedded", commands=("api", "consumer", "consumer"))
    for point in ("put chunks/begin", "put results/begin"):
        running.restart("consumer0", STT_FAILPOINT=point, STT_FAILPOINT_SIGNAL="SIGSTOP")
        sleeper = running.service.processes["consumer0"]
        for _ in range(STORIES):
            running.tell()
            if sleeper.is_asleep:
                break
        assert sleeper.is_asleep
        time.sleep(SWEPT_SECONDS)
        os.kill(sleeper.pid, signal.SIGCONT)
        time.sleep(AWAKE_SECONDS)
    check(running, undisturbed)


def test_without_a_fence_who_wakes_up_doubles_what_another_did(campaign, undisturbed):
    running = campaign("embedded", commands=("api", "consumer", "consumer"), STT_CHAOS_WITHOUT="fence")
    asleep_at(running, ["ChunkRepository._settle/begin", "JobRepository.complete/begin"])
    with pytest.raises(Losses, match="ended 2 times|chunks"):
        check(running, undisturbed)
