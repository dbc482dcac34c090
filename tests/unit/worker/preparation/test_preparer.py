"""Whatever happens to the process that decodes, the parent gets an answer."""

import asyncio
import contextlib
import os
import sys
import textwrap
import time
from pathlib import Path

import numpy as np
import pytest

from stt.domain.errors import JobFailure
from stt.domain.jobs.guidance import Channels
from stt.worker.errors import (
    AudioTooLong,
    AudioUnreadable,
    DecoderCrashed,
    PreparationTooLong,
    TooManyChannels,
    TrackMissing,
)
from stt.worker.preparation.child import prepare
from stt.worker.preparation.preparer import COMMAND, PreparedAudio, PreparedChunk, Preparer
from tests.unit.worker.sounds import write as write_sound
from tools.speech import compose, write


@pytest.fixture(scope="module")
def source(tmp_path_factory):
    return write(compose("en", 40, seed=3), tmp_path_factory.mktemp("audio") / "talk.mp3")


@contextlib.asynccontextmanager
async def preparing(*, children=1, chunk_seconds=10.0, max_seconds=1000.0, patience=20.0, command=COMMAND):
    preparer = Preparer(
        children=children, chunk_seconds=chunk_seconds, max_seconds=max_seconds, patience=patience, command=command
    )
    try:
        yield preparer
    finally:
        await preparer.close()


async def items_of(preparer: Preparer, source: Path, *channels: Channels) -> list:
    return [item async for item in preparer.prepare(source, *channels)]


def python(script: str) -> tuple[str, ...]:
    """A command that runs a script in the place of the decoder; `answers` sends what the decoder would."""
    prelude = """
        import ctypes, json, os, sys, time
        from pathlib import Path
        from stt.worker.preparation import child as preparation
        def answers(order):
            wanted = json.loads(order)
            for item in preparation.prepare(Path(wanted["source"]), chunk_seconds=10, max_seconds=1000):
                sys.stdout.buffer.write(preparation.to_message(item).encode())
                sys.stdout.flush()
                yield item
    """
    return (sys.executable, "-P", "-c", textwrap.dedent(prelude) + textwrap.dedent(script))


async def until(condition) -> None:
    async with asyncio.timeout(30):
        while not condition():  # noqa: ASYNC110  nobody tells when a process is gone
            await asyncio.sleep(0.01)


_before: set[int] = set()


def all_children() -> set[int]:
    task = Path(f"/proc/{os.getpid()}/task/{os.getpid()}/children")
    return {int(pid) for pid in task.read_text().split()}


def children_of_this_process() -> set[int]:
    """Those the test has started: other tests of the same run may have left Python's resource tracker behind."""
    return all_children() - _before


@pytest.fixture(autouse=True)
def children_of_other_tests():
    _before.clear()
    _before.update(all_children())


async def test_the_child_gives_what_the_pipeline_gives(source):
    async with preparing() as preparer:
        assert await items_of(preparer, source) == list(prepare(source, chunk_seconds=10, max_seconds=1000))


async def test_the_child_keeps_channels_apart_when_it_is_asked_to(tmp_path):
    call = write([compose("en", 20, seed=3), compose("vi", 20, seed=3)], tmp_path / "call.flac")
    async with preparing() as preparer:
        apart = await items_of(preparer, call, Channels.SEPARATE)
        mixed = await items_of(preparer, call)
    assert apart == list(prepare(call, chunk_seconds=10, max_seconds=1000, channels=Channels.SEPARATE))
    assert {item.plan.channel for item in apart[:-1]} == {0, 1}
    assert {item.plan.channel for item in mixed[:-1]} == {None}
    assert (apart[-1].tracks, mixed[-1].tracks) == (2, 1)


async def test_a_child_is_kept_for_the_next_file(source):
    async with preparing() as preparer:
        await items_of(preparer, source)
        first = children_of_this_process()
        await items_of(preparer, source)
        assert children_of_this_process() == first


async def test_a_file_that_cannot_be_read_is_reported_as_itself_and_costs_no_child(source, tmp_path):
    text = tmp_path / "text"
    text.write_text("no audio at all")
    async with preparing(max_seconds=20) as preparer:
        with pytest.raises(AudioUnreadable, match="cannot be read"):
            await items_of(preparer, text)
        first = children_of_this_process()
        with pytest.raises(AudioTooLong, match="20 seconds"):
            await items_of(preparer, source)
        many = write_sound(tmp_path / "a.wav", np.zeros((40, 16_000)), codec="pcm_s16le", layout="40 channels")
        with pytest.raises(TooManyChannels, match="40 channels"):
            await items_of(preparer, many, Channels.SEPARATE)
        with pytest.raises(TrackMissing, match="no track 2"):
            await items_of(preparer, many, Channels.MIXED, "2")
        assert children_of_this_process() == first


