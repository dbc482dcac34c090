"""What consumers have told of themselves, where the API is a process of its own."""

from stt.repositories.consumer_repository import ConsumerRepository


class Consumers:
    """Known as of the last look, because whoever checks a request does not wait for the database."""

    def __init__(self, consumers: ConsumerRepository) -> None:
        self._consumers = consumers
        self._lacking_speakers: str | None = None

    async def look(self) -> None:
        """Ask the database; raises `Unavailable`."""
        self._lacking_speakers = await self._consumers.lacking_speakers()

    def lacking_speakers(self) -> str | None:
        """What all of them lack to tell speakers apart, and what to do; `None` if one can, or none is known."""
        return self._lacking_speakers
