"""The clock of the machine, database and all, set back and forth by an hour under the requests of a story."""

import contextlib
import os
import platform
import random
import sqlite3
import time
from pathlib import Path

import pytest

from tests.chaos import story
from tests.chaos.checks import check
from tests.chaos.nursery import Nursery
from tests.chaos.test_points import SEED
from tests.chaos.trouble import Trouble, in_trouble

pytestmark = pytest.mark.chaos

JUMPS = int(os.environ.get("STT_CHAOS_JUMPS", "4"))
WAITING_SECONDS = 30.0
"""Longer than any story takes, and far from an hour."""
FOLDERS = (f"/usr/lib/{platform.machine()}-linux-gnu", "/usr/lib64", "/usr/lib")
"""Of Debian, of Fedora, and of the others."""
AHEAD = """
SELECT (SELECT count(*) FROM chunks WHERE attempt = outcomes AND available_at > :soon)
     + (SELECT count(*) FROM jobs WHERE attempt = outcomes AND available_at > :soon)
"""
"""Rows that nobody holds, and that wait for a moment far off."""
MANY = 3
"""More than can be taken until the clock is looked at again."""


def library():
    """`None` where it is not installed."""
    paths = (Path(folder, "faketime/libfaketime.so.1") for folder in FOLDERS)
    return next(filter(Path.exists, paths), None)


class Clock:
    """What `libfaketime` makes of the time of the machine, as a file says."""

    def __init__(self, file):
        self._file = file
        self.variables = {
            "LD_PRELOAD": str(library()),
            "FAKETIME_TIMESTAMP_FILE": str(file),
            "FAKETIME_CACHE_DURATION": "1",
            "FAKETIME_DONT_FAKE_MONOTONIC": "1",
            "NO_FAKE_STAT": "1",
        }
        self.set(0)

    def set(self, hours):
        aside = self._file.with_suffix(".new")
        aside.write_text(f"{3600 * hours:+d}\n")
        aside.rename(self._file)


@pytest.fixture(scope="session")
def nursery(tmp_path_factory):
    """Whose processes have the clock."""
    if library() is None:
        pytest.skip("libfaketime is not installed: run scripts/debian-packages libfaketime")
    with Nursery(**Clock(tmp_path_factory.mktemp("clock") / "clock").variables) as started:
        yield started


@pytest.fixture
def clock(nursery):
    return Clock(Path(nursery.variables["FAKETIME_TIMESTAMP_FILE"]))


def jumps(clock):
    def set_forth():
        clock.set(+1)
        return lambda: clock.set(0)

    def set_back():
        clock.set(-1)
        return lambda: clock.set(0)

    return set_forth, set_back


def test_a_clock_set_back_and_forth_loses_and_keeps_nothing(campaign, undisturbed, clock):
    running = campaign("embedded", **clock.variables)
    trouble = Trouble(random.Random(SEED), jumps(clock), JUMPS, pause=(0.5, 3.0), lasting=(1.0, 6.0))
    in_trouble(running, trouble)
    print(f"clock, seed {SEED}: {trouble.made} in {len(running.asked)} jobs")
    check(running, undisturbed)


def test_where_leases_are_read_as_they_stand_a_clock_set_back_keeps_work_waiting(campaign, clock, monkeypatch):
    monkeypatch.setattr(story, "PATIENCE_SECONDS", WAITING_SECONDS)
    clock.set(+1)
    running = campaign("embedded", STT_CHAOS_WITHOUT="distrust", STT_CHAOS_THINKING="2", **clock.variables)
    database = running.service.directory / running.service.settings().embedded_database

    def clock_goes_back_when_work_waits():
        if how_many_are_ahead(database) >= MANY:
            clock.set(0)

    with pytest.raises(AssertionError, match="has not ended"):
        running.tell(clock_goes_back_when_work_waits)
    assert how_many_are_ahead(database)


def how_many_are_ahead(database):
    with contextlib.closing(sqlite3.connect(database)) as connection:
        return connection.execute(AHEAD, {"soon": time.time() + 1800}).fetchone()[0]
