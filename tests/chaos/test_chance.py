"""Deaths at any moment, and tickets that are lost, doubled and out of order."""

import contextlib
import os
import random
import signal
import time

import pytest

from tests.chaos.checks import check
from tests.chaos.test_points import SEED

KILLS = int(os.environ.get("STT_CHAOS_KILLS", "6"))
KILLS_IN_A_STORY = 3
"""What sees its process die a dozen times is given up, as it should be."""
STORIES = int(os.environ.get("STT_CHAOS_STORIES", "2"))


class Killer:
    """Every 0.5 to 3 s ends a process of the service, or one that prepares a file for it."""

    def __init__(self, service, chance):
        self._service, self._chance = service, chance
        self._next = time.monotonic()
        self.kills = self._in_story = 0

    def begin(self):
        self._in_story = 0

    def look(self):
        if time.monotonic() < self._next or self._in_story >= KILLS_IN_A_STORY:
            return
        self._next = time.monotonic() + self._chance.uniform(0.5, 3.0)
        victims = [process.pid for process in self._service.processes.values()]
        with contextlib.suppress(ProcessLookupError):
            os.kill(self._chance.choice(victims + self._service.children()), signal.SIGKILL)
            self.kills += 1
            self._in_story += 1


@pytest.mark.parametrize("setting", ["embedded", "distributed"])
def test_deaths_by_chance_lose_and_double_nothing(campaign, undisturbed, setting):
    running = campaign(setting, keyed=setting == "distributed")
    killer = Killer(running.service, random.Random(SEED))
    while killer.kills < KILLS:
        killer.begin()
        running.tell(killer.look)
    print(f"{setting}, seed {SEED}: {killer.kills} killed in {len(running.asked)} jobs")
    check(running, undisturbed)


def test_tickets_that_are_lost_doubled_and_late_make_one_transcript_each(campaign, undisturbed):
    running = campaign("distributed", commands=("api", "consumer", "consumer"), STT_CHAOS_TICKETS=str(SEED))
    for _ in range(STORIES):
        running.tell()
    check(running, undisturbed)
