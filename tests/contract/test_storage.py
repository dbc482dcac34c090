"""What every store promises."""

import asyncio

import pytest

from stt.core.storage.local import LocalStorage
from stt.domain.errors import InvalidRequest, NotFound, ObjectMissing, StorageUnavailable

MEGABYTE = 1024 * 1024
KEY = "uploads/job-1/talk.mp3"
ODD_NAMES = ["xin chào.mp3", "50% + #1?.wav", "a%2Fb.wav", "tên'\"&<>.flac", "…", "-", "a b", "x" * 255]
UNSAFE_KEYS = [
    "",
    "/",
    "/etc/passwd",
    "..",
    "../x",
    "a/../../x",
    "a/./b",
    "a//b",
    "a/",
    "nul\0",
    "line\n",
    "a\\b",
    "x" * 256,
]


async def stream(*blocks):
    for block in blocks:
        yield block


async def collect(blocks):
    return b"".join([block async for block in blocks])


class StreamFailed(Exception):
    """The client went away."""


async def breaking(*blocks):
    for block in blocks:
        yield block
    raise StreamFailed


async def test_what_was_put_is_what_is_got(storage):
    blocks = [bytes([n]) * 100_000 for n in range(30)]
    assert await storage.put(KEY, stream(*blocks)) == 3_000_000
    assert await collect(storage.get(KEY)) == b"".join(blocks)


async def test_an_empty_stream_is_an_empty_object(storage):
    assert await storage.put(KEY, stream()) == 0
    assert await storage.read(KEY) == b""
    assert await storage.keys("") == [KEY]


async def test_an_object_larger_than_a_part_comes_back_whole(storage):
    block = bytes(range(256)) * 4096
    assert await storage.put(KEY, stream(*[block] * 20)) == 20 * MEGABYTE
    assert await collect(storage.get(KEY)) == block * 20


async def test_a_large_object_is_streamed_in_blocks_of_about_a_megabyte(storage):
    await storage.put(KEY, stream(*[bytes(MEGABYTE)] * 20))
    sizes = [len(block) async for block in storage.get(KEY)]
    assert max(sizes) <= 4 * MEGABYTE


async def test_a_part_of_an_object_is_got_without_the_rest(storage):
    body = bytes(range(256)) * 20_000
    await storage.write(KEY, body)
    assert await collect(storage.get(KEY, 300, 301)) == body[300:301]
    assert await collect(storage.get(KEY, 1_000_000, 4_000_000)) == body[1_000_000:4_000_000]
    assert await collect(storage.get(KEY, len(body) - 7)) == body[-7:]
    assert await collect(storage.get(KEY, 0, len(body))) == body


async def test_what_is_known_of_an_object_tells_it_from_the_one_before(storage):
    with pytest.raises(ObjectMissing):
        await storage.stat(KEY)
    await storage.write(KEY, b"first")
    first = await storage.stat(KEY)
    assert first.size == 5
    assert await storage.stat(KEY) == first
    await storage.write(KEY, b"other")
    assert (await storage.stat(KEY)).tag != first.tag


async def test_putting_again_replaces_the_object(storage):
    await storage.put(KEY, stream(b"first, and longer"))
    await storage.put(KEY, stream(b"second"))
    assert await storage.read(KEY) == b"second"


async def test_a_reader_that_began_before_a_replacement_sees_one_object(storage):
    await storage.put(KEY, stream(*[b"a" * MEGABYTE] * 9))
    blocks = storage.get(KEY)
    seen = await anext(blocks)
    await storage.put(KEY, stream(*[b"b" * MEGABYTE] * 9))
    seen += await collect(blocks)
    assert seen == b"a" * 9 * MEGABYTE


async def test_small_objects_are_written_and_read_whole(storage):
    await storage.write(KEY, b'{"text": "xin chao"}')
    assert await storage.read(KEY) == b'{"text": "xin chao"}'


async def test_a_download_is_the_object(storage, tmp_path):
    body = bytes(range(256)) * 20_000
    await storage.put(KEY, stream(body))
    assert await storage.download(KEY, tmp_path / "copy") == len(body)
    assert (tmp_path / "copy").read_bytes() == body


