"""What is measured has the right shape; the sizes themselves are for a quiet machine."""

import asyncio
import json
import sys
from asyncio.subprocess import PIPE
from pathlib import Path

import pytest

from benchmarks.memory.account import MEGABYTE, Watch
from benchmarks.memory.command import main
from benchmarks.memory.finding import Finding
from tests.eventually import eventually

pytestmark = pytest.mark.skipif(not Path("/proc/self/smaps_rollup").exists(), reason="needs the accounts of Linux")


HOLDING = f"""
import os, sys
print("ready", flush=True)
sys.stdin.readline()
block = os.urandom({64 * MEGABYTE})
print("held", flush=True)
sys.stdin.readline()
"""
"""A process of its own: what a process of tests lets go of meanwhile would hide what it takes."""


async def test_a_watch_sees_what_is_held_for_a_moment():
    process = await asyncio.create_subprocess_exec(sys.executable, "-c", HOLDING, stdin=PIPE, stdout=PIPE)
    assert await process.stdout.readline() == b"ready\n"
    with Watch(process.pid) as watch:
        process.stdin.write(b"hold\n")
        assert await process.stdout.readline() == b"held\n"
        await eventually(seen_by(watch), 30)
    await process.communicate(b"let go\n")
    assert watch.peak.share >= watch.before.share


def seen_by(watch):
    async def seen():
        return watch.growth > 60 * MEGABYTE

    return seen


def test_a_growth_that_is_too_large_is_told():
    finding = Finding("API", "an upload", 100 * MEGABYTE, 170 * MEGABYTE, 70 * MEGABYTE, 64 * MEGABYTE)
    assert finding.row == ["API", "an upload", "100", "170", "70", "64", "**no**"]


def test_all_four_are_measured(tmp_path, capsys):
    main(["--quick", "--output", str(tmp_path / "memory.json")])
    told = json.loads((tmp_path / "memory.json").read_text())
    assert [finding["process"] for finding in told["findings"]] == [
        "API", "consumer", "preparing child", "inference child",
    ]  # fmt: skip
    assert all(min(finding["peak"], finding["before"]) > 10 * MEGABYTE for finding in told["findings"])
    assert all(finding["growth"] == finding["peak"] - finding["before"] for finding in told["findings"])
    assert "holds" in capsys.readouterr().out
