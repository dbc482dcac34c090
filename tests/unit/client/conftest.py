"""Both clients, asked in the same way: what is tried holds for both."""

import asyncio

import httpx
import pytest

from stt.client import AsyncClient, Client, operations, requests

URL = "http://stt.test"


class Both:
    """A client of one kind over a service that gives these answers, one after the other, and what it was asked."""

    def __init__(self, kind, answers, **options):
        self.kind, self.remaining, self.asked = kind, list(answers), []
        self.options = {"key": ""} | options

    def _answer(self, request):
        self.asked.append(request)
        answer = self.remaining.pop(0)
        if isinstance(answer, Exception):
            raise answer
        # Anew: one that was read is of the kind of client that has read it.
        return httpx.Response(answer.status_code, headers=answer.headers, content=answer.content)

    def call(self, name, *args, **options):
        """What a method returns; of one that finds many, the list of them."""
        if self.kind is Client:
            with Client(URL, transport=httpx.MockTransport(self._answer), **self.options) as client:
                found = getattr(client, name)(*args, **options)
                return list(found) if hasattr(found, "__next__") else found
        return asyncio.run(self._call(name, args, options))

    async def _call(self, name, args, options):
        async with AsyncClient(URL, transport=httpx.MockTransport(self._answer), **self.options) as client:
            found = getattr(client, name)(*args, **options)
            return [each async for each in found] if hasattr(found, "__anext__") else await found


@pytest.fixture(params=[Client, AsyncClient])
def service(request):
    """Makes one from its answers."""
    return lambda *answers, **options: Both(request.param, answers, **options)


@pytest.fixture(autouse=True)
def quick(monkeypatch):
    monkeypatch.setattr(requests, "_backoff", lambda _: 0.001)
    monkeypatch.setattr(operations, "LOOK_SECONDS", 0.001)
    monkeypatch.setattr("stt.client.events.LOOK_SECONDS", 0.001)
