"""Which keys every store accepts."""

import re

from stt.core.storage.base import INCOMING
from stt.domain.errors import InvalidRequest

MAX_KEY_BYTES = 1024
MAX_SEGMENT_BYTES = 255
"""The limits of S3 for a key and of common file systems for a name."""

_UNUSABLE = re.compile(r"[\x00-\x1f\x7f\\\ud800-\udfff]")
"""Control characters, the backslash, and halves of characters that have no UTF-8."""


def safe_key(key: str) -> str:
    """Return `key` unchanged if it names the same object in a bucket and inside a folder.

    Raises:
        InvalidRequest: code `unsafe_key`, for a key that is empty, absolute, too long, climbs with `.` or
            `..`, begins with `.incoming`, or holds a control character or a backslash.
    """
    segments = key.split("/")
    if (
        _UNUSABLE.search(key)
        or len(key.encode()) > MAX_KEY_BYTES
        or segments[0] == INCOMING
        or any(part in ("", ".", "..") or len(part.encode()) > MAX_SEGMENT_BYTES for part in segments)
    ):
        raise InvalidRequest(
            f"{key[:100]!r} is no usable object key; right is a relative path like 'uploads/<job>/<name>'.",
            code="unsafe_key",
        )
    return key
