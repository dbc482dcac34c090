"""Files that the service fetches itself, from URLs that callers name."""

import asyncio
import time
from collections.abc import AsyncIterator
from urllib.parse import unquote, urlsplit

from stt.core.http_client import HttpClient, UrlUnreachable
from stt.domain.errors import InvalidRequest
from stt.services.jobs.job_service import JobService
from stt.services.jobs.upload import FileTooLarge, StoredUpload

FETCH_SECONDS = 3600.0
"""How long fetching a file may take."""
LEAST_RATE = 64 * 1024
PACE_SECONDS = 60.0
"""After so many seconds a file has to have come at so many bytes per second on average: less is a server that holds a
connection and half a file for nothing."""


class UrlIngest:
    """Streams what lies at a URL into storage, as if it were uploaded."""

    def __init__(self, jobs: JobService, http: HttpClient) -> None:
        self._jobs, self._http = jobs, http

    async def store(self, url: str) -> StoredUpload:
        """Fetch a file under the id of a job to be.

        Raises:
            InvalidRequest: codes `url_not_allowed`, `url_unreachable`, and those of `JobService.store`; nothing is left
                in storage.
            Unavailable: the storage is away.
        """
        try:
            async with asyncio.timeout(FETCH_SECONDS), self._http.get(url) as answer:
                if answer.status != 200:
                    raise UrlUnreachable(f"It answered {answer.status}.", "wrong_answer")
                limit = self._jobs.policy.max_upload_bytes
                length = answer.headers.get("content-length", "")
                if length.isdigit() and int(length) > limit:
                    raise FileTooLarge(limit)
                return await self._jobs.store(_name(answer.url), _at_pace(answer.blocks))
        except TimeoutError as error:
            message = f"Fetching the file took longer than {FETCH_SECONDS / 60:.0f} minutes."
            raise InvalidRequest(message, code="url_unreachable", reason="too_slow") from error
        except UrlUnreachable as error:
            raise error.refusal("The file could not be fetched: ") from error


def _name(url: str) -> str:
    """The last part of the path, which is what a browser would call the file."""
    return unquote(urlsplit(url).path.rpartition("/")[2])


async def _at_pace(blocks: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    """The same; raises `UrlUnreachable` where they come too slowly."""
    began, arrived = time.monotonic(), 0
    async for block in blocks:
        arrived += len(block)
        waited = time.monotonic() - began
        if waited > PACE_SECONDS and arrived < waited * LEAST_RATE:
            raise UrlUnreachable(f"It sends less than {LEAST_RATE} bytes per second.", "too_slow")
        yield block
