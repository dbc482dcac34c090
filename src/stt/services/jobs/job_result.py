"""What can be read of a job."""

from dataclasses import dataclass

from stt.domain.errors import NotFound
from stt.domain.jobs.job import Job
from stt.domain.merging.partial import Partial
from stt.domain.transcripts.transcript import Transcript


@dataclass(frozen=True)
class JobResult:
    """A completed job with its transcript."""

    job: Job
    transcript: Transcript


@dataclass(frozen=True)
class PartialResult:
    """A job with what can be read of its transcript."""

    job: Job
    partial: Partial


def result_missing(job: Job) -> NotFound:
    """That the transcript of a completed job was removed."""
    return NotFound(f"The transcript of job {job.job_id} is no longer in storage.", code="result_missing")
