"""Which queues there are."""

from dataclasses import dataclass

from aio_pika.abc import AbstractChannel

from stt.domain.jobs.messages import Lane


@dataclass(frozen=True)
class Topology:
    """`{prefix}.jobs`, `{prefix}.chunks` and `{prefix}.dead`, all reached through the default exchange.

    Durable quorum queues: confirmed means written to disk, on every RabbitMQ from 3.10 to 4.x. Limits and
    delivery counts are left to policies, because an argument can never be changed without deleting the queue.
    """

    prefix: str

    @property
    def dead(self) -> str:
        """Where rejected messages go."""
        return f"{self.prefix}.dead"

    def queue(self, lane: Lane) -> str:
        """Name the queue of a lane."""
        return f"{self.prefix}.{lane.value}"

    async def declare(self, channel: AbstractChannel) -> None:
        """Make the queues that are not there."""
        await channel.declare_queue(self.dead, durable=True, arguments={"x-queue-type": "quorum"})
        for lane in Lane:
            await channel.declare_queue(
                self.queue(lane),
                durable=True,
                arguments={
                    "x-queue-type": "quorum",
                    "x-dead-letter-exchange": "",
                    "x-dead-letter-routing-key": self.dead,
                },
            )