@pytest.mark.parametrize("name", ODD_NAMES)
async def test_names_come_back_as_they_were_given(storage, name):
    await storage.write(f"uploads/j/{name}", name.encode())
    assert await storage.keys("uploads/j/") == [f"uploads/j/{name}"]
    assert await storage.read(f"uploads/j/{name}") == name.encode()
    await storage.delete(f"uploads/j/{name}")
    assert await storage.keys("") == []


async def test_a_missing_object_is_said_to_be_missing(storage, tmp_path):
    await storage.write("uploads/j/other", b"")
    with pytest.raises(ObjectMissing) as missing:
        await storage.read(KEY)
    assert missing.value.error_code == "object_missing"
    assert KEY in missing.value.message
    with pytest.raises(ObjectMissing):
        await collect(storage.get(KEY))
    with pytest.raises(NotFound):
        await storage.download(KEY, tmp_path / "copy")
    assert not (tmp_path / "copy").exists()


async def test_a_folder_is_not_an_object(storage):
    await storage.write(KEY, b"")
    with pytest.raises(ObjectMissing):
        await storage.read("uploads/job-1")


async def test_a_stream_that_fails_leaves_nothing_and_its_error_passes(storage):
    with pytest.raises(StreamFailed):
        await storage.put(KEY, breaking(*[bytes(MEGABYTE)] * 20))
    assert await storage.keys("") == []


async def test_a_stream_that_fails_leaves_the_object_that_was_there(storage):
    await storage.write(KEY, b"before")
    with pytest.raises(StreamFailed):
        await storage.put(KEY, breaking(b"after"))
    assert await storage.read(KEY) == b"before"


async def test_a_put_that_is_cancelled_leaves_nothing(storage):
    arrived = asyncio.Event()

    async def stalling():
        for _ in range(20):
            yield bytes(MEGABYTE)
        arrived.set()
        await asyncio.sleep(60)

    putting = asyncio.create_task(storage.put(KEY, stalling()))
    await arrived.wait()
    putting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await putting
    assert await storage.keys("") == []


async def test_the_stream_is_read_by_the_task_that_puts_it(storage):
    readers = set()

    async def watched():
        for _ in range(5):
            readers.add(asyncio.current_task())
            yield bytes(MEGABYTE)

    await storage.put(KEY, watched())
    assert readers == {asyncio.current_task()}


async def test_writers_of_one_key_never_mix(storage):
    bodies = [bytes([n]) * 3 * MEGABYTE for n in range(4)]
    await asyncio.gather(*(storage.put(KEY, stream(body)) for body in bodies))
    assert await storage.read(KEY) in bodies


async def test_deleting_removes_and_deleting_again_is_no_error(storage):
    await storage.write(KEY, b"x")
    await storage.write("uploads/job-1/other", b"y")
    await storage.delete(KEY)
    await storage.delete(KEY)
    assert await storage.keys("") == ["uploads/job-1/other"]


async def test_deleting_a_prefix_removes_all_of_it_and_nothing_else(storage):
    kept = ["chunks/job-10/00000.flac", "chunks/job-2/00000.flac", "uploads/job-1/a.mp3"]
    for key in [*kept, "chunks/job-1/00000.flac", "chunks/job-1/00001.flac", "chunks/job-1/deep/er"]:
        await storage.write(key, b"")
    await storage.delete_prefix("chunks/job-1/")
    await storage.delete_prefix("chunks/job-1/")
    assert await storage.keys("") == kept


async def test_keys_are_sorted_and_start_with_the_prefix(storage):
    for key in ["a/2", "a/10", "a/1/x", "ab/1", "b"]:
        await storage.write(key, b"")
    assert await storage.keys("") == ["a/1/x", "a/10", "a/2", "ab/1", "b"]
    assert await storage.keys("a/") == ["a/1/x", "a/10", "a/2"]
    assert await storage.keys("a/1") == ["a/1/x", "a/10"]
    assert await storage.keys("a") == ["a/1/x", "a/10", "a/2", "ab/1"]
    assert await storage.keys("c/") == []


async def test_more_keys_than_one_page_are_all_listed_and_deleted(storage):
    keys = [f"chunks/j/{n:05d}" for n in range(1001)]
    for start in range(0, len(keys), 50):
        await asyncio.gather(*(storage.write(key, b"") for key in keys[start : start + 50]))
    assert await storage.keys("chunks/") == keys
    await storage.delete_prefix("chunks/j/")
    assert await storage.keys("") == []


