"""A stream between the task that reads it and the upload beside it."""

import asyncio

import pytest

from stt.core.storage.feed import BrokenOffError, Feed


async def collect(feed):
    return [block async for block in feed]


async def test_blocks_arrive_in_order_and_end():
    feed = Feed()
    taking = asyncio.create_task(collect(feed))
    for block in (b"a", b"b", b"c"):
        await feed.put(block)
    await feed.end()
    assert await taking == [b"a", b"b", b"c"]


async def test_no_more_than_one_block_waits():
    feed = Feed()
    await feed.put(b"a")
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.05):
            await feed.put(b"b")


async def test_breaking_off_fails_the_upload_instead_of_the_next_block():
    feed = Feed()
    await feed.put(b"a")
    feed.break_off()
    with pytest.raises(BrokenOffError):
        await collect(feed)


async def test_a_closed_feed_lets_its_reader_go():
    feed = Feed()
    await feed.put(b"a")
    putting = asyncio.create_task(feed.put(b"b"))
    await asyncio.sleep(0)
    feed.close()
    async with asyncio.timeout(1):
        await putting
        await feed.put(b"c")
        await feed.end()
