"""The ticket of a job: ours, or one that another service put into the queue by hand."""

from typing import Protocol

import structlog

from stt.domain.jobs.messages import JobMessage

log = structlog.get_logger()


class Adopting(Protocol):
    """What makes a job of a message about an unknown one."""

    async def adopt(self, message: JobMessage) -> bool:
        """Make the job if its id is unknown; `False` if it is known."""


class SttHandler:
    """Reads job tickets before their work is claimed."""

    def __init__(self, intake: Adopting) -> None:
        self._intake = intake

    async def receive(self, body: bytes) -> None:
        """Make sure there is a job for the message.

        Raises:
            MalformedMessage: it is not a job message; it belongs to the dead letters.
            DatabaseUnavailable: whether the job is known cannot be told now.
        """
        message = JobMessage.decode(body)
        if await self._intake.adopt(message):
            log.info("job_adopted", job_id=message.job_id, object_key=message.minio_path)
