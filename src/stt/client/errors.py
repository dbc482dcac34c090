"""What goes wrong between a program and the service.

ClientError
├── NotAUrl        the service's URL is none
├── NoService      nobody answers at it
├── Refused        the service answers, with an error
├── JobEnded       the job was waited for, and has no transcript
└── TakesTooLong   the job has not ended in the time that was given to it
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from stt.client.job import Job


class ClientError(Exception):
    """Anything that a client raises but what opening a file raises."""


class NotAUrl(ClientError):
    """The service's URL is none."""


class NoService(ClientError):
    """Nobody answers at the URL; `reason` is what the network says, `never_sent` whether nothing can have been done."""

    def __init__(self, url: str, reason: str, *, never_sent: bool = True) -> None:
        super().__init__(f"There is no service at {url} ({reason}).")
        self.url, self.reason, self.never_sent = url, reason, never_sent


class Refused(ClientError):
    """The service answered with an error; `code` is stable, and `None` where it is not this service that answers."""

    def __init__(self, status: int, code: str | None, detail: str, retry_after: float | None = None) -> None:
        super().__init__(f"{detail} ({code})" if code else detail)
        self.status, self.code, self.detail, self.retry_after = status, code, detail, retry_after


class JobEnded(ClientError):
    """A job failed or was cancelled."""

    def __init__(self, job: "Job") -> None:
        reason = f"{job.error_message} ({job.error_code})" if job.error_message else f"It is {job.status}."
        super().__init__(f"{reason} The job was {job.job_id}.")
        self.job = job


class TakesTooLong(ClientError):
    """A job has not ended in the time that was given to it; it goes on."""

    def __init__(self, job: "Job", seconds: float) -> None:
        super().__init__(f"The job {job.job_id} is {job.status} after {seconds:g} s.")
        self.job = job
