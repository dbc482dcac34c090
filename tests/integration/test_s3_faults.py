"""An S3 server failing, and what is left in it when we fail; beside each guard, what happens without it."""

import asyncio
import os
import sys
import time
from pathlib import Path

import obstore
import pytest
from obstore.store import S3Store

from stt.core.storage import s3, s3_client
from stt.domain.errors import ObjectMissing, StorageUnavailable

MEGABYTE = 1024 * 1024
KEY = "uploads/job-1/talk.mp3"
OPERATIONS = {
    "prepare": lambda storage: storage.prepare(),
    "check": lambda storage: storage.check(),
    "put": lambda storage: storage.put(KEY, megabytes(20)),
    "write": lambda storage: storage.write(KEY, b"x"),
    "read": lambda storage: storage.read(KEY),
    "get": lambda storage: anext(storage.get(KEY)),
    "delete": lambda storage: storage.delete(KEY),
    "keys": lambda storage: storage.keys("uploads/"),
}


@pytest.fixture
async def storage(minio_server, bucket_name):
    storage = minio_server.storage(bucket_name)
    await storage.prepare()
    return storage


@pytest.fixture
def proxied(storage, minio_server, minio_proxy):
    return minio_server.storage(storage.bucket, endpoint=minio_proxy.address)


async def megabytes(count):
    for _ in range(count):
        yield bytes(MEGABYTE)


async def attempt_all(storage):
    """What came of every operation, by name."""
    results = await asyncio.gather(*(call(storage) for call in OPERATIONS.values()), return_exceptions=True)
    return dict(zip(OPERATIONS, results, strict=True))


async def unsettled_parts(minio_server, storage):
    """Uploads of the key that were begun and neither completed nor removed."""
    listing = await asyncio.to_thread(minio_server.client()._list_multipart_uploads, storage.bucket, prefix=KEY)
    return len(listing.uploads)


def stalling(reached):
    async def blocks():
        async for block in megabytes(20):
            yield block
        reached.set()
        await asyncio.sleep(60)

    return blocks()


async def cancelled(putting, reached):
    task = asyncio.ensure_future(putting)
    await reached.wait()
    await asyncio.sleep(0.5)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task


async def test_a_cancelled_put_leaves_no_parts(minio_server, storage):
    reached = asyncio.Event()
    await cancelled(storage.put(KEY, stalling(reached)), reached)
    assert await unsettled_parts(minio_server, storage) == 0


async def test_without_the_guard_a_cancelled_put_leaves_parts(minio_server, storage):
    reached = asyncio.Event()

    async def plain():
        await obstore.put_async(storage._store, KEY, stalling(reached), chunk_size=8 * MEGABYTE)

    await cancelled(plain(), reached)
    await asyncio.sleep(0.5)
    assert await unsettled_parts(minio_server, storage) == 1


async def test_what_a_killed_writer_left_is_tidied_and_what_others_upload_is_not(minio_server, storage):
    script = f"""
import asyncio
from stt.core.storage.s3 import S3Storage

async def stalling():
    for _ in range(20):
        yield bytes({MEGABYTE})
    await asyncio.sleep(1)
    print("written", flush=True)
    await asyncio.sleep(60)

asyncio.run(S3Storage({minio_server.endpoint!r}, {minio_server.access_key!r}, {minio_server.secret_key!r},
                      {storage.bucket!r}, False).put({KEY!r}, stalling()))
"""
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)}
    arguments = {"stdout": asyncio.subprocess.PIPE, "env": environment}
    writer = await asyncio.create_subprocess_exec(sys.executable, "-c", script, **arguments)
    await writer.stdout.readline()
    writer.kill()
    await writer.wait()
    client = minio_server.client()
    foreign = await asyncio.to_thread(client._create_multipart_upload, storage.bucket, "theirs.mp3", {})
    assert await unsettled_parts(minio_server, storage) == 1
    await storage.tidy(60)
    assert await unsettled_parts(minio_server, storage) == 1, "its last part is seconds old"
    await storage.tidy(0)
    assert await unsettled_parts(minio_server, storage) == 0
    assert await storage.keys("") == []
    assert [entry.object_name for entry in client.list_objects(storage.bucket, recursive=True)] == []
    theirs = await asyncio.to_thread(client._list_multipart_uploads, storage.bucket, prefix="theirs.mp3")
    assert [upload.upload_id for upload in theirs.uploads] == [foreign]
    await asyncio.to_thread(client._abort_multipart_upload, storage.bucket, "theirs.mp3", foreign)


async def test_the_trial_of_a_process_that_died_in_it_is_tidied(storage):
    await storage.write(".check/0123", b"")
    await storage.write(KEY, b"x")
    await storage.tidy(60)
    assert await storage.keys("") == [".check/0123", KEY]
    await storage.tidy(0)
    assert await storage.keys("") == [KEY]


async def test_a_stream_that_fails_leaves_no_parts(minio_server, storage):
    async def failing():
        async for block in megabytes(20):
            yield block
        raise ConnectionResetError("the client went away")

    with pytest.raises(ConnectionResetError):
        await storage.put(KEY, failing())
    assert await unsettled_parts(minio_server, storage) == 0


async def test_a_server_lost_in_the_middle_of_a_put_ends_it(proxied, minio_proxy):
    read = 0

    async def long():
        nonlocal read
        async for block in megabytes(2000):
            read += 1
            if read == 30:
                await minio_proxy.drop()
            yield block

    with pytest.raises(StorageUnavailable):
        async with asyncio.timeout(15):
            await proxied.put(KEY, long())
    assert read < 100


