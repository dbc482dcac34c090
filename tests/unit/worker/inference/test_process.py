"""One inference process, and everything that can happen to it."""

import asyncio
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from stt.worker.errors import EngineCrashed, EngineTimeout
from stt.worker.inference.child import Hardware
from stt.worker.inference.process import EngineProcess
from tests.unit.worker import misbehaviour

KEY = ("none", Path("nowhere"))
ROOT = Path(__file__).parents[4]


@pytest.fixture
async def process():
    process = EngineProcess(Hardware("cpu", "default", 3))
    yield process
    await process.stop()


def run(process, function, *arguments, deadline=30.0):
    return process.run(function, KEY, arguments, deadline)


def is_running(pid):
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


async def test_the_process_knows_no_secret_of_the_service(process, monkeypatch):
    monkeypatch.setenv("MINIO_SECRET_KEY", "a secret")
    monkeypatch.setenv("HF_TOKEN", "a secret")
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "1")
    seen, by_c, told = await run(process, misbehaviour.secrets)
    assert not {"MINIO_SECRET_KEY", "HF_TOKEN"} & seen.keys()
    assert (by_c, b"a secret" in told) == (None, False)
    assert (seen["CUDA_VISIBLE_DEVICES"], seen["PATH"]) == ("1", os.environ["PATH"])
    assert seen["HF_HUB_OFFLINE"] == "1", "and it asks the network for nothing"


async def test_the_process_stays_and_answers(process):
    first = await run(process, misbehaviour.pid)
    assert first != os.getpid()
    assert await run(process, misbehaviour.pid) == first
    assert await run(process, misbehaviour.echo, b"x" * 8_000_000) == b"x" * 8_000_000


async def test_it_has_the_threads_it_was_given(process):
    assert await run(process, misbehaviour.environment) == {"OMP": "3", "OPENBLAS": "3"}


async def test_it_says_nothing_on_the_terminal(process, capfd):
    await run(process, misbehaviour.chat)
    assert capfd.readouterr() == ("", "")
    misbehaviour.chat(KEY)
    assert capfd.readouterr() == ("loading\n", "warning\n")


@pytest.mark.parametrize(
    ("function", "arguments", "cause"),
    [
        (misbehaviour.die, (), "killed, most often for want of memory"),
        (misbehaviour.die, (signal.SIGSEGV,), "died of SIGSEGV"),
        (misbehaviour.leave, (3,), "exit code 3"),
        (misbehaviour.fail, (), "The engine failed: RuntimeError: CUDA failed"),
    ],
)
async def test_its_death_is_told_and_another_takes_its_place(process, function, arguments, cause):
    before = await run(process, misbehaviour.pid)
    with pytest.raises(EngineCrashed, match=cause):
        await run(process, function, *arguments)
    assert not is_running(before)
    assert await run(process, misbehaviour.pid) != before


async def test_its_death_while_it_has_nothing_to_do_costs_nothing(process):
    os.kill(await run(process, misbehaviour.pid), signal.SIGKILL)
    await asyncio.sleep(0.5)
    assert await run(process, misbehaviour.echo, 1) == 1


@pytest.mark.parametrize("function", [misbehaviour.wait, misbehaviour.calculate])
async def test_past_its_deadline_it_is_killed(process, function):
    before = await run(process, misbehaviour.pid)
    begun = time.monotonic()
    with pytest.raises(EngineTimeout, match="longer than 0 s"):
        await run(process, function, deadline=0.3)
    assert time.monotonic() - begun < 30
    assert not is_running(before)
    assert await run(process, misbehaviour.echo, 1) == 1


async def test_cancelling_the_call_kills_it(process):
    before = await run(process, misbehaviour.pid)
    call = asyncio.create_task(run(process, misbehaviour.calculate))
    await asyncio.sleep(0.3)
    call.cancel()
    with pytest.raises(asyncio.CancelledError):
        await call
    assert not is_running(before)
    assert await run(process, misbehaviour.echo, 1) == 1


async def test_stopping_it_fails_the_call_under_way(process):
    before = await run(process, misbehaviour.pid)
    call = asyncio.create_task(run(process, misbehaviour.wait))
    await asyncio.sleep(0.3)
    await process.stop()
    with pytest.raises(EngineCrashed):
        await call
    assert not is_running(before)


async def test_ctrl_c_in_the_terminal_is_not_for_it(process):
    before = await run(process, misbehaviour.pid)
    os.kill(before, signal.SIGINT)
    assert await run(process, misbehaviour.pid) == before


async def test_it_remembers_which_models_it_holds(process):
    for name in ("a", "b", "a", "c"):
        await process.run(misbehaviour.echo, ("none", Path(name)), (1,), 30)
    assert process.loaded == (("none", Path("a")), ("none", Path("c")))
    await process.stop()
    assert process.loaded == ()


PARENT = """
import asyncio, sys
sys.path[:0] = {paths!r}
from stt.worker.inference.child import Hardware
from stt.worker.inference.process import EngineProcess
from tests.unit.worker import misbehaviour

async def main():
    process = EngineProcess(Hardware())
    print(await process.run(misbehaviour.pid, ("none", None), (), 60), flush=True)
    await process.run(misbehaviour.calculate, ("none", None), (), 60)

if __name__ == "__main__":
    asyncio.run(main())
"""


def test_it_dies_with_its_parent_whatever_it_does(tmp_path):
    script = tmp_path / "parent.py"
    script.write_text(PARENT.format(paths=[str(ROOT / "src"), str(ROOT)]))
    with subprocess.Popen([sys.executable, script], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as parent:
        pid = int(parent.stdout.readline())
        time.sleep(0.5)
        assert is_running(pid)
        parent.kill()
    deadline = time.monotonic() + 60
    while is_running(pid) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not is_running(pid)
