"""`stt watch s3://…` over a real object store: each object once, whatever is killed between any two steps."""

import asyncio
import io

import httpx
import pytest

from stt.cli.watch import watcher
from stt.cli.watch.bucket import Bucket
from stt.cli.watch.watcher import Watcher
from stt.client import AsyncClient
from stt.core.storage.bucket_prefix import BucketPrefix
from stt.domain.errors import ObjectMissing, StorageUnavailable
from stt.domain.formats.rendering import Format
from tests.dying import Killed
from tests.eventually import eventually
from tests.watched_service import WatchedService


@pytest.fixture(autouse=True)
def quick(monkeypatch):
    monkeypatch.setattr(Bucket, "look_seconds", 0.01)
    monkeypatch.setattr(watcher, "AWAY_SECONDS", 0.01)


@pytest.fixture
def server(minio_server, bucket_name):
    client = minio_server.client()
    client.make_bucket(bucket_name)
    return client


@pytest.fixture
def prefix(minio_server, bucket_name, server):
    return BucketPrefix(minio_server.client, minio_server.endpoint, bucket_name, "in/")


@pytest.fixture
async def storage(minio_server, bucket_name, server):
    return minio_server.storage(bucket_name)


async def run(prefix, service, *forms):
    async with AsyncClient("http://stt", retries=0, transport=httpx.MockTransport(service)) as client:
        watching = Watcher(client, Bucket(prefix), {"language": "vi"}, forms or [Format.TXT, Format.SRT])
        await watching.run(once=True)
        return watching.failures


async def test_each_object_goes_to_done_with_its_transcripts_and_others_stay(prefix, storage, capsys):
    for name in ("in/a.mp3", "in/b.WAV", "in/below/c.mp3", "in/notes.txt", "in/.d.mp3", "e.mp3"):
        await storage.write(name, name.encode())
    await storage.write("in/empty.mp3", b"")
    service = WatchedService()
    assert await run(prefix, service) == 0
    assert await storage.keys("") == [
        "e.mp3", "in/.d.mp3", "in/below/c.mp3", "in/done/a.mp3", "in/done/a.srt", "in/done/a.txt", "in/done/b.WAV",
        "in/done/b.srt", "in/done/b.txt", "in/empty.mp3", "in/notes.txt",
    ]  # fmt: skip
    assert await storage.read("in/done/a.mp3") == b"in/a.mp3"
    assert await storage.read("in/done/b.srt") == b"as srt"
    assert sorted(body.count(b"in/a.mp3") + body.count(b"in/b.WAV") for body in service.bodies) == [1, 1]
    assert f"s3://{prefix.bucket}/in/done/a.txt" in capsys.readouterr().out


@pytest.mark.parametrize("step", ["write", "copy", "remove", "create", "export"])
async def test_a_watch_that_is_killed_behind_a_step_does_it_once(prefix, storage, monkeypatch, step):
    await storage.write("in/a.mp3", b"audio")
    service = WatchedService()
    target = AsyncClient if step in ("create", "export") else BucketPrefix
    whole = getattr(target, step)

    async def killed_later(*arguments, **named):
        await whole(*arguments, **named)
        raise Killed

    def killed(*arguments, **named):
        whole(*arguments, **named)
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(target, step, killed_later if target is AsyncClient else killed)
        with pytest.raises(Killed):
            await run(prefix, service)
    assert await run(prefix, service) == 0
    assert await storage.keys("") == ["in/done/a.mp3", "in/done/a.srt", "in/done/a.txt"]
    assert await storage.read("in/done/a.mp3") == b"audio"
    assert len(set(service.keys)) == 1


async def test_another_object_of_the_same_name_covers_nothing(prefix, storage):
    for body in (b"first", b"second"):
        await storage.write("in/a.mp3", body)
        await run(prefix, WatchedService())
    await storage.write("in/a.wav", b"third")
    await run(prefix, WatchedService())
    kept = {key: await storage.read(key) for key in await storage.keys("") if key.endswith((".mp3", ".wav"))}
    assert kept == {"in/done/a.mp3": b"first", "in/done/a (2).mp3": b"second", "in/done/a (3).wav": b"third"}


async def test_what_the_service_does_not_take_lies_beside_its_reason(prefix, storage):
    await storage.write("in/a.mp3", b"audio")
    service = WatchedService()
    service.refusals = [415]
    assert await run(prefix, service) == 1
    assert await storage.keys("") == ["in/failed/a.mp3", "in/failed/a.mp3.error.txt"]
    assert await storage.read("in/failed/a.mp3.error.txt") == b"Why. (why)\n"


async def test_an_object_that_is_overwritten_meanwhile_is_another_one(prefix, storage):
    await storage.write("in/a.mp3", b"first")
    service = WatchedService()
    before = service.answer

    def overwritten(request):
        if request.method == "POST" and len(service.keys) == 0:
            prefix._client().put_object(prefix.bucket, "in/a.mp3", io.BytesIO(b"second"), 6)
        return before(request)

    service.answer = overwritten
    assert await run(prefix, service) == 0
    assert len(set(service.keys)) == 2
    assert b"second" in [await storage.read(key) for key in await storage.keys("in/done/") if key.endswith(".mp3")]
    assert not [key for key in await storage.keys("in/") if key.count("/") == 1]


def test_what_is_gone_or_away_is_told_apart(prefix, server, minio_server):
    server.put_object(prefix.bucket, "in/a.mp3", io.BytesIO(b"x"), 1)
    [listed] = prefix.objects()
    server.remove_object(prefix.bucket, "in/a.mp3")
    for asked in (prefix.opened, prefix.remove, lambda gone: prefix.copy(gone, "in/done/a.mp3", "x")):
        with pytest.raises(ObjectMissing):
            asked(listed)
    nowhere = BucketPrefix(minio_server.client, minio_server.endpoint, "there-is-none", "")
    with pytest.raises(StorageUnavailable, match="There is no bucket 'there-is-none'"):
        nowhere.objects()


async def test_a_bucket_that_is_away_for_a_while_is_waited_for(prefix, storage, monkeypatch, capsys):
    whole, looks = BucketPrefix.objects, []

    def away(self):
        looks.append(1)
        if len(looks) == 2:
            raise StorageUnavailable("It is away.")
        return whole(self)

    async def looked_twice():
        return len(looks) > 1

    async def taken():
        return not await asyncio.to_thread(whole, prefix)

    monkeypatch.setattr(BucketPrefix, "objects", away)
    service = WatchedService()
    async with AsyncClient("http://stt", retries=0, transport=httpx.MockTransport(service)) as client:
        watching = asyncio.create_task(Watcher(client, Bucket(prefix), {}, [Format.TXT]).run(once=False))
        await eventually(looked_twice)
        await storage.write("in/a.mp3", b"audio")
        await eventually(taken, 30)
        assert not watching.done()
        watching.cancel()
    assert "It is away." in capsys.readouterr().err
