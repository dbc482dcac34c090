"""Which of an owner's jobs are wanted."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from stt.domain.jobs.job import JobStatus


@dataclass(frozen=True)
class JobFilter:
    """What a job has to meet, all of it; `None` is anything.

    `language` is the one spoken: detected for `auto`, otherwise asked for. Of the moments, with their time zones, the
    first is included and the second not. Of `metadata` a job has every pair, perhaps among others.
    """

    status: JobStatus | None = None
    language: str | None = None
    model: str | None = None
    created_from: datetime | None = None
    created_before: datetime | None = None
    metadata: Mapping[str, str] = field(default_factory=dict)
