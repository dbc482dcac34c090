"""The bytes of a file, at any place."""

import re
from typing import BinaryIO

_BLOCK = 1024 * 1024
_LONGEST_MATCH = 128


class Content:
    """An open file of `size` bytes."""

    def __init__(self, file: BinaryIO, size: int) -> None:
        self._file = file
        self.size = size

    def at(self, position: int, count: int) -> bytes:
        """`count` bytes from `position` on, fewer at the end of the file; files state places where none can be."""
        self._file.seek(min(position, self.size))
        return self._file.read(count)

    def find(self, pattern: re.Pattern[bytes], start: int) -> int | None:
        """Where the first match of at most 128 bytes begins that does so at `start` or later."""
        while start < self.size:
            block = self.at(start, _BLOCK + _LONGEST_MATCH)
            match = pattern.search(block)
            if match and match.start() < _BLOCK:
                return start + match.start()
            start += _BLOCK
        return None
