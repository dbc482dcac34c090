"""The service's HTTP API, from the outside."""

import asyncio
import json
import os
import time
from collections.abc import Callable
from http import HTTPStatus
from pathlib import Path
from typing import Any, BinaryIO, Self
from urllib.parse import quote

import httpx

from stt.cli.errors import CommandError, WrongUse
from stt.cli.terminal import Show
from stt.domain.jobs.job import JobStatus

POLL_SECONDS = 0.5
PATIENCE_SECONDS = 60.0
"""How long a service that does not answer is waited for once a job is accepted: it may be starting again."""
ANSWER_SECONDS = 300.0
"""How long the service may take to answer; after an upload it may have to finish storing it."""
KEY_VARIABLE = "STT_API_KEY"
LOOPBACK = ("127.0.0.1", "localhost", "::1")

Document = dict[str, Any]


class Refused(CommandError):
    """The service answered, with an error."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status


class NoService(WrongUse):
    """Nobody answers at the URL."""

    def __init__(self, url: str, reason: str) -> None:
        super().__init__(
            f"There is no service at {url} ({reason}). "
            "Start one with 'stt serve', or name another with --url or STT_URL."
        )


class ApiClient:
    """Uploads, questions and answers; every method raises `Refused` or `NoService`."""

    def __init__(self, url: str, transport: httpx.AsyncBaseTransport | None = None) -> None:
        self._url = url.rstrip("/")
        try:
            # A proxy that the environment names is for the world outside, never for this machine.
            outside = httpx.URL(self._url).host not in LOOPBACK
            timeout = httpx.Timeout(ANSWER_SECONDS, connect=10)
            self._http = httpx.AsyncClient(transport=transport, headers=_key(), timeout=timeout, trust_env=outside)
        except httpx.InvalidURL as error:
            raise WrongUse(f"{url!r} is no URL: {error}.") from error

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._http.aclose()

    async def submit(self, file: Path, fields: dict[str, str], sent: Callable[[float], None]) -> str:
        """Upload a file and return the id of its job; `sent` is told the percentage that has gone out."""
        try:
            body = file.open("rb")
        except OSError as error:
            raise WrongUse(f"Cannot read {file}: {error.strerror}.") from error
        with body:
            upload = {"file": (_utf8_name(file), _Counted(body, os.fstat(body.fileno()).st_size, sent))}
            answer = await self._ask("POST", "/api/stt/upload", data=fields, files=upload)
        return str(answer["job_id"])

    async def job(self, job_id: str) -> Document:
        """A job as it stands."""
        return await self._ask("GET", f"/api/stt/status/{quote(job_id, safe='')}")

    async def result(self, job_id: str) -> Document:
        """The transcript of a completed job."""
        return await self._ask("GET", f"/api/stt/result/{quote(job_id, safe='')}")

    async def result_so_far(self, job_id: str) -> Document:
        """What can be read of a job's transcript, whatever its status."""
        return await self._ask("GET", f"/api/stt/result/{quote(job_id, safe='')}", params={"partial": "true"})

    async def jobs(self, wanted: dict[str, str], limit: int) -> list[Document]:
        """The newest jobs that meet the parameters of the list, page by page, so many at most."""
        found: list[Document] = []
        cursor: str | None = ""
        while cursor is not None and len(found) < limit:
            params = wanted | {"limit": str(min(200, limit))} | ({"cursor": cursor} if cursor else {})
            page = await self._ask("GET", "/api/stt/jobs", params=params)
            found, cursor = found + page["data"], page["next_cursor"]
        return found[:limit]

    async def post(self, job_id: str, action: str) -> Document:
        """`cancel` or `retry` a job, and return it as it stands then."""
        return await self._ask("POST", f"/api/stt/jobs/{quote(job_id, safe='')}/{action}")

    async def delete(self, job_id: str) -> Document:
        """Erase a job, and return what was erased."""
        return await self._ask("DELETE", f"/api/stt/jobs/{quote(job_id, safe='')}")

    async def ended(self, job_id: str, show: Show) -> Document:
        """Wait until a job has ended and return it as it stands then."""
        while True:
            job = await self._patiently(job_id)
            show("Transcribing", job["progress"], job["stage"] or job["status"].lower())
            if JobStatus(job["status"]).is_terminal:
                return job
            await asyncio.sleep(POLL_SECONDS)

    async def _patiently(self, job_id: str) -> Document:
        until = time.monotonic() + PATIENCE_SECONDS
        while True:
            try:
                return await self.job(job_id)
            except (NoService, Refused) as error:
                final = isinstance(error, Refused) and error.status < 500
                if final or time.monotonic() > until:
                    raise
            await asyncio.sleep(POLL_SECONDS)

    async def _ask(self, method: str, path: str, **content: Any) -> Document:
        try:
            answer = await self._http.request(method, self._url + path, **content)
        except httpx.UnsupportedProtocol as error:
            raise WrongUse(f"{self._url!r} is no URL: it must begin with http:// or https://.") from error
        except httpx.TransportError as error:
            raise NoService(self._url, str(error) or type(error).__name__) from error
        document = _document(answer)
        if answer.status_code == HTTPStatus.UNAUTHORIZED:
            raise Refused(
                answer.status_code, f"{document.get('detail')} The command takes the key from {KEY_VARIABLE}."
            )
        if answer.is_success and document:
            return document
        if "code" not in document:
            raise Refused(answer.status_code, f"{self._url} answered {answer.status_code}; it is not this service.")
        raise Refused(answer.status_code, f"{document['detail']} ({document['code']})")


def _key() -> dict[str, str]:
    """The header that shows the key of the environment; as an option every user of the machine could read it."""
    key = os.environ.get(KEY_VARIABLE, "").strip()
    return {"Authorization": f"Bearer {key}"} if key else {}


def _utf8_name(file: Path) -> str:
    """The file's name, with a mark for each byte that is no UTF-8: in old encodings nobody knows what it was."""
    return os.fsencode(file.name).decode("utf-8", "replace")


class _Counted:
    """A file that tells how much of it was read; httpx streams it block by block."""

    def __init__(self, file: BinaryIO, size: int, sent: Callable[[float], None]) -> None:
        self._file, self._size, self._sent = file, size, sent

    def fileno(self) -> int:
        return self._file.fileno()

    def read(self, size: int = -1) -> bytes:
        block = self._file.read(size)
        self._sent(100 * self._file.tell() / max(1, self._size))
        return block


def _document(answer: httpx.Response) -> Document:
    try:
        body = answer.json()
    except (json.JSONDecodeError, UnicodeDecodeError):
        return {}
    return body if isinstance(body, dict) else {}
