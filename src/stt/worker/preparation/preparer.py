"""Preparing files in child processes that can be killed: a hostile file costs one attempt, never the consumer."""

import asyncio
import contextlib
import json
import math
import os
import signal
import sys
import time
from collections.abc import AsyncGenerator, Sequence
from pathlib import Path
from typing import Any, Self

from stt.domain.errors import JobFailure
from stt.domain.jobs.chunk import Span
from stt.domain.jobs.guidance import ONE_TRACK, Channels
from stt.worker.constants import MAX_WINDOW_SECONDS
from stt.worker.errors import (
    AudioEncrypted,
    AudioTooLong,
    AudioUnreadable,
    DecoderCrashed,
    PreparationTooLong,
    TooManyChannels,
    TrackMissing,
)
from stt.worker.preparation.last_words import LastWords
from stt.worker.preparation.prepared import Message, Prepared, PreparedAudio, PreparedChunk, from_message

__all__ = ["Prepared", "PreparedAudio", "PreparedChunk", "Preparer"]

COMMAND = (sys.executable, "-P", "-m", "stt.worker.preparation.child")
PATIENCE_SECONDS = 60.0
"""A child that says nothing for this long hangs: it speaks every two seconds while it makes progress."""
LONGEST_LINE = 2**20
LARGEST_BODY = 2**26
"""Bytes; a chunk of 300 s has a line of some kilobytes and 10 MB of audio at most."""
FAILURES: dict[str, type[JobFailure]] = {
    error.code: error for error in (AudioUnreadable, AudioEncrypted, AudioTooLong, TooManyChannels, TrackMissing)
}
FAREWELL_SECONDS = 1.0
"""From the end of what a child says to its death."""
GIBBERISH = (EOFError, ValueError, TypeError, AttributeError, LookupError, RecursionError)
"""What reading a message raises where a child died in the middle of it, or was made to say something else."""
PASSED_ON = ("PATH", "LANG", "LC_ALL", "TMPDIR", "LD_LIBRARY_PATH")
"""What a child sees of the environment: it has no use for the keys and passwords in the rest."""


class Preparer:
    """Prepares up to `children` files at a time, in processes that are started when first needed and kept."""

    def __init__(
        self,
        *,
        children: int,
        chunk_seconds: float,
        max_seconds: float,
        window_seconds: float = MAX_WINDOW_SECONDS,
        patience: float = PATIENCE_SECONDS,
        command: Sequence[str] = COMMAND,
    ) -> None:
        self._slots = asyncio.Semaphore(children)
        self._settings = {
            "chunk_seconds": chunk_seconds,
            "max_seconds": max_seconds,
            "window_seconds": window_seconds,
        }
        self._patience = patience
        self._command = command
        self._children: set[_Child] = set()
        self._closed = False

    async def prepare(
        self,
        source: Path,
        channels: Channels = Channels.MIXED,
        track: str = ONE_TRACK,
        longest: float = math.inf,
        part: Span | None = None,
    ) -> AsyncGenerator[Prepared, None]:
        """The chunks of a file, or of a `part` of it, as they are cut, and the whole at the end.

        The child may take `longest` seconds; what the caller takes between two chunks does not count.

        The child runs ahead of the caller by what a pipe holds and no more. Giving up the iteration ends the child;
        `contextlib.aclosing` makes sure that this happens at once.

        Raises:
            AudioUnreadable: there is nothing to decode in the file.
            AudioTooLong: it holds more than the greatest length accepted.
            AudioEncrypted: there is a key to it, which is not in the file.
            TrackMissing: it has no such audio track.
            TooManyChannels: it has more than can be kept apart, and was to be.
            PreparationTooLong: the child took longer than it may.
            DecoderCrashed: the child died or made no progress.
        """
        async with self._slots:
            child, taken = await self._free_child(), 0.0
            try:
                wanted = {"channels": channels, "track": track, "part": part and [part.start, part.end]}
                await child.order({"source": os.fspath(source), **wanted, **self._settings})
                while not child.is_free:
                    asked = time.monotonic()
                    item = await child.answer(self._patience)
                    taken += time.monotonic() - asked
                    if taken > longest and not child.is_free:
                        raise PreparationTooLong(
                            f"Preparing the file took longer than {longest / 60:.0f} minutes and was stopped."
                        )
                    if item is not None:
                        yield item
            finally:
                if not child.is_free:
                    self._children.discard(child)
                    await child.end()

    async def close(self) -> None:
        """End all children; iterations that go on raise `DecoderCrashed`."""
        self._closed = True
        idle = {child for child in self._children if child.is_free}
        for child in self._children - idle:
            child.kill()
        self._children -= idle
        for child in idle:
            await child.end()

    async def _free_child(self) -> "_Child":
        for child in [child for child in self._children if child.is_free]:
            if child.is_alive:
                return child
            self._children.discard(child)
        child = await _Child.start(self._command)
        if self._closed:
            await child.end()
            raise DecoderCrashed("The decoder was stopped.")
        self._children.add(child)
        return child