async def test_a_segfault_costs_the_attempt_and_nothing_else(source):
    crash = python(
        """
        for order in sys.stdin:
            for number, _ in enumerate(answers(order)):
                if number == 1 and not os.path.exists(sys.argv[-1]):
                    open(sys.argv[-1], "w").close()
                    ctypes.string_at(0)
        """
    )
    marker = source.parent / "crashed"
    async with preparing(command=(*crash, str(marker))) as preparer:
        items = preparer.prepare(source)
        assert isinstance(await anext(items), PreparedChunk)
        assert isinstance(await anext(items), PreparedChunk)
        with pytest.raises(DecoderCrashed, match="SIGSEGV"):
            await anext(items)
        assert isinstance((await items_of(preparer, source))[-1], PreparedAudio)


async def test_a_child_that_dies_with_an_error_is_reported(source):
    async with preparing(command=python("sys.stdin.readline(); sys.exit(3)")) as preparer:
        with pytest.raises(DecoderCrashed, match="exit code 3"):
            await items_of(preparer, source)


@pytest.mark.parametrize(
    ("script", "reason"),
    [
        (
            "raise TypeError(\"open() got an unexpected keyword argument 'metadata_errors'\\nand more\")",
            "TypeError: open() got an unexpected keyword argument 'metadata_errors'",
        ),
        ("import nowhere", "ModuleNotFoundError: No module named 'nowhere'"),
        ("open('/tmp/stt nowhere/stt/source')", "FileNotFoundError: [Errno 2] No such file or directory: 'source'"),
    ],
)
async def test_what_a_child_died_of_is_named_even_where_it_may_not_write_files(source, script, reason):
    limited = "import resource; resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0)); sys.stdin.readline(); "
    async with preparing(command=python(limited + script)) as preparer:
        with pytest.raises(DecoderCrashed) as caught:
            await items_of(preparer, source)
    assert caught.value.message == f"The decoder failed with exit code 1: {reason}."


async def test_what_a_child_said_about_another_file_is_no_reason(source):
    warned = python("""
        for number, order in enumerate(sys.stdin):
            if number: sys.exit(4)
            print("a warning", file=sys.stderr, flush=True)
            time.sleep(0.2)
            list(answers(order))
    """)
    async with preparing(command=warned) as preparer:
        await items_of(preparer, source)
        with pytest.raises(DecoderCrashed, match=r"exit code 4\.$"):
            await items_of(preparer, source)


async def test_a_child_killed_while_idle_is_replaced(source):
    async with preparing() as preparer:
        await items_of(preparer, source)
        (child,) = children_of_this_process()
        os.kill(child, 9)
        await until(lambda: child not in children_of_this_process())
        await asyncio.sleep(0.1)
        assert isinstance((await items_of(preparer, source))[-1], PreparedAudio)


async def test_a_hang_is_noticed_and_ended(source):
    async with preparing(command=python("sys.stdin.readline(); time.sleep(600)"), patience=0.5) as preparer:
        before = time.monotonic()
        with pytest.raises(DecoderCrashed, match=r"no progress for 0\.5 seconds"):
            await items_of(preparer, source)
        assert time.monotonic() - before < 60
        assert not children_of_this_process()


async def test_long_work_without_a_chunk_is_no_hang(source):
    alive = python(
        """
        for order in sys.stdin:
            for _ in range(12):
                sys.stdout.buffer.write(preparation.Message({"kind": "heartbeat"}).encode())
                sys.stdout.flush()
                time.sleep(0.2)
            list(answers(order))
        """
    )
    async with preparing(command=alive, patience=2) as preparer:
        assert isinstance((await items_of(preparer, source))[-1], PreparedAudio)


async def test_a_file_that_takes_longer_than_any_needs_is_at_fault_and_is_stopped(source):
    """It was an attempt that failed: a file made for it kept a slot for three hours."""
    busy = python(
        """
        for order in sys.stdin:
            while True:
                sys.stdout.buffer.write(preparation.Message({"kind": "heartbeat"}).encode())
                sys.stdout.flush()
                time.sleep(0.05)
        """
    )
    async with preparing(command=busy) as preparer:
        with pytest.raises(PreparationTooLong, match="took longer than") as caught:
            async for _ in preparer.prepare(source, longest=0.3):
                pass
        assert isinstance(caught.value, JobFailure)
        assert not children_of_this_process()


