"""The client for programs that run a loop."""

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import AsyncExitStack, closing
from functools import wraps
from typing import Any, Concatenate, ParamSpec, Self, TypeVar

import httpx

from stt.client import direct_uploads, events, operations
from stt.client import speakers as known_speakers
from stt.client.connection import DEFAULT_URL, Connection, answer_of, content_of, request_of
from stt.client.errors import ClientError
from stt.client.operations import Manner
from stt.client.steps import Answer, Call, Found, Items, NextLine, Open, Pause, Running, Steps

P = ParamSpec("P")
T = TypeVar("T")


def _awaited(
    operation: Callable[Concatenate[Manner, P], Steps[T]],
) -> "Callable[Concatenate[AsyncClient, P], Coroutine[Any, Any, T]]":
    """An operation as a method to be awaited."""

    @wraps(operation)
    async def method(self: "AsyncClient", /, *args: P.args, **kwargs: P.kwargs) -> T:
        running = Running(operation(self.connection.manner, *args, **kwargs))
        async for _ in _driven(self.http, self.connection, running):
            raise AssertionError("This operation finds nothing on its way.")
        return running.value

    return method


def _iterating(
    operation: Callable[Concatenate[Manner, P], Items[T]],
) -> "Callable[Concatenate[AsyncClient, P], AsyncIterator[T]]":
    """An operation as a method that finds one after the other."""

    @wraps(operation)
    def method(self: "AsyncClient", /, *args: P.args, **kwargs: P.kwargs) -> AsyncIterator[T]:
        return _driven(self.http, self.connection, Running(operation(self.connection.manner, *args, **kwargs)))

    return method


class AsyncClient:
    """The same as `Client`, awaited; see there."""

    def __init__(
        self,
        url: str = DEFAULT_URL,
        key: str | None = None,
        *,
        retries: int = 2,
        patience: float = 60.0,
        transport: httpx.AsyncBaseTransport | None = None,
    ) -> None:
        self.connection = Connection(url, key, retries=retries, patience=patience)
        self.http = httpx.AsyncClient(transport=transport, **self.connection.settings())

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    async def close(self) -> None:
        """Close its connections."""
        await self.http.aclose()

    create = _awaited(operations.create)
    create_direct = _awaited(direct_uploads.create_direct)
    create_from_url = _awaited(operations.create_from_url)
    get = _awaited(operations.get)
    wait = _awaited(operations.wait)
    jobs = _iterating(operations.jobs)
    cancel = _awaited(operations.cancel)
    retry = _awaited(operations.retry)
    redo = _awaited(operations.redo)
    rehear = _awaited(operations.rehear)
    add_speaker = _awaited(known_speakers.add_speaker)
    speakers = _awaited(known_speakers.speakers)
    remove_speaker = _awaited(known_speakers.remove_speaker)
    delete = _awaited(operations.delete)
    transcript = _awaited(operations.transcript)
    export = _awaited(operations.export)
    result = _awaited(operations.result)
    transcribe = _awaited(operations.transcribe)
    events = _iterating(events.events)


async def _driven(http: httpx.AsyncClient, connection: Connection, running: Running[Any]) -> AsyncIterator[Any]:
    """Do the steps of an operation; what it finds is given on."""
    async with AsyncExitStack() as stack:
        with closing(running):
            doer = _Doer(http, stack)
            step = running.advance()
            while step is not None:
                if isinstance(step, Found):
                    yield step.item
                    step = running.advance()
                    continue
                try:
                    outcome = await doer.do(step)
                except httpx.TransportError as error:
                    step = running.advance(error=connection.gone(error))
                except ClientError as error:
                    step = running.advance(error=error)
                else:
                    step = running.advance(outcome)


class _Doer:
    def __init__(self, http: httpx.AsyncClient, stack: AsyncExitStack) -> None:
        self._http, self._stack = http, stack
        self._lines: AsyncIterator[str] | None = None

    async def do(self, step: Call | Pause | Open | NextLine) -> Answer | str | None:
        match step:
            case Call():
                return answer_of(await self._http.send(request_of(self._http, step)))
            case Pause():
                await asyncio.sleep(step.seconds)
                return None
            case Open():
                return await self._open(step.call)
        return await anext(self._lines, None) if self._lines else None

    async def _open(self, call: Call) -> Answer:
        await self._stack.aclose()
        stream = self._http.stream(call.method, call.path, **content_of(call))
        response = await self._stack.enter_async_context(stream)
        if response.is_error:
            await response.aread()
            return answer_of(response)
        self._lines = response.aiter_lines()
        return Answer(response.status_code, response.headers, b"")
