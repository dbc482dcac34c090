"""A process is killed at every point at which it writes: nothing is lost, nothing is done twice, nothing is left."""

import os
import random

import pytest

from tests.chaos.checks import check
from tests.chaos.points import passes_in

SEED = int(os.environ.get("STT_CHAOS_SEED", "1"))
POINTS = int(os.environ.get("STT_CHAOS_POINTS", "4"))
"""So many points of each process, drawn by chance; 0 for all of them."""
VICTIMS = {"embedded": ("serve",), "distributed": ("api", "consumer0")}
ROUTINE = ("age", "forget", "lower_unwatched", "_upgrade")
"""Writes that say nothing of any one job."""


def passes_of(campaign, victim, tmp_path):
    """How often a process passes each point in an undisturbed story."""
    file = tmp_path / f"{victim}.points"
    campaign.restart(victim, STT_FAILPOINTS_PASSED=str(file))
    campaign.tell()
    return passes_in(file)


def drawn(passes, chance, most):
    """Points at which a death makes a difference, each at a pass and in an order by chance."""
    told = {
        name: count
        for name, count in sorted(passes.items())
        # What a death before a transaction undoes, one before its commit does too.
        if not (name[0].isupper() and name.endswith("/begin")) and name.partition("/")[0].split(".")[-1] not in ROUTINE
    }
    points = [f"{name}:{chance.randint(1, min(count, 4))}" for name, count in told.items()]
    chance.shuffle(points)
    return points[:most] if most else points


@pytest.mark.parametrize("setting", VICTIMS)
def test_a_process_that_dies_at_any_point_loses_and_doubles_nothing(campaign, undisturbed, tmp_path, setting):
    running = campaign(setting)
    chance = random.Random(SEED)
    for victim in VICTIMS[setting]:
        points = drawn(passes_of(running, victim, tmp_path), chance, POINTS // len(VICTIMS[setting]))
        running.kill_at(victim, points)
    print(f"{setting}, seed {SEED}: died {len(running.hit)} times, not reached: {running.missed}")
    check(running, undisturbed)
    assert len(running.missed) <= max(1, 0.2 * (len(running.hit) + len(running.missed))), running.missed
    assert running.hit
