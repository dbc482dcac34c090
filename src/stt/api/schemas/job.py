"""A job as its owner sees it."""

from datetime import datetime
from typing import Any, Self

from pydantic import BaseModel, ConfigDict, Field, JsonValue

from stt.api.schemas.eta import EtaBody
from stt.api.schemas.redo import RedoBody
from stt.domain.jobs.claim import Priority
from stt.domain.jobs.forecast import Forecast
from stt.domain.jobs.guidance import ONE_TRACK, Channels, Task, ToneMarks
from stt.domain.jobs.job import Job, JobStatus, Stage
from stt.domain.transcripts.known_speaker import KnownSpeakers
from stt.domain.transcripts.speakers import NO_SPEAKERS
from stt.services.jobs.options import TEXT_CHARACTERS

EXAMPLE_ID = "0b2f6d0e-5a1c-4d57-9f1e-0f4f3f8f9c55"


EXAMPLE: dict[str, JsonValue] = {
    "job_id": EXAMPLE_ID,
    "status": "PROCESSING",
    "progress": 42.5,
    "created_at": "2026-01-31T08:15:00Z",
    "error_message": None,
    "error_code": None,
    "stage": "transcribe",
    "filename": "talk.mp3",
    "language": "vi",
    "detected_language": None,
    "model": "medium",
    "engine": None,
    "priority": "normal",
    "task": "transcribe",
    "prompt": "",
    "hotwords": "Nguyễn Thị Minh Khai, OKR",
    "channels": "mixed",
    "track": "auto",
    "tone_marks": "as-written",
    "delete_audio_after": 86400.0,
    "delete_text_after": None,
    "audio_deleted_at": None,
    "text_deleted_at": None,
    "speakers": "off",
    "known_speakers": "off",
    "metadata": {"customer": "42"},
    "webhook_url": None,
    "duration": 1800.0,
    "broke_off": None,
    "notes": [],
    "seconds_done": 765.0,
    "chunks_total": 30,
    "chunks_completed": 12,
    "file_size": 28_800_512,
    "retry_count": 0,
    "started_at": "2026-01-31T08:15:01Z",
    "completed_at": None,
    "redo": None,
    "eta": {"position": 3, "p50": 240.0, "p90": 420.0},
}


class UploadForm(BaseModel):
    """The multipart form of an upload; it is read as it arrives, so this class only describes it."""

    file: bytes = Field(description="The audio or video file, with its name.", json_schema_extra={"format": "binary"})
    language: str | None = Field(
        None,
        description="Language spoken: a code such as `vi` or `en`, a tag such as `vi-VN`, its English name, `auto` "
        "to have it decided once for the whole file, or `multi` to have it decided window by window. "
        "Without it, the service's default (`vi` unless configured otherwise).",
        examples=["vi"],
    )
    model: str | None = Field(
        None,
        description="Model: a name such as `medium`, or what else this service offers. "
        "Without it, the service's default (`medium` unless configured otherwise).",
        examples=["medium"],
    )
    priority: Priority = Field(Priority.NORMAL, description="How urgent the job is.")
    engine: str | None = Field(
        None,
        description="`faster-whisper` or `whisper.cpp`; without it, the consumer's own.",
        examples=["faster-whisper"],
    )
    task: Task = Field(
        Task.TRANSCRIBE,
        description="`transcribe` writes what is said in its own language, `translate` in English whatever is spoken.",
    )
    prompt: str = Field(
        "",
        max_length=TEXT_CHARACTERS,
        description="Text in whose style and spelling the transcript is written; it reaches every window.",
        examples=["Biên bản cuộc họp Hội đồng quản trị."],
    )
    hotwords: str = Field(
        "",
        max_length=TEXT_CHARACTERS,
        description="Names and terms to expect, separated by commas, spaces or line ends; they reach every window.",
        examples=["Nguyễn Thị Minh Khai, OKR"],
    )
    channels: Channels = Field(
        Channels.MIXED,
        description="`mixed` hears all channels as one; `separate` each on its own, on one clock, and segments carry "
        "the number of theirs, from 0.",
    )
    track: str = Field(
        ONE_TRACK,
        pattern="^(auto|all|[1-9][0-9]{0,2})$",
        description="Of a file with several audio tracks: `auto` hears the one that players play, or the next where "
        "that is silent or unreadable; a number from 1 that one; `all` each on its own, as `channels=separate` does.",
        examples=["2"],
    )
    tone_marks: ToneMarks = Field(
        ToneMarks.AS_WRITTEN,
        description="Where Vietnamese tone marks stand: `as-written` by the model, `old` (hòa) or `new` (hoà).",
    )
    speakers: str = Field(
        NO_SPEAKERS,
        description="Whether speakers are told apart: `off`, `auto` for as many as there seem to be, their number, or "
        "a range such as `2-4`.",
        examples=["auto"],
    )
    known_speakers: KnownSpeakers = Field(
        KnownSpeakers.OFF,
        description="`all` names speakers who sound like those whose voices are kept, see `/api/stt/speakers`.",
    )
    metadata: str = Field(
        "",
        description="What the job is to be known by: an object of up to 16 pairs of text, as JSON.",
        examples=['{"customer": "42"}'],
    )
    webhook_url: str = Field(
        "",
        description="What is told when the job has ended; see webhooks.",
        examples=["https://hooks.example/stt"],
    )

    delete_audio_after: str = Field(
        "",
        description="Seconds from the end of the job after which its audio is removed, or `never`. "
        "Without it, the service's default.",
        examples=["86400"],
    )
    delete_text_after: str = Field(
        "",
        description="The same for its transcript and everything that was heard.",
        examples=["2592000"],
    )


