"""Messages that nobody understood, to look at, to put back and to remove."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import Enum
from typing import Any

from aio_pika import DeliveryMode, Message
from aio_pika.abc import AbstractChannel, AbstractIncomingMessage, HeadersType

from stt.core.messaging.rabbitmq.link import Link
from stt.core.messaging.rabbitmq.topology import Topology
from stt.domain.jobs.messages import Lane

_QUEUE, _DIED = "stt-queue", "stt-died-at"
"""Headers by which a letter that was put back among the dead is known again."""
_ID_DIGITS = 12


class Fate(Enum):
    """What becomes of a letter."""

    KEPT = "kept"
    REQUEUED = "requeued"
    REMOVED = "removed"


@dataclass(frozen=True)
class DeadLetter:
    """A message, the queue that it was on, and when it was found to be of no use; the same bodies have the same id."""

    body: bytes
    queue: str
    died_at: datetime | None

    @property
    def letter_id(self) -> str:
        """By which a person names it."""
        return hashlib.sha256(self.body).hexdigest()[:_ID_DIGITS]


class DeadLetters:
    """Those of the service on one broker.

    A letter that is only looked at is put back as a new message: a broker counts how often one was given back, and
    drops it in the end. Each is written where it goes before it is taken away, so that none is lost, whatever ends.
    """

    def __init__(self, url: str, prefix: str = "stt") -> None:
        self._topology = Topology(prefix)
        self._link = Link(url, "dead letters")

    async def sort(self, fate_of: Callable[[DeadLetter], Fate], limit: int) -> list[tuple[DeadLetter, Fate]]:
        """Look at the oldest letters, at most `limit`, and do with each what `fate_of` says.

        Raises:
            QueueUnavailable: the broker does not answer; what was not sorted is where it was.
        """
        channel = await self._link.channel()
        async with self._link.asking():
            await self._topology.declare(channel)
            queue = await channel.declare_queue(self._topology.dead, passive=True)
            count = min(limit, queue.declaration_result.message_count or 0)
        sorted_out = []
        for _ in range(count):
            async with self._link.asking():
                message = await queue.get(fail=False)
                if message is None:
                    break
                letter = self._read(message)
                fate = fate_of(letter)
                await self._send(channel, letter, fate)
                await message.ack()
            sorted_out.append((letter, fate))
        return sorted_out

    async def close(self) -> None:
        """Let go of the connection."""
        await self._link.close()

    async def _send(self, channel: AbstractChannel, letter: DeadLetter, fate: Fate) -> None:
        if fate is Fate.REMOVED:
            return
        headers: HeadersType = {_QUEUE: letter.queue, _DIED: letter.died_at.isoformat() if letter.died_at else ""}
        message = Message(
            letter.body,
            content_type="application/json",
            delivery_mode=DeliveryMode.PERSISTENT,
            headers=headers if fate is Fate.KEPT else None,
        )
        place = self._topology.dead if fate is Fate.KEPT else letter.queue
        await channel.default_exchange.publish(message, routing_key=place, mandatory=True)

    def _read(self, message: AbstractIncomingMessage) -> DeadLetter:
        headers: dict[str, Any] = dict(message.headers)
        ours = {self._topology.queue(lane) for lane in Lane}
        named = str(headers.get(_QUEUE) or headers.get("x-first-death-queue") or "")
        # Whoever put one among the dead by hand meant a job.
        return DeadLetter(message.body, named if named in ours else self._topology.queue(Lane.JOBS), _moment(headers))


def _moment(headers: dict[str, Any]) -> datetime | None:
    if said := str(headers.get(_DIED) or ""):
        return datetime.fromisoformat(said)
    deaths = headers.get("x-death") or [{}]
    found = deaths[0].get("time")
    return found.replace(tzinfo=found.tzinfo or UTC) if isinstance(found, datetime) else None
