"""A job: one uploaded file on its way to a transcript."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from stt.domain.access.owner import Owner
from stt.domain.jobs.claim import Priority
from stt.domain.jobs.guidance import Guidance
from stt.domain.jobs.keys import result_key
from stt.domain.jobs.redo import Redo
from stt.domain.jobs.retention import Retention
from stt.domain.transcripts.note import Note

AUTO_LANGUAGE = "auto"
"""The language is decided once, for the whole job."""
MULTI_LANGUAGE = "multi"
"""The language is decided window by window, and segments are labelled with it."""


class JobStatus(StrEnum):
    """PENDING → PROCESSING → COMPLETED | FAILED | CANCELLED."""

    PENDING = "PENDING"
    PROCESSING = "PROCESSING"
    COMPLETED = "COMPLETED"
    FAILED = "FAILED"
    CANCELLED = "CANCELLED"

    @property
    def is_terminal(self) -> bool:
        """Whether nothing will change any more."""
        return self in (JobStatus.COMPLETED, JobStatus.FAILED, JobStatus.CANCELLED)


class Stage(StrEnum):
    """What a job in PROCESSING is waiting for or being worked at."""

    PREPARE = "prepare"
    """Download, decode, find speech, cut into chunks."""
    DETECT = "detect"
    """Decide the language from several windows; only for `language=auto`."""
    TRANSCRIBE = "transcribe"
    """The chunks are being transcribed; the job itself is not worked at."""
    MERGE = "merge"
    """Join the chunks into one transcript and store it."""
    REDO = "redo"
    """Do something again with the transcript, which stays as it is until that is done."""


def progress_of(status: JobStatus, seconds_done: float, duration: float | None, tracks: int) -> float:
    """Percent of the audio, `duration` seconds of each track, that is done; 100 only for a completed job."""
    if status is JobStatus.COMPLETED:
        return 100.0
    if not duration:
        return 0.0
    return round(min(99.0, 100 * seconds_done / (duration * tracks)), 1)


@dataclass(frozen=True)
class Job:
    """A job as stored; times are UTC, durations in seconds, sizes in bytes.

    `broke_off` is where a damaged file stopped being readable, `None` for a whole one; `tracks` how many channels are
    transcribed apart, 1 until the file is prepared; `is_long` whether its preparation takes long; `notes` what its
    owner should know about the file; `metadata` is what its owner wrote on it; `redo` what
    is done again with it, while that is done.
    """

    owner: Owner
    job_id: str
    status: JobStatus
    stage: Stage
    filename: str
    object_key: str
    language: str
    model: str
    engine: str | None
    priority: Priority
    detected_language: str | None
    file_size: int | None
    duration: float | None
    broke_off: float | None
    seconds_done: float
    chunks_total: int | None
    chunks_completed: int
    result_path: str | None
    error_code: str | None
    error_message: str | None
    worker_id: str | None
    retry_count: int
    created_at: datetime
    started_at: datetime | None
    completed_at: datetime | None
    guidance: Guidance = field(default_factory=Guidance)
    retention: Retention = field(default_factory=Retention)
    audio_deleted_at: datetime | None = None
    text_deleted_at: datetime | None = None
    tracks: int = 1
    is_long: bool = False
    ranks_behind: int = 0
    notes: tuple[Note, ...] = ()
    metadata: Mapping[str, str] = field(default_factory=dict)
    webhook_url: str | None = None
    redo: Redo | None = None

    @property
    def has_transcript(self) -> bool:
        """Whether its transcript can be read: it is completed, or was, and something is done again with it."""
        return self.status is JobStatus.COMPLETED or (self.status is JobStatus.PROCESSING and self.redo is not None)

    @property
    def transcript_key(self) -> str:
        """Where the result document lies: of jobs of early versions under the one name that there was."""
        return self.result_path or result_key(self.job_id)

    @property
    def progress(self) -> float:
        """Percent of the audio that is transcribed; 100 only once the transcript is stored."""
        return progress_of(self.status, self.seconds_done, self.duration, self.tracks)

    @property
    def spoken_language(self) -> str | None:
        """The language to transcribe in (or `multi`): the detected one for `auto`, `None` while that is undecided."""
        return self.detected_language if self.language == AUTO_LANGUAGE else self.language
