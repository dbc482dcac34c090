"""Checksums by which a client knows that what it sent is what arrived."""

import base64
import hashlib
from collections.abc import AsyncIterator
from typing import Self

from stt.domain.errors import InvalidRequest

ALGORITHMS = ("sha1", "sha256", "sha512", "md5")


class ChecksumMismatch(InvalidRequest):
    """What arrived has another checksum than was said, and nothing of it was kept; send it again."""

    code = "checksum_mismatch"


class Checksum:
    """What the digest of some bytes is said to be."""

    def __init__(self, algorithm: str, expected: bytes) -> None:
        self._digest = hashlib.new(algorithm, usedforsecurity=False)
        self._expected = expected

    @classmethod
    def read(cls, written: str) -> Self:
        """From `ALGORITHM BASE64`; raises `InvalidRequest` (codes `unknown_checksum`, `invalid_header`)."""
        algorithm, _, encoded = written.strip().partition(" ")
        if algorithm not in ALGORITHMS:
            message = f"Upload-Checksum cannot be by {algorithm[:40]!r}; it is by one of {', '.join(ALGORITHMS)}."
            raise InvalidRequest(message, code="unknown_checksum")
        try:
            return cls(algorithm, base64.b64decode(encoded, validate=True))
        except ValueError as error:
            message = "Upload-Checksum is the name of an algorithm, a space and the digest in Base64."
            raise InvalidRequest(message, code="invalid_header") from error

    async def over(self, blocks: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
        """The same bytes, entered on their way."""
        async for block in blocks:
            self._digest.update(block)
            yield block

    def holds(self) -> bool:
        """Whether what was entered has that digest."""
        return self._digest.digest() == self._expected
