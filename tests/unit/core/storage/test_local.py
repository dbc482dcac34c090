"""What a folder can do wrong: fill up, be unusable, keep the remains of dead writers."""

import asyncio
import os
import resource
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from stt.core.storage.base import INCOMING
from stt.core.storage.disk import download
from stt.core.storage.local import LocalStorage
from stt.domain.errors import InvalidRequest, StorageUnavailable
from tests.eventually import eventually

MEGABYTE = 1024 * 1024
KEY = "uploads/job-1/talk.mp3"
LONG_AGO = (0, 0)


@pytest.fixture
async def storage(tmp_path):
    storage = LocalStorage(tmp_path / "objects")
    await storage.prepare()
    return storage


@pytest.fixture
def full_disk():
    """Lets no file of this process grow beyond a megabyte."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (MEGABYTE, hard))
    yield
    resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


async def megabytes(count):
    for _ in range(count):
        yield bytes(MEGABYTE)


def incoming(storage):
    return list((storage.root / INCOMING).iterdir())


async def test_a_file_is_synced_before_and_its_folders_after_it_gets_its_name(storage, monkeypatch):
    steps = []
    fsync, replace = os.fsync, Path.replace

    def noted_fsync(descriptor):
        steps.append(("sync", Path(f"/proc/self/fd/{descriptor}").readlink(), threading.get_ident()))
        fsync(descriptor)

    def noted_replace(path, target):
        steps.append(("rename", path, threading.get_ident()))
        return replace(path, target)

    monkeypatch.setattr(os, "fsync", noted_fsync)
    monkeypatch.setattr(Path, "replace", noted_replace)
    await storage.put(KEY, megabytes(2))

    written = steps[0][1]
    assert written.parent == storage.root / INCOMING
    assert [step[:2] for step in steps[:2]] == [("sync", written), ("rename", written)]
    folders = {path for name, path, _ in steps[2:] if name == "sync"}
    assert folders == {storage.root / "uploads" / "job-1", storage.root / "uploads", storage.root}
    assert threading.get_ident() not in {thread for *_, thread in steps}


async def test_a_full_disk_is_said_and_leaves_nothing(storage, full_disk):
    with pytest.raises(StorageUnavailable, match=r"Could not write .*: File too large"):
        await storage.put(KEY, megabytes(5))
    assert incoming(storage) == []
    assert await storage.keys("") == []


def test_a_loop_that_ends_while_a_half_file_waits_for_a_thread_leaves_none(tmp_path):
    storage = LocalStorage(tmp_path / "objects")

    async def upload():
        await storage.put(KEY, drops())

    async def end_in_the_middle():
        await storage.prepare()
        busy = threading.Event()
        asyncio.get_running_loop().set_default_executor(ThreadPoolExecutor(1))
        uploading = asyncio.create_task(upload())
        await eventually(lambda: asyncio.sleep(0, incoming(storage)))
        waiting = asyncio.get_running_loop().run_in_executor(None, busy.wait)
        uploading.cancel()
        await asyncio.sleep(0.05)
        for task in asyncio.all_tasks() - {asyncio.current_task()}:
            task.cancel()  # as the end of `asyncio.run` does
        with pytest.raises(asyncio.CancelledError):
            await uploading
        busy.set()
        await waiting

    asyncio.run(end_in_the_middle())
    assert incoming(storage) == []


async def drops():
    while True:
        await asyncio.sleep(0.01)
        yield b"."


async def test_a_full_disk_at_a_download_leaves_no_file(tmp_path, full_disk):
    with pytest.raises(StorageUnavailable, match=str(tmp_path / "copy")):
        await download(megabytes(5), tmp_path / "copy")
    assert not (tmp_path / "copy").exists()


async def test_a_download_takes_no_space_and_leaves_the_object_when_it_is_removed(storage, tmp_path, request):
    await storage.put(KEY, megabytes(5))
    request.getfixturevalue("full_disk")
    assert await storage.download(KEY, tmp_path / "copy") == 5 * MEGABYTE
    assert (tmp_path / "copy").stat().st_size == 5 * MEGABYTE
    (tmp_path / "copy").unlink()
    assert await storage.keys("") == [KEY]


async def test_an_unusable_folder_is_named(tmp_path):
    (tmp_path / "file").write_bytes(b"")
    storage = LocalStorage(tmp_path / "file" / "objects")
    for call in (storage.prepare(), storage.check(), storage.put(KEY, megabytes(1))):
        with pytest.raises(StorageUnavailable, match=str(storage.root)):
            await call


async def test_a_download_to_nowhere_names_the_file(storage, tmp_path):
    await storage.write(KEY, b"x")
    with pytest.raises(StorageUnavailable, match="nowhere/copy: No such file or directory"):
        await storage.download(KEY, tmp_path / "nowhere" / "copy")


async def test_a_cancelled_put_leaves_no_file_behind(storage):
    reached = asyncio.Event()

    async def stalling():
        yield bytes(3 * MEGABYTE)
        reached.set()
        await asyncio.sleep(60)

    task = asyncio.create_task(storage.put(KEY, stalling()))
    await reached.wait()
    assert len(incoming(storage)) == 1
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert incoming(storage) == []


async def test_what_a_killed_writer_left_is_swept(storage):
    script = f"""
