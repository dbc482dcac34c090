"""What every store promises of objects that grow over many requests, and many processes."""

import pytest

from stt.core.storage.base import Grown
from stt.core.storage.local import LocalStorage
from stt.core.storage.multipart import PART_BYTES
from stt.domain.errors import ObjectMissing
from tests.contract.stores import aside, bare

KEY = "uploads/job-1/talk.mp3"
OTHER = "uploads/job-2/talk.mp3"
BODY = bytes(range(256)) * (25 * 1024 * 4)  # 25 MiB


class LineLost(Exception):
    """The client went away."""


async def stream(body, *, lost=False):
    for start in range(0, len(body), 300_000):
        yield body[start : start + 300_000]
    if lost:
        raise LineLost


async def grow(storage, grown, body, key=KEY):
    """The last that was told."""
    return ([grown] + [told async for told in storage.grow(key, grown, stream(body))])[-1]


@pytest.fixture
def another(storage):
    """The same store, as another process has it."""
    store = bare(storage)
    if isinstance(store, LocalStorage):
        return LocalStorage(store.root)
    return type(store)(store.host, store._access_key, store._secret_key, store.bucket, use_ssl=False)


async def left_over(storage):
    """What lies in the store that is no object."""
    store = bare(storage)
    if isinstance(store, LocalStorage):
        return aside(store)
    client = store._client()
    uploads = [
        upload for key in (KEY, OTHER) for upload in client._list_multipart_uploads(store.bucket, prefix=key).uploads
    ]
    return aside(store) + uploads


@pytest.mark.parametrize(
    "steps", [[len(BODY)], [1, PART_BYTES - 1, PART_BYTES, 5, 12 * 1024 * 1024], [10], [700_000] * 5]
)
async def test_an_object_grows_step_by_step_and_appears_whole(storage, another, steps):
    grown, stores = Grown(), [storage, another]
    for number, step in enumerate(steps):
        grown = await grow(stores[number % 2], grown, BODY[grown.size : grown.size + step])
        assert await storage.keys("") == []
    await another.complete(KEY, grown)
    assert grown.size == min(len(BODY), sum(steps))
    assert await storage.read(KEY) == BODY[: grown.size]
    assert await storage.keys("") == [KEY]
    assert await left_over(storage) == []


async def test_what_came_before_the_line_was_lost_is_told_and_stays(storage, another):
    told = []

    async def lose():
        async for grown in storage.grow(KEY, Grown(), stream(BODY[:20_000_001], lost=True)):
            told.append(grown)

    with pytest.raises(LineLost):
        await lose()
    assert told[-1].size == 20_000_001
    assert [grown.size for grown in told] == sorted({grown.size for grown in told})
    await another.complete(KEY, await grow(another, told[-1], BODY[20_000_001:]))
    assert await storage.read(KEY) == BODY


async def test_what_was_told_and_not_kept_is_written_anew(storage, another):
    """A process that is killed has sent more than anybody knows of."""
    kept = await grow(storage, Grown(), BODY[:9_000_000])
    await grow(storage, kept, b"\xff" * 10_000_000)
    await another.complete(KEY, await grow(another, kept, BODY[9_000_000:]))
    assert await storage.read(KEY) == BODY
    assert await left_over(storage) == []


async def test_each_step_can_be_gone_on_from(storage):
    """The store keeps what the last step it told of needs, until the one after that is gone on from."""
    steps = [Grown()]
    for _ in range(4):
        steps.append(await grow(storage, steps[-1], BODY[steps[-1].size : steps[-1].size + 1_000_000]))
    again = await grow(storage, steps[-2], BODY[steps[-2].size : 4_000_000])
    await storage.complete(KEY, again)
    assert await storage.read(KEY) == BODY[:4_000_000]


async def test_completing_can_be_repeated(storage, another):
    grown = await grow(storage, Grown(), BODY)
    await storage.complete(KEY, grown)
    await another.complete(KEY, grown)
    assert await storage.read(KEY) == BODY


async def test_of_what_is_abandoned_nothing_is_left_and_of_others_all(storage):
    await storage.write("uploads/job-10/talk.mp3", b"x")
    grown = await grow(storage, Grown(), BODY[:10_000_000])
    other = await grow(storage, Grown(), BODY[:10_000_000], OTHER)
    await storage.abandon(KEY)
    await storage.abandon(KEY)
    with pytest.raises(ObjectMissing):
        await storage.complete(KEY, grown)
    with pytest.raises(ObjectMissing):
        await grow(storage, grown, BODY[10_000_000:])
    await storage.complete(OTHER, other)
    assert await storage.read(OTHER) == BODY[:10_000_000]
    assert await storage.keys("") == ["uploads/job-10/talk.mp3", OTHER]
    assert await left_over(storage) == []


async def test_tidying_takes_nothing_of_what_grows(storage):
    grown = await grow(storage, Grown(), BODY[:10_000_000])
    await storage.tidy(0)
    await storage.complete(KEY, await grow(storage, grown, BODY[10_000_000:]))
    assert await storage.read(KEY) == BODY
