"""What makes a job of a file at a URL, or in the bucket."""

from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

from stt.api.schemas.job import upload_request
from stt.services.jobs.options import Choices

Number = Annotated[str, Field(coerce_numbers_to_str=True)]
"""What is text in a form, and may be a number in JSON."""


class JobChoices(BaseModel):
    """Everything that may be asked of a job, as the form has it."""

    model_config = ConfigDict(extra="forbid")

    language: str | None = None
    model: str | None = None
    priority: str | None = None
    engine: str | None = None
    task: str | None = None
    prompt: str | None = None
    hotwords: str | None = None
    channels: str | None = None
    track: Number | None = None
    tone_marks: str | None = None
    speakers: Number | None = None
    known_speakers: str | None = None
    metadata: dict[str, str] | None = None
    webhook_url: str | None = None
    delete_audio_after: Number | None = None
    delete_text_after: Number | None = None

    @property
    def choices(self) -> Choices:
        """The same for the service."""
        return Choices(**self.model_dump(include=set(JobChoices.model_fields)))


class JobRequest(JobChoices):
    """A job whose file lies at a `url`, or in the bucket as an `object`; what else may be asked is as in the form."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"url": "https://files.example/talk.mp3", "language": "vi"}]}
    )

    url: str | None = Field(None, max_length=2048, description="http or https, in the public internet.")
    object: str | None = Field(
        None, min_length=1, max_length=1024, description="Instead: a key in this service's bucket; for `admin` alone."
    )


def job_request() -> dict[str, Any]:
    """The OpenAPI description of the bodies that make a job: a form with a file, or JSON with a URL."""
    described = upload_request()
    described["requestBody"]["content"]["application/json"] = {"schema": JobRequest.model_json_schema()}
    return described
