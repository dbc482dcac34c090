"""Streams in pieces of one size, kept though the stream breaks off."""

from collections.abc import AsyncIterator


async def in_pieces(blocks: AsyncIterator[bytes], size: int) -> AsyncIterator[bytes]:
    """The same bytes in pieces of exactly `size`, the last one excepted.

    Where the stream raises, what had arrived by then comes first, and then the error.
    """
    pending = bytearray()
    broken: Exception | None = None
    try:
        async for block in blocks:
            pending += block
            while len(pending) >= size:
                yield bytes(pending[:size])
                del pending[:size]
    except Exception as error:
        broken = error
    if pending:
        yield bytes(pending)
    if broken is not None:
        raise broken


async def behind(first: bytes, blocks: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    """A stream with something in front of it."""
    if first:
        yield first
    async for block in blocks:
        yield block
