"""What a caller may choose for an upload."""

from typing import Self

from pydantic import BaseModel, ConfigDict, Field

from stt.domain.audio.media import EXTENSIONS
from stt.domain.whisper.languages import DECIDED_BY_EAR, LANGUAGES
from stt.services.jobs.options import UploadPolicy


class OptionsBody(BaseModel):
    """Languages, models and files that this service takes, and what it assumes where an upload says nothing."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "language": "vi",
                    "languages": ["auto", "multi", "en", "vi"],
                    "model": "medium",
                    "models": ["demo", "small", "medium"],
                    "max_upload_bytes": 10_737_418_240,
                    "extensions": [".mp3", ".wav"],
                }
            ]
        }
    )

    language: str = Field(description="The default.")
    languages: list[str] = Field(description="`auto`, `multi`, and the codes of all others.")
    model: str = Field(description="The default.")
    models: list[str]
    max_upload_bytes: int
    extensions: list[str] = Field(description="Of the formats accepted, for a file dialog; the content decides.")

    @classmethod
    def of(cls, policy: UploadPolicy) -> Self:
        """The body for a deployment's policy."""
        return cls(
            language=policy.language,
            languages=[*DECIDED_BY_EAR, *LANGUAGES],
            model=policy.model,
            models=list(policy.models().names),
            max_upload_bytes=policy.max_upload_bytes,
            extensions=list(EXTENSIONS),
        )
