"""An upload as its owner sees it."""

from datetime import datetime
from typing import Any, Self

from pydantic import BaseModel, ConfigDict, Field

from stt.api.schemas.job import EXAMPLE_ID
from stt.domain.jobs.upload import Upload


class UploadBody(BaseModel):
    """How far an upload is."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "upload_id": EXAMPLE_ID,
                    "filename": "talk.mp3",
                    "length": 524288000,
                    "offset": 419430400,
                    "expires_at": "2026-02-01T08:15:00Z",
                    "job_id": None,
                }
            ]
        }
    )

    upload_id: str
    filename: str
    length: int = Field(description="Size of the file, in bytes.")
    offset: int = Field(description="How many of its bytes have arrived, and stay.")
    expires_at: datetime = Field(description="When it is removed, if no more of it comes.")
    job_id: str | None = Field(description="The job that was made of it, once the last byte was there.")

    @classmethod
    def of(cls, upload: Upload) -> Self:
        """What is told of an upload."""
        told = ("upload_id", "filename", "length", "offset", "expires_at")
        job_id = upload.upload_id if upload.is_finished else None
        return cls(**{name: getattr(upload, name) for name in told}, job_id=job_id)


def described(*names: str, body: bool = False) -> dict[str, Any]:
    """The OpenAPI description of an operation of tus: the headers that it takes, and whether it takes bytes."""
    headers = [
        {"name": name, "in": "header", "required": required, "schema": {"type": "string"}, "example": example}
        for name, (required, example) in _HEADERS.items()
        if name in names
    ]
    binary = {"application/offset+octet-stream": {"schema": {"type": "string", "format": "binary"}}}
    return {"parameters": headers, **({"requestBody": {"content": binary}} if body else {})}


_HEADERS: dict[str, tuple[bool, str]] = {
    "Tus-Resumable": (True, "1.0.0"),
    "Upload-Length": (True, "524288000"),
    "Upload-Offset": (True, "0"),
    "Upload-Metadata": (False, "filename dGFsay5tcDM=,language dmk="),
    "Upload-Checksum": (False, "sha1 Kq5sNclPz7QV2+lfQIuc6R7oRu0="),
}
