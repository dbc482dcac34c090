"""What both clients know of the service: where it is, by which key it is asked, and how httpx asks it."""

import os
from collections.abc import Mapping
from typing import Any, TypedDict

import httpx

from stt.client.errors import NoService, NotAUrl
from stt.client.operations import Manner
from stt.client.steps import Answer, Call

DEFAULT_URL = "http://127.0.0.1:8000"
KEY_VARIABLE = "STT_API_KEY"
ANSWER_SECONDS = 300.0
"""How long the service may take to answer; after an upload it may have to finish storing it."""
_LOOPBACK = ("127.0.0.1", "localhost", "::1")


class Settings(TypedDict):
    """What a client of httpx is made with."""

    base_url: httpx.URL
    headers: Mapping[str, str]
    timeout: httpx.Timeout
    trust_env: bool


class Connection:
    """The service at `url`, asked with `key`, or that of the environment (`STT_API_KEY`)."""

    def __init__(self, url: str = DEFAULT_URL, key: str | None = None, *, retries: int, patience: float) -> None:
        self.url = url.rstrip("/")
        self.manner = Manner(retries, patience)
        self._key = os.environ.get(KEY_VARIABLE, "").strip() if key is None else key

    def settings(self) -> Settings:
        """Raises `NotAUrl`."""
        try:
            url = httpx.URL(self.url)
        except httpx.InvalidURL as error:
            raise NotAUrl(f"{self.url!r} is no URL: {error}.") from error
        if url.scheme not in ("http", "https") or not url.host:
            raise NotAUrl(f"{self.url!r} is no URL: it must begin with http:// or https://.")
        return {
            "base_url": url,
            "headers": {"Authorization": f"Bearer {self._key}"} if self._key else {},
            "timeout": httpx.Timeout(ANSWER_SECONDS, connect=10),
            # A proxy that the environment names is for the world outside, never for this machine.
            "trust_env": url.host not in _LOOPBACK,
        }

    def gone(self, error: httpx.TransportError) -> NoService:
        """What a failure of the network is for whoever asked."""
        never_sent = isinstance(error, (httpx.ConnectError, httpx.ConnectTimeout))
        return NoService(self.url, str(error) or type(error).__name__, never_sent=never_sent)


def request_of(http: httpx.Client | httpx.AsyncClient, call: Call) -> httpx.Request:
    """A call as httpx sends it."""
    request = http.build_request(call.method, call.path, **content_of(call))
    if call.is_elsewhere:
        request.headers.pop("Authorization", None)
    return request


def content_of(call: Call) -> dict[str, Any]:
    """The arguments with which httpx makes a call."""
    return {
        "params": dict(call.params) or None,
        "headers": dict(call.headers),
        "data": call.data,
        "files": {"file": call.file} if call.file else None,
        "json": call.json,
    }


def answer_of(response: httpx.Response) -> Answer:
    """An answer that was read."""
    return Answer(response.status_code, response.headers, response.content)