async def test_a_server_lost_in_the_middle_of_a_download_leaves_no_file(storage, proxied, minio_proxy, tmp_path):
    await storage.put(KEY, megabytes(64))
    blocks = proxied.get(KEY)
    await anext(blocks)
    await minio_proxy.drop()
    with pytest.raises(StorageUnavailable):
        async for _ in blocks:
            pass
    with pytest.raises(StorageUnavailable):
        await proxied.download(KEY, tmp_path / "copy")
    assert not (tmp_path / "copy").exists()


async def test_a_server_that_is_away_shows_within_seconds(proxied, minio_proxy):
    await minio_proxy.drop()
    began = time.monotonic()
    failures = await attempt_all(proxied)
    assert {name: type(failure) for name, failure in failures.items()} == dict.fromkeys(OPERATIONS, StorageUnavailable)
    assert all(minio_proxy.address in failure.message for failure in failures.values())
    assert time.monotonic() - began < 30


async def test_a_server_that_is_silent_shows_after_the_time_for_an_answer(
    storage, minio_server, minio_proxy, monkeypatch
):
    monkeypatch.setattr(s3, "READ_SECONDS", 1)
    monkeypatch.setattr(s3_client, "READ_SECONDS", 1)
    monkeypatch.setattr(s3, "RETRY_SECONDS", 1)
    silent = minio_server.storage(storage.bucket, endpoint=minio_proxy.address)
    minio_proxy.blackhole()
    began = time.monotonic()
    failures = await attempt_all(silent)
    assert {name: type(failure) for name, failure in failures.items()} == dict.fromkeys(OPERATIONS, StorageUnavailable)
    assert time.monotonic() - began < 30


async def test_a_server_that_comes_back_is_used_again(proxied, minio_proxy):
    await minio_proxy.drop()
    with pytest.raises(StorageUnavailable):
        await proxied.write(KEY, b"x")
    await minio_proxy.restore()
    await proxied.write(KEY, b"x")
    assert await proxied.read(KEY) == b"x"


@pytest.mark.parametrize("wrong", ["access_key", "secret_key"])
@pytest.mark.parametrize("operation", OPERATIONS)
async def test_wrong_credentials_are_said_to_be_wrong(storage, minio_server, operation, wrong):
    stranger = minio_server.storage(storage.bucket, **{wrong: "not-the-right-one"})
    with pytest.raises(StorageUnavailable, match="check MINIO_ACCESS_KEY and MINIO_SECRET_KEY") as refused:
        await OPERATIONS[operation](stranger)
    assert minio_server.secret_key not in refused.value.message
    assert "not-the-right-one" not in refused.value.message


@pytest.mark.parametrize("operation", [name for name in OPERATIONS if name != "prepare"])
async def test_a_bucket_that_is_missing_is_not_taken_for_a_missing_object(minio_server, bucket_name, operation):
    with pytest.raises(StorageUnavailable, match=f"no bucket '{bucket_name}'"):
        await OPERATIONS[operation](minio_server.storage(bucket_name))


async def test_a_bucket_name_that_cannot_be_is_refused_with_a_reason(minio_server):
    with pytest.raises(StorageUnavailable, match="invalid bucket name"):
        await minio_server.storage("No").prepare()


async def test_a_404_of_something_that_is_no_s3_server_is_not_taken_for_a_missing_object(minio_server, storage):
    async def answer(reader, writer):
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 404 Not Found\r\ncontent-length: 0\r\nconnection: close\r\n\r\n")
        writer.close()

    async with await asyncio.start_server(answer, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        stranger = minio_server.storage(storage.bucket, endpoint=f"127.0.0.1:{port}")
        with pytest.raises(StorageUnavailable):
            await stranger.read(KEY)
    with pytest.raises(ObjectMissing):
        await storage.read(KEY)


async def test_two_that_prepare_at_once_both_succeed(minio_server, bucket_name):
    await asyncio.gather(*(minio_server.storage(bucket_name).prepare() for _ in range(4)))
    await minio_server.storage(bucket_name).check()


async def test_an_endpoint_may_be_a_url(minio_server, storage):
    assert await minio_server.storage(storage.bucket, endpoint=f"http://{minio_server.endpoint}/").keys("") == []


async def test_a_session_token_in_the_environment_does_not_join_our_keys(minio_server, storage, monkeypatch):
    monkeypatch.setenv("AWS_SESSION_TOKEN", "of somebody else")
    await minio_server.storage(storage.bucket).check()
    plain = S3Store(
        storage.bucket,
        endpoint=f"http://{minio_server.endpoint}",
        access_key_id=minio_server.access_key,
        secret_access_key=minio_server.secret_key,
        client_options={"allow_http": True},
    )
    with pytest.raises(obstore.exceptions.BaseError):
        await obstore.put_async(plain, KEY, b"x")


async def test_memory_does_not_grow_with_the_object(storage, tmp_path):
    await storage.put(KEY, megabytes(32))
    before = resident_bytes()
    most = 0

    async def watched():
        nonlocal most
        async for block in megabytes(192):
            most = max(most, resident_bytes())
            yield block

    await storage.put(KEY, watched())
    assert most - before < 64 * MEGABYTE


def resident_bytes():
    return int(Path("/proc/self/statm").read_text().split()[1]) * 4096
