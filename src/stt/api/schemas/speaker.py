"""Somebody whose voice is kept, as its owner sees it."""

from datetime import datetime
from typing import Any, Self

from pydantic import BaseModel, ConfigDict, Field, JsonValue

from stt.domain.transcripts.known_speaker import MOST_NAME_CHARACTERS, KnownSpeaker

EXAMPLE: dict[str, JsonValue] = {
    "speaker_id": "spk_8c1f0a7d",
    "name": "Lan",
    "seconds": 8.2,
    "created_at": "2026-01-31T08:15:00Z",
}


class KnownSpeakerBody(BaseModel):
    """Somebody whose voice is kept."""

    model_config = ConfigDict(json_schema_extra={"examples": [EXAMPLE]})

    speaker_id: str
    name: str
    seconds: float = Field(description="How long the recording of that voice is.")
    created_at: datetime

    @classmethod
    def of(cls, known: KnownSpeaker) -> Self:
        """The body for a speaker."""
        return cls.model_validate(known, from_attributes=True)


class KnownSpeakerListBody(BaseModel):
    """Everybody whose voice is kept."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"data": [EXAMPLE]}]})

    data: list[KnownSpeakerBody]


class IntroductionForm(BaseModel):
    """The multipart form by which somebody is introduced; it is read as it arrives, this class only describes it."""

    name: str = Field(max_length=MOST_NAME_CHARACTERS, description="What transcripts call that speaker.")
    file: bytes = Field(
        description="A recording of 2 to 60 s, in any format of an upload, in which that one speaks alone.",
        json_schema_extra={"format": "binary"},
    )


def introduction_request() -> dict[str, Any]:
    """The OpenAPI description of the body."""
    schema = IntroductionForm.model_json_schema()
    return {"requestBody": {"required": True, "content": {"multipart/form-data": {"schema": schema}}}}