import asyncio
from pathlib import Path
from stt.core.storage.local import LocalStorage

async def stalling():
    yield bytes({2 * MEGABYTE})
    print("written", flush=True)
    await asyncio.sleep(60)

asyncio.run(LocalStorage(Path({str(storage.root)!r})).put({KEY!r}, stalling()))
"""
    writer = await asyncio.create_subprocess_exec(
        sys.executable,
        "-c",
        script,
        stdout=asyncio.subprocess.PIPE,
        env=os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)},
    )
    try:
        await writer.stdout.readline()
        (left,) = incoming(storage)
        os.utime(left, LONG_AGO)
        await storage.prepare()
        assert incoming(storage) == [left], "a writer that lives keeps its file, however old"
    finally:
        writer.kill()
        await writer.wait()
    await storage.prepare()
    assert incoming(storage) == []


async def test_a_file_just_begun_is_not_swept(storage):
    begun = storage.root / INCOMING / "begun"
    begun.write_bytes(b"")
    await storage.prepare()
    assert incoming(storage) == [begun]


async def test_folders_left_empty_are_removed_and_others_stay(storage):
    await storage.write("uploads/a/1", b"")
    await storage.write("uploads/b/1", b"")
    await storage.write("results/a/1", b"")
    await storage.delete("uploads/a/1")
    assert not (storage.root / "uploads" / "a").exists()
    await storage.delete_prefix("uploads/b/")
    assert not (storage.root / "uploads").exists()
    assert (storage.root / "results" / "a").exists()
    await storage.delete_prefix("results/a/")
    assert storage.root.exists()


async def test_a_folder_removed_while_a_file_comes_in_is_made_again(storage, monkeypatch):
    await storage.write("uploads/j/other", b"")
    replace = Path.replace
    removals = ["other"]

    def removed_before(path, target):
        if removals:
            storage._remove([storage.root / "uploads" / "j" / removals.pop()])
        return replace(path, target)

    monkeypatch.setattr(Path, "replace", removed_before)
    await storage.write("uploads/j/new", b"new")
    assert removals == []
    assert await storage.keys("") == ["uploads/j/new"]


async def test_puts_and_deletes_in_one_folder_do_not_disturb_each_other(storage):
    async def put_and_delete(name):
        for _ in range(30):
            await storage.write(f"uploads/j/{name}", name.encode())
            assert await storage.read(f"uploads/j/{name}") == name.encode()
            await storage.delete(f"uploads/j/{name}")

    await asyncio.gather(*(put_and_delete(name) for name in "abcd"))
    assert not (storage.root / "uploads").exists()


async def test_files_on_their_way_in_cannot_be_reached_by_a_key(storage):
    begun = storage.root / INCOMING / "begun"
    begun.write_bytes(b"half")
    assert await storage.keys("") == []
    for call in (storage.read(f"{INCOMING}/begun"), storage.delete_prefix(f"{INCOMING}/")):
        with pytest.raises(InvalidRequest) as refused:
            await call
        assert refused.value.error_code == "unsafe_key"
    assert begun.exists()
