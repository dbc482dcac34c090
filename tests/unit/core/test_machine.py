import os

import pytest

from stt.core import machine
from stt.core.machine import usable_cores, usable_memory

GIGABYTE = 2**30


@pytest.fixture
def group(monkeypatch, tmp_path):
    """The control group of this process, two levels below the root."""
    place = tmp_path / "groups" / "service" / "stt"
    place.mkdir(parents=True)
    (tmp_path / "membership").write_text("0::/service/stt\n")
    monkeypatch.setattr(machine, "GROUPS", tmp_path / "groups")
    monkeypatch.setattr(machine, "MEMBERSHIP", tmp_path / "membership")
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: set(range(8)), raising=False)
    return place


def test_without_a_limit_it_is_the_machine(group):
    (group / "cpu.max").write_text("max 100000\n")
    (group / "memory.max").write_text("max\n")
    assert usable_cores() == 8
    assert usable_memory() > GIGABYTE / 4


@pytest.mark.parametrize(("quota", "cores"), [("250000 100000", 2), ("20000 100000", 1), ("6400000 100000", 8)])
def test_a_quota_counts_in_whole_cores(group, quota, cores):
    (group / "cpu.max").write_text(quota)
    assert usable_cores() == cores


def test_a_limit_of_a_group_above_counts_too(group):
    (group / "memory.max").write_text("max")
    (group.parent / "memory.max").write_text("1048576")
    (group.parents[1] / "cpu.max").write_text("300000 100000")
    assert (usable_cores(), usable_memory()) == (3, 1048576)


def test_a_group_outside_of_what_is_seen_is_no_limit(group):
    machine.MEMBERSHIP.write_text("0::/../../elsewhere\n")
    assert usable_cores() == 8