async def test_what_the_caller_takes_does_not_count(source):
    async with preparing() as preparer:
        began = time.monotonic()
        await items_of(preparer, source)
        longest, items = 2 * (time.monotonic() - began), []
        async with contextlib.aclosing(preparer.prepare(source, longest=longest)) as prepared:
            async for item in prepared:
                items.append(item)
                await asyncio.sleep(longest if len(items) == 1 else 0)
        assert isinstance(items[-1], PreparedAudio)


@pytest.mark.parametrize(
    "said",
    [
        b"rubbish\n",
        b"[]\n",
        b'{"kind": "audio", "size": 0}\n',
        b'{"kind": "chunk", "size": 1e12}\n',
        b'{"kind": "failure", "code": "made_up", "size": 0}\n',
        b"x",
    ],
    ids=["no JSON", "no object", "no fields", "too large", "unknown failure", "endless line"],
)
async def test_a_child_that_talks_nonsense_is_ended(source, said):
    command = python(f"sys.stdin.readline(); sys.stdout.buffer.write({said!r} * 3_000_000); time.sleep(600)")
    async with preparing(command=command) as preparer:
        with pytest.raises(DecoderCrashed):
            await items_of(preparer, source)
        assert not children_of_this_process()


async def test_giving_up_an_iteration_ends_the_child(source):
    async with preparing() as preparer:
        async with contextlib.aclosing(preparer.prepare(source)) as items:
            async for _ in items:
                assert children_of_this_process()
                break
        assert not children_of_this_process()
        assert isinstance((await items_of(preparer, source))[-1], PreparedAudio)


async def test_cancelling_ends_the_child(source):
    async with preparing(command=python("sys.stdin.readline(); time.sleep(600)")) as preparer:
        task = asyncio.create_task(items_of(preparer, source))
        await until(children_of_this_process)
        await asyncio.sleep(0.2)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert not children_of_this_process()


async def test_closing_ends_every_child_and_what_waits_for_one(source):
    async with preparing(children=2, command=python("sys.stdin.readline(); time.sleep(600)")) as preparer:
        tasks = [asyncio.create_task(items_of(preparer, source)) for _ in range(2)]
        await until(lambda: len(children_of_this_process()) == 2)
        await preparer.close()
        results = await asyncio.gather(*tasks, return_exceptions=True)
        assert [type(result) for result in results] == [DecoderCrashed, DecoderCrashed]
        assert not children_of_this_process()


async def test_the_child_does_not_run_ahead_of_a_slow_consumer(source):
    talkative = python(
        """
        order = sys.stdin.readline()
        item = next(answers(order))
        for number in range(10_000):
            sys.stdout.buffer.write(preparation.to_message(item).encode())
            sys.stdout.flush()
            Path(sys.argv[-1]).write_text(str(number))
        """
    )
    counter = source.parent / "sent"
    command = (*talkative, str(counter))
    async with preparing(command=command) as preparer, contextlib.aclosing(preparer.prepare(source)) as items:
        size = len((await anext(items)).flac)
        await asyncio.sleep(1)
        assert int(counter.read_text()) * size < 4 * 2**20 + 2 * size


async def test_files_are_prepared_side_by_side_up_to_the_number_of_children(source):
    async with preparing(children=2) as preparer:
        results = await asyncio.gather(*(items_of(preparer, source) for _ in range(3)))
        assert results[0] == results[1] == results[2]
        assert len(children_of_this_process()) == 2


async def test_the_child_sees_no_secrets(source, monkeypatch):
    monkeypatch.setenv("MINIO_SECRET_KEY", "hush")
    spy = python(
        """
        sys.stdin.readline()
        fields = {"kind": "failure", "code": "audio_unreadable", "message": " ".join(os.environ)}
        sys.stdout.buffer.write(preparation.Message(fields).encode())
        sys.stdout.flush()
        sys.stdin.readline()
        """
    )
    async with preparing(command=spy) as preparer:
        with pytest.raises(AudioUnreadable) as caught:
            await items_of(preparer, source)
    assert "PYTHONPATH" in caught.value.message
    assert "MINIO_SECRET_KEY" not in caught.value.message


async def test_the_first_chunk_comes_before_the_last_is_cut(source):
    async with preparing() as preparer, contextlib.aclosing(preparer.prepare(source)) as items:
        assert isinstance(await anext(items), PreparedChunk)
