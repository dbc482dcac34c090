"""From the vendor's errors to ours."""

import asyncio
import contextlib
from collections.abc import Iterator

from aio_pika.exceptions import (
    AuthenticationError,
    ChannelPreconditionFailed,
    ProbableAuthenticationError,
    PublishError,
)

from stt.domain.errors import QueueUnavailable


@contextlib.contextmanager
def translated(doing: str) -> Iterator[None]:
    """Turn every failure of the broker or of the way to it into `QueueUnavailable`.

    Put it outside of an `asyncio.timeout`, whose expiry it translates too.
    """
    was_cancelled = _cancellations()
    try:
        yield
    except QueueUnavailable:
        raise
    except asyncio.CancelledError as error:
        # The client ends the pending calls of a lost connection with this; our own cancellation is counted.
        if _cancellations() > was_cancelled:
            raise
        raise QueueUnavailable(f"{doing}: the connection was lost.") from error
    except Exception as error:
        # The client has no common base class for what it raises on a broken connection.
        raise QueueUnavailable(f"{doing}: {_reason(error)}") from error
    if _cancellations() > was_cancelled:
        # Where an answer arrives at the moment of a cancellation, the client returns it and the cancellation is gone.
        raise asyncio.CancelledError


def _cancellations() -> int:
    """How many of this task are not taken back."""
    task = asyncio.current_task()
    return task.cancelling() if task else 0


def _reason(error: BaseException) -> str:
    match error:
        case TimeoutError():
            return "no answer in time."
        case ProbableAuthenticationError() | AuthenticationError():
            return "it refuses the user name or the password; check RABBITMQ_URL."
        case ChannelPreconditionFailed():
            return f"a queue exists with other properties; delete it, so that it is made again ({error})."
        case PublishError():
            return "the queue is missing."
    return str(error) or type(error).__name__