@pytest.mark.parametrize("key", UNSAFE_KEYS)
async def test_a_key_that_could_leave_the_store_is_refused(storage, key, tmp_path):
    calls = [
        storage.read(key),
        storage.write(key, b""),
        storage.put(key, stream(b"")),
        storage.delete(key),
        collect(storage.get(key)),
        storage.download(key, tmp_path / "copy"),
    ]
    for call in calls:
        with pytest.raises(InvalidRequest) as refused:
            await call
        assert refused.value.error_code == "unsafe_key"


@pytest.mark.parametrize("prefix", ["", "/", "../", "a/../../", "//"])
async def test_a_prefix_that_could_leave_the_store_is_not_deleted(storage, prefix):
    await storage.write(KEY, b"")
    with pytest.raises(InvalidRequest):
        await storage.delete_prefix(prefix)
    assert await storage.keys("") == [KEY]


async def test_preparing_and_checking_can_be_repeated_and_leave_nothing(storage):
    await storage.prepare()
    await storage.check()
    await storage.check()
    assert await storage.keys("") == []


OPERATIONS = {
    "check": lambda storage: storage.check(),
    "put": lambda storage: storage.put(TREACHEROUS, stream(b"x")),
    "write": lambda storage: storage.write(TREACHEROUS, b"x"),
    "read": lambda storage: storage.read(TREACHEROUS),
    "get": lambda storage: collect(storage.get(TREACHEROUS)),
    "delete": lambda storage: storage.delete(TREACHEROUS),
    "delete_prefix": lambda storage: storage.delete_prefix("uploads/"),
    "keys": lambda storage: storage.keys("uploads/"),
}
TREACHEROUS = "uploads/job-1/NoSuchKey<Code>NoSuchKey.AccessDenied.mp3"
"""A name that quotes the protocol: what is in it says nothing about what happened."""


@pytest.fixture(params=["local", "s3", "s3 without its bucket"])
async def storage_away(request, tmp_path):
    """A store that was prepared and is gone: a disk that is not mounted any more, a server that refuses connections."""
    if request.param == "local":
        (tmp_path / "objects").mkdir()  # the mount point
        return LocalStorage(tmp_path / "objects")
    server, bucket = request.getfixturevalue("minio_server"), request.getfixturevalue("bucket_name")
    return server.storage(bucket, **({"endpoint": "127.0.0.1:1"} if request.param == "s3" else {}))


@pytest.mark.parametrize("operation", OPERATIONS)
async def test_a_store_that_is_away_is_an_outage_whatever_the_key_says(storage_away, operation):
    with pytest.raises(StorageUnavailable):
        await OPERATIONS[operation](storage_away)


async def test_a_download_from_a_store_that_is_away_is_an_outage(storage_away, tmp_path):
    with pytest.raises(StorageUnavailable):
        await storage_away.download(TREACHEROUS, tmp_path / "copy")
    assert not (tmp_path / "copy").is_symlink()


async def test_a_missing_object_is_missing_whatever_its_key_says(storage, tmp_path):
    for call in (storage.read(TREACHEROUS), storage.download(TREACHEROUS, tmp_path / "copy")):
        with pytest.raises(ObjectMissing):
            await call
    with pytest.raises(ObjectMissing):
        await storage.read("NoSuchBucket")


async def test_what_was_written_long_ago_is_told_from_what_was_written_just_now(storage):
    await storage.write(KEY, b"")
    await storage.write("chunks/j/00000.flac", b"")
    assert await storage.older("uploads/", 0) == [KEY]
    assert await storage.older("", 0) == ["chunks/j/00000.flac", KEY]
    assert await storage.older("", 60) == []


async def test_tidying_takes_no_object_and_nothing_from_a_writer_at_work(storage):
    await storage.write(KEY, b"")
    arrived, go_on = asyncio.Event(), asyncio.Event()

    async def slow():
        for _ in range(20):
            yield bytes(MEGABYTE)
        arrived.set()
        await go_on.wait()
        yield b"end"

    putting = asyncio.create_task(storage.put("uploads/job-2/long.wav", slow()))
    await arrived.wait()
    await storage.tidy(60)
    assert await storage.keys("") == [KEY]
    go_on.set()
    assert await putting == 20 * MEGABYTE + 3
    assert await storage.keys("") == [KEY, "uploads/job-2/long.wav"]
