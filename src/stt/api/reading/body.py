"""A request's body as it arrives, from a client that keeps up."""

import asyncio
import time
from collections.abc import AsyncIterator

from starlette.requests import ClientDisconnect, Request
from starlette.types import Message

from stt.domain.errors import InvalidRequest, Leaving
from stt.services.jobs.job_service import JobService
from stt.services.jobs.upload import FileTooLarge

FORM_BYTES = 1024 * 1024
"""What a body may hold beside the file: boundaries, headers, fields."""
PACE_SECONDS = 60.0
LEAST_RATE = 4096
"""Bytes per second that a client sends on average over each minute that it is waited for: a connection, a task and a
half file are held for it. The slowest modems send more."""
LONGEST_SECONDS = 24 * 3600.0
"""How long a body may take in all."""
FAREWELL_SECONDS = 3.0
"""How long a body may still take once the service is told to stop."""
LOOK_SECONDS = 0.5


async def body_of(request: Request, jobs: JobService) -> AsyncIterator[bytes]:
    """The body's blocks; raises as soon as it is sure to hold more than the largest file and its form.

    Raises:
        InvalidRequest: codes `file_too_large`, `upload_stalled`.
        ClientDisconnect: the client left.
        Leaving: the service is about to stop.
    """
    largest = jobs.policy.max_upload_bytes
    if int(request.headers.get("content-length", 0)) > largest + FORM_BYTES:
        raise FileTooLarge(largest)
    pace = _Pace(jobs)
    taken, more = 0, True
    while more:
        message = await _next(request, pace)
        if message["type"] == "http.disconnect":
            raise ClientDisconnect
        block, more = message.get("body", b""), message.get("more_body", False)
        taken += len(block)
        if taken > largest + FORM_BYTES:
            raise FileTooLarge(largest)
        if block:
            yield block


async def _next(request: Request, pace: "_Pace") -> Message:
    """What comes next, once it is there."""
    # A task, because not every server's `receive` can be cancelled and called again.
    arriving = asyncio.ensure_future(request.receive())
    try:
        while True:
            began = time.monotonic()
            await asyncio.wait({arriving}, timeout=min(LOOK_SECONDS, PACE_SECONDS))
            message = arriving.result() if arriving.done() else {}
            pace.note(time.monotonic() - began, len(message.get("body", b"")))
            if arriving.done():
                return message
    finally:
        arriving.cancel()


class _Pace:
    """How a client keeps up; only the time that is waited for it counts, not what storage takes."""

    def __init__(self, jobs: JobService) -> None:
        self._jobs = jobs
        self._began = time.monotonic()
        self._farewell_at: float | None = None
        self._waited, self._arrived = 0.0, 0

    def note(self, seconds: float, size: int) -> None:
        """So many bytes came in so many seconds; raises if that is not enough, or the service leaves."""
        now = time.monotonic()
        if self._jobs.is_leaving:
            self._farewell_at = self._farewell_at or now
            if now - self._farewell_at >= FAREWELL_SECONDS:
                raise Leaving
        if now - self._began > LONGEST_SECONDS:
            message = f"The upload took longer than {LONGEST_SECONDS / 3600:g} hours; send it over a faster connection."
            raise InvalidRequest(message, code="upload_stalled")
        self._waited, self._arrived = self._waited + seconds, self._arrived + size
        if self._waited < PACE_SECONDS:
            return
        if self._arrived < self._waited * LEAST_RATE:
            message = f"Less than {LEAST_RATE} bytes per second arrived for {self._waited:.0f} s; send the file again."
            raise InvalidRequest(message, code="upload_stalled")
        self._waited, self._arrived = 0.0, 0
