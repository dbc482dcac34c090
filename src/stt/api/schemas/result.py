"""The transcript of a completed job."""

from datetime import datetime
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, JsonValue

from stt.api.schemas.job import EXAMPLE_ID, NoteBody
from stt.domain.jobs.job import Job, JobStatus
from stt.domain.transcripts.transcript import Transcript
from stt.services.jobs.job_result import JobResult, PartialResult

EXAMPLE: dict[str, JsonValue] = {
    "job_id": EXAMPLE_ID,
    "status": "COMPLETED",
    "text": "xin chào",
    "minio_result_path": f"results/{EXAMPLE_ID}/transcription.json",
    "completed_at": "2026-01-31T08:20:00Z",
    "language": "vi",
    "duration": 1.5,
    "segments": [
        {
            "id": 0,
            "start": 0.2,
            "end": 1.1,
            "text": "xin chào",
            "words": [
                {"word": "xin", "start": 0.2, "end": 0.5, "probability": 0.98},
                {"word": "chào", "start": 0.6, "end": 1.1, "probability": 0.97},
            ],
        }
    ],
    "coverage": {
        "speech": 0.9,
        "words": 0.9,
        "silence": 0.6,
        "sound": 0.0,
        "suppressed": 0.0,
        "gap": 0.0,
        "ratio": 1.0,
    },
    "gaps": [],
    "suppressed": [],
    "model": "medium",
    "engine": "faster-whisper",
    "broke_off": None,
    "notes": [],
}


class WordBody(BaseModel):
    """One word; `probability` is how sure the engine was, from 0 to 1."""

    word: str
    start: float
    end: float
    probability: float
    speaker: str | None = Field(None, description="Label of who says it; absent unless speakers are told apart.")


class DecodingBody(BaseModel):
    """What the decoder says of the guess that a segment is from, in the words of OpenAI's Whisper.

    `seek` is the second at which the audio begins that was decoded.
    """

    avg_logprob: float
    no_speech_prob: float | None = Field(description="How likely nobody speaks; null where the engine does not tell.")
    compression_ratio: float
    temperature: float
    tokens: list[int]
    seek: float


class SegmentBody(BaseModel):
    """A line of speech; times in seconds from the start of the file."""

    id: int
    start: float
    end: float
    text: str
    words: list[WordBody]
    channel: int | None = Field(None, description="Channel it was heard in, from 0; absent unless channels are apart.")
    language: str | None = Field(None, description="What was spoken; absent unless the language is `multi`.")
    decoding: DecodingBody | None = Field(None, description="How the engine came to it.")
    speaker: str | None = Field(None, description="Label of who speaks; absent unless speakers are told apart.")
    overlap: bool = Field(False, description="Whether others speak as well; absent where they do not.")


class CoverageBody(BaseModel):
    """How every second is accounted for: `words + silence + sound + suppressed + gap` is the duration."""

    speech: float
    words: float
    silence: float = Field(description="It is quiet.")
    sound: float = Field(description="It is loud, and nobody was heard to speak.")
    suppressed: float
    gap: float
    ratio: float = Field(description="Part of the speech that has words; 1 for a file without speech.")


class GapBody(BaseModel):
    """Speech without words, and why."""

    start: float
    end: float
    reason: str
    channel: int | None = Field(None, description="As a segment has it.")


class SuppressedBody(GapBody):
    """Words that were left out, and why."""

    text: str


class SpeakerBody(BaseModel):
    """Somebody who speaks; labels are S1, S2 and so on, by when people first speak."""

    id: str
    name: str


class TurnBody(BaseModel):
    """Somebody speaks, as far as can be heard, whatever words there are."""

    start: float
    end: float
    speaker: str


class TranscriptBody(BaseModel):
    """What a transcript has, whole or in part."""

    job_id: str
    status: JobStatus
    text: str
    language: str = Field(description="Code of the language; `multi` where it was decided window by window.")
    segments: list[SegmentBody]
    coverage: CoverageBody
    gaps: list[GapBody]
    suppressed: list[SuppressedBody]
    model: str
    broke_off: float | None = Field(description="Where a damaged file stopped being readable.")
    notes: list[NoteBody] = Field(description="What there is to know about the file.")
    speakers: list[SpeakerBody] | None = Field(None, description="Absent unless speakers are told apart.")
    turns: list[TurnBody] | None = Field(None, description="Who speaks when; absent unless speakers are told apart.")


class ResultBody(TranscriptBody):
    """A completed job's transcript and where it is stored."""

    model_config = ConfigDict(json_schema_extra={"examples": [EXAMPLE]})

    minio_result_path: str
    completed_at: datetime
    duration: float
    engine: str


class PartialResultBody(TranscriptBody):
    """What can be read of a job's transcript; `coverage` and the lists beside it reach from `after` up to `until`."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                EXAMPLE
                | {"status": "PROCESSING", "minio_result_path": None, "completed_at": None, "duration": None}
                | {"engine": None, "complete": False, "until": 1.5}
            ]
        }
    )

    complete: bool = Field(description="Whether this is the transcript as `/result` gives it without `partial`.")
    until: float = Field(
        description="How far the text reaches, in seconds. What begins before does not change while the job runs."
    )
    minio_result_path: str | None = Field(description="`null` until the job is completed.")
    completed_at: datetime | None
    duration: float | None = Field(description="That of the whole file, once it is decoded to its end.")
    engine: str | None = Field(description="Until the job is completed the one that was asked for, if any.")


def result_document(result: JobResult) -> dict[str, Any]:
    """A `ResultBody` as plain values: validating hours of words costs more than reading them."""
    return _document(result.job, result.transcript)


def partial_document(result: PartialResult) -> dict[str, Any]:
    """A `PartialResultBody` as plain values."""
    job, partial = result.job, result.partial
    document = _document(job, partial.transcript)
    if not partial.complete:
        document |= {"duration": job.duration, "engine": job.engine}
    return {**document, "complete": partial.complete, "until": round(partial.until, 3)}


def _document(job: Job, transcript: Transcript) -> dict[str, Any]:
    document = transcript.to_dict()
    del document["created_at"]
    return {
        **document,
        "status": job.status,
        "minio_result_path": job.result_path,
        "completed_at": job.completed_at.isoformat() if job.completed_at else None,
    }
