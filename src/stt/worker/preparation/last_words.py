"""What a process writes to standard error: passed on as it comes, and asked for the reason once it is dead."""

import asyncio
import contextlib
import os
import re

STANDARD_ERROR = 2
BLOCK_BYTES = 2**16
KEPT_BYTES = 2**14
"""Of what was written last: the end of a traceback."""
LONGEST = 300
"""Characters of a reason."""
TRACEBACK = "Traceback (most recent call last):\n"
FOLDERS = re.compile(r"(?<=')/[^']*/(?=[^'/]+')|/(?:[^/\s'\":]+/)+")
"""Where files lie on this machine is nobody's business who reads the reason; their names stay."""


class LastWords:
    """Reads the pipe to its end, so that the process never waits for a reader."""

    def __init__(self, pipe: asyncio.StreamReader) -> None:
        self._said = b""
        self._reading = asyncio.create_task(self._read(pipe))

    def forget(self) -> None:
        """What was said until now is no reason for what comes."""
        self._said = b""

    async def reason(self) -> str:
        """Why the process died: type and text of its exception, else its last line, else nothing.

        Waits for the end of the pipe.
        """
        await self.end()
        return reason_in(self._said.decode(errors="replace"))

    async def end(self) -> None:
        """Wait until the process, and with it the pipe, is at its end."""
        await self._reading

    async def _read(self, pipe: asyncio.StreamReader) -> None:
        while block := await pipe.read(BLOCK_BYTES):
            self._said = (self._said + block)[-KEPT_BYTES:]
            with contextlib.suppress(OSError):  # ours is closed or its disk is full
                os.write(STANDARD_ERROR, block)


def reason_in(said: str) -> str:
    """The exception at the end of a traceback, or the last line of what is none."""
    _, traceback, end = said.rpartition(TRACEBACK)
    lines = [line for line in end.splitlines() if line.strip() and not line.startswith(" ")]
    if not lines:
        return ""
    return FOLDERS.sub("", lines[0 if traceback else -1])[:LONGEST].rstrip(".")
