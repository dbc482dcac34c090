"""The transcript of a completed job."""

from datetime import datetime
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from stt.domain.job import JobStatus
from stt.services.job_service import JobResult


class WordBody(BaseModel):
    """One word; `probability` is how sure the engine was, from 0 to 1."""

    word: str
    start: float
    end: float
    probability: float


class SegmentBody(BaseModel):
    """A line of speech; times in seconds from the start of the file."""

    id: int
    start: float
    end: float
    text: str
    words: list[WordBody]
    channel: int | None = Field(None, description="Channel it was heard in, from 0; absent unless channels are apart.")
    language: str | None = Field(None, description="What was spoken; absent unless the language is `multi`.")


class CoverageBody(BaseModel):
    """How every second is accounted for: `words + silence + suppressed + gap` is the duration."""

    speech: float
    words: float
    silence: float
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


class ResultBody(BaseModel):
    """A completed job's transcript and where it is stored."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "job_id": "0b2f6d0e-5a1c-4d57-9f1e-0f4f3f8f9c55",
                    "status": "COMPLETED",
                    "text": "xin chào",
                    "minio_result_path": "results/0b2f6d0e-5a1c-4d57-9f1e-0f4f3f8f9c55/transcription.json",
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
                        "suppressed": 0.0,
                        "gap": 0.0,
                        "ratio": 1.0,
                    },
                    "gaps": [],
                    "suppressed": [],
                    "model": "medium",
                    "engine": "faster-whisper",
                    "broke_off": None,
                }
            ]
        }
    )

    job_id: str
    status: JobStatus
    text: str
    minio_result_path: str
    completed_at: datetime
    language: str = Field(description="Code of the language; `multi` where it was decided window by window.")
    duration: float
    segments: list[SegmentBody]
    coverage: CoverageBody
    gaps: list[GapBody]
    suppressed: list[SuppressedBody]
    model: str
    engine: str
    broke_off: float | None = Field(description="Where a damaged file stopped being readable.")


def result_document(result: JobResult) -> dict[str, Any]:
    """A `ResultBody` as plain values: validating hours of words costs more than reading them."""
    job = result.job
    document = result.transcript.to_dict()
    del document["created_at"]
    return {
        **document,
        "status": job.status,
        "minio_result_path": job.result_path,
        "completed_at": job.completed_at.isoformat() if job.completed_at else None,
    }