class _Child:
    """A process and what it was told; `is_free` while it has nothing to do."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        if process.stdin is None or process.stdout is None or process.stderr is None:
            raise ValueError("A child is spoken to through pipes.")
        self._process, self._orders, self._answers = process, process.stdin, process.stdout
        self._last_words = LastWords(process.stderr)
        self.is_free = True

    @classmethod
    async def start(cls, command: Sequence[str]) -> Self:
        pipe = asyncio.subprocess.PIPE
        environment = {name: os.environ[name] for name in PASSED_ON if name in os.environ}
        environment["PYTHONPATH"] = os.pathsep.join(filter(None, sys.path))
        # In a session of its own a Ctrl-C at the terminal reaches the parent alone, which then ends its children.
        return cls(
            await asyncio.create_subprocess_exec(
                *command,
                stdin=pipe,
                stdout=pipe,
                stderr=pipe,
                env=environment,
                limit=LONGEST_LINE,
                start_new_session=True,
            )
        )

    @property
    def is_alive(self) -> bool:
        return self._process.returncode is None

    async def order(self, order: dict[str, Any]) -> None:
        self.is_free = False
        self._last_words.forget()
        self._orders.write(json.dumps(order).encode() + b"\n")
        with contextlib.suppress(ConnectionError):  # a dead child shows when its answer is read
            await self._orders.drain()

    async def answer(self, patience: float) -> Prepared | None:
        """The next part of the answer, `None` for a sign of life; waits for it at most `patience` seconds."""
        try:
            async with asyncio.timeout(patience):
                message = await self._receive()
            return self._understood(message)
        except TimeoutError:
            raise DecoderCrashed(f"The decoder made no progress for {patience:g} seconds and was stopped.") from None
        except GIBBERISH as error:
            raise DecoderCrashed(f"The decoder {await self._fate()}.") from error

    async def _receive(self) -> Message:
        fields = json.loads(await self._answers.readline())
        size = int(fields.pop("size"))
        if size > LARGEST_BODY:
            raise ValueError(f"a message of {size} bytes")
        return Message(fields, await self._answers.readexactly(size))

    def _understood(self, message: Message) -> Prepared | None:
        kind = message.fields["kind"]
        if kind == "heartbeat":
            return None
        if kind == "failure":
            error = FAILURES[message.fields["code"]]
            self.is_free = True
            raise error(message.fields["message"])
        item = from_message(message)
        self.is_free = isinstance(item, PreparedAudio)
        return item

    async def _fate(self) -> str:
        """What became of the process, which has closed its pipe or says what nobody understands."""
        try:
            async with asyncio.timeout(FAREWELL_SECONDS):
                code = await self._process.wait()
        except TimeoutError:
            return "spoke gibberish and was stopped"
        fate = f"died of {signal.Signals(-code).name}" if code < 0 else f"failed with exit code {code}"
        reason = await self._last_words.reason()
        return f"{fate}: {reason}" if reason else fate

    def kill(self) -> None:
        if self.is_alive:
            self._process.kill()

    async def end(self) -> None:
        """Kill it and let go of its pipes."""
        self.kill()
        self._orders.close()
        await asyncio.gather(self._answers.read(), self._last_words.end(), self._process.wait())
