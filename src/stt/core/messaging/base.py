"""The queue seam."""

from typing import Protocol

from stt.domain.jobs.messages import Lane


class Ticket(Protocol):
    """One delivered message."""

    body: bytes

    async def settle(self) -> None:
        """Forget the ticket: the work behind it is settled, or there was none. Never raises."""

    async def reject(self) -> None:
        """Send it to the dead letters: nobody can ever understand it. Never raises."""


class TicketQueue(Protocol):
    """Delivers tickets at least once, or loses them: the database, not the queue, is the truth about work."""

    async def open(self) -> None:
        """Begin connecting; returns at once where the broker does not answer yet, and keeps trying."""

    async def check(self) -> None:
        """Return if the queue answers; raises `QueueUnavailable` with a reason."""

    async def publish(self, lane: Lane, body: bytes) -> None:
        """Issue a ticket; returns when the broker has confirmed it.

        Raises `QueueUnavailable` within ten seconds.
        """

    async def next(self, lane: Lane, patience: float) -> Ticket | None:
        """Return the next ticket of a lane, or `None` after `patience` seconds, broker or no broker.

        Until a ticket is settled it counts against this consumer's share of the lane.
        """

    async def rest(self) -> None:
        """Take no tickets, and hand unsettled ones back, until somebody asks for the next one."""

    async def close(self) -> None:
        """Stop taking tickets, hand unsettled ones back and let go of connections."""
