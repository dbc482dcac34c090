"""An uploaded file on its way into storage."""

import hashlib
from collections.abc import AsyncIterator
from dataclasses import dataclass

from stt.domain.audio.media import HEAD_BYTES, check_media
from stt.domain.errors import InvalidRequest

_CONTROL_CHARACTERS = dict.fromkeys((*range(0x20), *range(0x7F, 0xA0), *range(0xD800, 0xE000)))
_MAX_NAME_CHARACTERS = 255


@dataclass(frozen=True)
class StoredUpload:
    """A file that lies in storage and belongs to no job yet; `size` in bytes, `sha256` of them in hexadecimal."""

    job_id: str
    filename: str
    key: str
    size: int
    sha256: str


class FileTooLarge(InvalidRequest):
    """The file is larger than this service accepts."""

    code = "file_too_large"

    def __init__(self, limit: int) -> None:
        message = f"The file is larger than the {_readable(limit)} that this service accepts."
        super().__init__(message, limit=limit)


def bare_name(original: str) -> str:
    """The name alone: no folders, no control characters, at most 255 characters with the extension kept.

    `audio` where nothing is left of it.
    """
    base = original.replace("\\", "/").rpartition("/")[2].translate(_CONTROL_CHARACTERS).strip() or "audio"
    if len(base) <= _MAX_NAME_CHARACTERS:
        return base
    stem, dot, extension = base.rpartition(".")
    suffix = (dot + extension)[:20]
    return stem[: _MAX_NAME_CHARACTERS - len(suffix)] + suffix


async def checked(filename: str, blocks: AsyncIterator[bytes], limit: int) -> AsyncIterator[bytes]:
    """The same bytes, looked at on their way: nothing is passed on before the beginning is known to be audio.

    Raises:
        InvalidRequest: codes `file_too_large` (more than `limit` bytes), `file_empty`, `content_mismatch`,
            `unsupported_format`.
    """
    head, size = b"", 0
    async for block in blocks:
        size += len(block)
        if size > limit:
            raise FileTooLarge(limit)
        if size - len(block) >= HEAD_BYTES:
            yield block
            continue
        head += block
        if size >= HEAD_BYTES:
            check_media(filename, head)
            yield head
    if size < HEAD_BYTES:
        check_media(filename, head)
        yield head


async def digested(blocks: AsyncIterator[bytes], digest: "hashlib._Hash") -> AsyncIterator[bytes]:
    """The same bytes, entered into a digest on their way."""
    async for block in blocks:
        digest.update(block)
        yield block


def _readable(size: int) -> str:
    """A size as people write it: whole bytes, or binary units with at most one decimal."""
    amount, unit = float(size), "bytes"
    for larger in ("KiB", "MiB", "GiB", "TiB"):
        if amount < 1024:
            break
        amount, unit = amount / 1024, larger
    return f"{amount:.1f}".removesuffix(".0") + f" {unit}"
