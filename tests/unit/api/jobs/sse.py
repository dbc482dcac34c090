"""Server-sent events as a browser reads them."""

import asyncio
import contextlib
import json

import httpx


class Stream:
    def __init__(self, answer):
        self.answer, self.last_id, self.retry, self.comments = answer, None, None, 0
        self._lines = answer.aiter_lines()

    async def next(self):
        """The data of the next event; `None` at the end."""
        name, data = None, None
        async with asyncio.timeout(20):
            async for line in self._lines:
                if not line and data is not None:
                    assert data["type"] == name
                    return data
                field, _, value = line.partition(": ")
                name = value if field == "event" else name
                data = json.loads(value) if field == "data" else data
                self.last_id = value if field == "id" else self.last_id
                self.retry = int(value) if field == "retry" else self.retry
                self.comments += line.startswith(":")
        return None

    async def all(self):
        events = []
        while (event := await self.next()) is not None:
            events.append(event)
        return events

    async def until(self, kind):
        events = []
        while not events or events[-1]["type"] != kind:
            events.append(await self.next())
        return events


@contextlib.asynccontextmanager
async def watching(port, path, last_id=None, key=None, **params):
    headers = {"Last-Event-ID": last_id} if last_id else {}
    headers |= {"Authorization": f"Bearer {key}"} if key else {}
    async with (
        httpx.AsyncClient(timeout=20) as client,
        client.stream("GET", f"http://127.0.0.1:{port}/api/stt/{path}", headers=headers, params=params) as answer,
    ):
        yield Stream(answer)
