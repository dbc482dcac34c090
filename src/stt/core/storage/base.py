"""The storage seam."""

from collections.abc import AsyncGenerator, AsyncIterator, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

from stt.domain.jobs.upload import PresignedForm

INCOMING = ".incoming"
"""Where a store keeps account of what is being written; no key begins with it."""
BLOCK_CHARACTERS = 2**18
MOST_PRESIGNED_BYTES = 5 * 1024**3
"""The most that S3 takes in one request."""


@dataclass(frozen=True)
class Stat:
    """What a store knows of an object: its size in bytes, and a tag that another content has not."""

    size: int
    tag: str


@dataclass(frozen=True)
class Grown:
    """How far an object has come that grows piece by piece.

    `size` are its bytes that survive whatever ends, `notes` what its store needs to go on from there, fit for JSON.
    """

    size: int = 0
    notes: Mapping[str, Any] = field(default_factory=dict)


class Storage(Protocol):
    """A flat namespace of byte objects; keys are `/`-separated names made by `stt.domain.jobs.keys`.

    An object appears whole or not at all, and once `put` has returned it survives a crash of the process and
    of the machine. Every method raises `StorageUnavailable` when the store does not answer, `ObjectMissing`
    where it says so, and `InvalidRequest` with the code `unsafe_key` for a key that could not name an object
    in every store; vendor errors never escape.
    """

    async def prepare(self) -> None:
        """Make the folder or the bucket if it is not there; safe to repeat."""

    async def check(self) -> None:
        """Return if the store answers and can be written to."""

    async def put(self, key: str, blocks: AsyncIterator[bytes]) -> int:
        """Store a stream in one pass with flat memory and return its size in bytes; replaces what was there.

        If the stream raises, nothing is stored under the key. A task that is cancelled leaves nothing or, if that came
        at the very end, the whole.
        """

    def grow(self, key: str, grown: Grown, blocks: AsyncIterator[bytes]) -> AsyncGenerator[Grown, None]:
        """Let an object that is not there yet grow by a stream, and tell each time how far it came.

        What was told survives a crash, and any process goes on from it, if only one does at a time. Of a stream that
        raises, what had arrived is told before the error passes. Raises `ObjectMissing` where what had grown is gone.
        """

    async def complete(self, key: str, grown: Grown) -> None:
        """Make an object of what has grown: it appears whole, and nothing of the growing is left.

        Safe to repeat. Raises `ObjectMissing` where what had grown is gone.
        """

    async def abandon(self, key: str) -> None:
        """Remove what has grown of an object that was never completed; safe to repeat."""

    def presign(self, key: str, size: int, seconds: float) -> PresignedForm | None:
        """What lets a client put exactly so many bytes under this key, in the next `seconds`, past this service.

        `None` where the store has nothing that clients could ask.
        """

    async def write(self, key: str, body: bytes) -> None:
        """Store a small object."""

    async def stat(self, key: str) -> Stat:
        """What there is to know of an object without reading it; raises `ObjectMissing`."""

    def get(self, key: str, start: int = 0, end: int | None = None) -> AsyncIterator[bytes]:
        """Stream an object in blocks of about a megabyte, or its bytes from `start` up to `end`; no others are read.

        Raises `ObjectMissing`. A `start` behind the last byte is the caller's mistake.
        """

    async def read(self, key: str) -> bytes:
        """Return a small object, whole; raises `ObjectMissing`."""

    async def download(self, key: str, target: Path) -> int:
        """Have an object as a new local file, to be read only, with flat memory; return its size in bytes.

        Raises `ObjectMissing`. A file that could not be completed is removed. Where the object is a file of this
        machine, `target` may be a link to it.
        """

    async def delete(self, *keys: str) -> None:
        """Remove objects; those that are not there are no error."""

    async def delete_prefix(self, prefix: str) -> None:
        """Remove every object whose key starts with `prefix` (which ends in `/`)."""

    async def keys(self, prefix: str) -> list[str]:
        """Return the keys that start with `prefix`, sorted; an empty prefix means all of them."""

    async def older(self, prefix: str, seconds: float) -> list[str]:
        """Of `keys(prefix)` those last written at least so long ago, by the store's own clock."""

    async def tidy(self, seconds: float) -> None:
        """Remove what writers that died at least so long ago have left half written; nobody else's, and no object."""

    async def close(self) -> None:
        """Let go of connections."""


async def blocks_of(lines: Iterable[str]) -> AsyncIterator[bytes]:
    """Text in UTF-8 as a stream for `put`, in blocks large enough to be worth storing one by one."""
    gathered, size = [], 0
    for line in lines:
        gathered.append(line)
        size += len(line)
        if size >= BLOCK_CHARACTERS:
            yield "".join(gathered).encode()
            gathered, size = [], 0
    if gathered:
        yield "".join(gathered).encode()