class UploadAccepted(BaseModel):
    """The file is stored and will be transcribed."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "job_id": EXAMPLE_ID,
                    "status": "PENDING",
                    "message": "Accepted. Ask /api/stt/status/{job_id} for progress.",
                }
            ]
        }
    )

    job_id: str
    status: JobStatus
    message: str


class NoteBody(BaseModel):
    """Something to know about the file a transcript was made from."""

    model_config = ConfigDict(from_attributes=True)

    code: str = Field(description="Stable, for programs; new ones may come.")
    message: str


class JobBody(BaseModel):
    """A job as it stands; times in UTC, durations in seconds, sizes in bytes, progress in percent."""

    model_config = ConfigDict(json_schema_extra={"examples": [EXAMPLE]})

    job_id: str
    status: JobStatus
    progress: float
    created_at: datetime
    error_message: str | None
    error_code: str | None
    stage: Stage | None = Field(description="What is being done; only while the status is PROCESSING.")
    filename: str
    language: str
    detected_language: str | None = Field(description="What was heard; only for the language `auto`.")
    model: str
    engine: str | None
    priority: Priority
    task: Task
    prompt: str
    hotwords: str
    channels: Channels
    track: str
    tone_marks: ToneMarks
    speakers: str
    known_speakers: KnownSpeakers
    metadata: dict[str, str] = Field(description="What its owner wrote on it.")
    webhook_url: str | None
    delete_audio_after: float | None = Field(description="Seconds from the end; `null` keeps the audio.")
    delete_text_after: float | None = Field(description="The same for the transcript.")
    audio_deleted_at: datetime | None
    text_deleted_at: datetime | None
    duration: float | None
    broke_off: float | None = Field(description="Where a damaged file stopped being readable.")
    notes: list[NoteBody] = Field(description="What there is to know about the file, once it is decoded.")
    seconds_done: float
    chunks_total: int | None
    chunks_completed: int
    file_size: int | None
    retry_count: int
    started_at: datetime | None
    completed_at: datetime | None
    redo: RedoBody | None = Field(description="What is done again with it, while that is done.")
    eta: EtaBody | None = Field(description="When it will be done; `null` for a job that has ended or just come.")

    @classmethod
    def of(cls, job: Job, forecast: Forecast | None = None) -> Self:
        """The body for a job."""
        stage = job.stage if job.status is JobStatus.PROCESSING else None
        asked = {**vars(job.guidance), **vars(job.retention)}
        shown = {"progress": job.progress, "stage": stage, "eta": EtaBody.of(forecast)}
        return cls.model_validate({**vars(job), **asked, **shown})


def upload_request() -> dict[str, Any]:
    """The OpenAPI description of an upload's body."""
    schema = UploadForm.model_json_schema()
    # References inside would point into a document that the schema is not in.
    definitions = schema.pop("$defs")
    for name, described in schema["properties"].items():
        if reference := described.pop("$ref", None):
            schema["properties"][name] = {**definitions[reference.rpartition("/")[2]], **described}
    return {"requestBody": {"required": True, "content": {"multipart/form-data": {"schema": schema}}}}
