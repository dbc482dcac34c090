"""What was erased of a job."""

from pydantic import BaseModel, ConfigDict, Field

from stt.api.schemas.job import EXAMPLE_ID


class ErasedBody(BaseModel):
    """What was erased of a job."""

    model_config = ConfigDict(
        from_attributes=True,
        json_schema_extra={
            "examples": [
                {
                    "job_id": EXAMPLE_ID,
                    "objects": [f"uploads/{EXAMPLE_ID}/talk.mp3", f"results/{EXAMPLE_ID}/transcription.json"],
                    "chunks": 30,
                    "kept": None,
                }
            ]
        },
    )

    job_id: str
    objects: list[str] = Field(description="Keys in storage: the audio, its chunks, transcripts.")
    chunks: int = Field(description="Rows of the database with what was heard.")
    kept: str | None = Field(description="Audio that stays: another service had stored it under this key.")
