"""The client for programs that block."""

import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
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


def _blocking(operation: Callable[Concatenate[Manner, P], Steps[T]]) -> "Callable[Concatenate[Client, P], T]":
    """An operation as a method that returns once it is done."""

    @wraps(operation)
    def method(self: "Client", /, *args: P.args, **kwargs: P.kwargs) -> T:
        running = Running(operation(self.connection.manner, *args, **kwargs))
        for _ in _driven(self.http, self.connection, running):
            raise AssertionError("This operation finds nothing on its way.")
        return running.value

    return method


def _iterating(
    operation: Callable[Concatenate[Manner, P], Items[T]],
) -> "Callable[Concatenate[Client, P], Iterator[T]]":
    """An operation as a method that finds one after the other."""

    @wraps(operation)
    def method(self: "Client", /, *args: P.args, **kwargs: P.kwargs) -> Iterator[T]:
        return _driven(self.http, self.connection, Running(operation(self.connection.manner, *args, **kwargs)))

    return method


class Client:
    """The service at `url`, asked with `key`, or that of the environment (`STT_API_KEY`).

    What may pass is tried again up to `retries` times, when the service says or after half a second, one, two; a
    service that is away while a job is waited for has `patience` seconds to come back. Raises `NotAUrl`; every method
    raises `ClientError`.
    """

    def __init__(
        self,
        url: str = DEFAULT_URL,
        key: str | None = None,
        *,
        retries: int = 2,
        patience: float = 60.0,
        transport: httpx.BaseTransport | None = None,
    ) -> None:
        self.connection = Connection(url, key, retries=retries, patience=patience)
        self.http = httpx.Client(transport=transport, **self.connection.settings())

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close its connections."""
        self.http.close()

    create = _blocking(operations.create)
    create_direct = _blocking(direct_uploads.create_direct)
    create_from_url = _blocking(operations.create_from_url)
    get = _blocking(operations.get)
    wait = _blocking(operations.wait)
    jobs = _iterating(operations.jobs)
    cancel = _blocking(operations.cancel)
    retry = _blocking(operations.retry)
    redo = _blocking(operations.redo)
    rehear = _blocking(operations.rehear)
    add_speaker = _blocking(known_speakers.add_speaker)
    speakers = _blocking(known_speakers.speakers)
    remove_speaker = _blocking(known_speakers.remove_speaker)
    delete = _blocking(operations.delete)
    transcript = _blocking(operations.transcript)
    export = _blocking(operations.export)
    result = _blocking(operations.result)
    transcribe = _blocking(operations.transcribe)
    events = _iterating(events.events)


def _driven(http: httpx.Client, connection: Connection, running: Running[Any]) -> Iterator[Any]:
    """Do the steps of an operation; what it finds is given on."""
    with ExitStack() as stack, closing(running):
        doer = _Doer(http, stack)
        step = running.advance()
        while step is not None:
            if isinstance(step, Found):
                yield step.item
                step = running.advance()
                continue
            try:
                outcome = doer.do(step)
            except httpx.TransportError as error:
                step = running.advance(error=connection.gone(error))
            except ClientError as error:
                step = running.advance(error=error)
            else:
                step = running.advance(outcome)


class _Doer:
    def __init__(self, http: httpx.Client, stack: ExitStack) -> None:
        self._http, self._stack = http, stack
        self._lines: Iterator[str] = iter(())

    def do(self, step: Call | Pause | Open | NextLine) -> Answer | str | None:
        match step:
            case Call():
                return answer_of(self._http.send(request_of(self._http, step)))
            case Pause():
                time.sleep(step.seconds)
                return None
            case Open():
                return self._open(step.call)
        return next(self._lines, None)

    def _open(self, call: Call) -> Answer:
        self._stack.close()
        stream = self._http.stream(call.method, call.path, **content_of(call))
        response = self._stack.enter_context(stream)
        if response.is_error:
            response.read()
            return answer_of(response)
        self._lines = response.iter_lines()
        return Answer(response.status_code, response.headers, b"")
