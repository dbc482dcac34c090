"""A file that its client sends straight to the object store."""

from datetime import datetime
from typing import Self

from pydantic import BaseModel, ConfigDict, Field, JsonValue

from stt.api.schemas.job import EXAMPLE_ID
from stt.api.schemas.job_request import JobChoices
from stt.domain.jobs.upload import PresignedForm, Upload

_WANTED: dict[str, JsonValue] = {"filename": "talk.mp3", "size": 524288000, "language": "vi"}
_EXAMPLE: dict[str, JsonValue] = {
    "upload_id": EXAMPLE_ID,
    "filename": "talk.mp3",
    "size": 524288000,
    "expires_at": "2026-02-01T08:15:00Z",
    "url": "https://objects.example/stt-audio-files",
    "fields": {
        "key": f"uploads/{EXAMPLE_ID}/talk.mp3",
        "x-amz-algorithm": "AWS4-HMAC-SHA256",
        "x-amz-credential": "stt/20260131/us-east-1/s3/aws4_request",
        "x-amz-date": "20260131T081500Z",
        "policy": "eyJleHBpcmF0aW9uIjogIjIwMjYtMDEtMzFUMDk6MTU6MDBaIn0=",
        "x-amz-signature": "5f0c9d1e2b7a4c3d8e6f1a2b3c4d5e6f5f0c9d1e2b7a4c3d8e6f1a2b3c4d5e6f",
    },
    "begin_before": "2026-01-31T09:15:00Z",
}


class DirectUploadForm(JobChoices):
    """A file that will be sent directly, and how its job is to be done."""

    model_config = ConfigDict(json_schema_extra={"examples": [_WANTED]})

    filename: str = Field(min_length=1, max_length=1024)
    size: int = Field(ge=0, le=2**53, description="Of the file, in bytes: the store takes no more and no less.")
    sha256: str | None = Field(
        None,
        pattern="^[0-9a-fA-F]{64}$",
        description="Of the file, in hexadecimal; then the service reads what has arrived before it makes the job.",
    )


class DirectUploadBody(BaseModel):
    """Where and how the file is to be sent: `fields` and behind them the file, as `file`, in a form POSTed to `url`."""

    model_config = ConfigDict(json_schema_extra={"examples": [_EXAMPLE]})

    upload_id: str
    filename: str
    size: int
    expires_at: datetime = Field(description="Until then it has to be confirmed; what was not is removed.")
    url: str = Field(description="Of the object store; send no key of this service there.")
    fields: dict[str, str]
    begin_before: datetime = Field(description="Until then the store takes the form.")

    @classmethod
    def of(cls, upload: Upload, form: PresignedForm) -> Self:
        """The body for an upload and what lets its client send it."""
        return cls(
            upload_id=upload.upload_id,
            filename=upload.filename,
            size=upload.length,
            expires_at=upload.expires_at,
            url=form.url,
            fields=dict(form.fields),
            begin_before=form.expires_at,
        )
