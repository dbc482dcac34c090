"""What OpenAI's routes take and answer."""

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, JsonValue

from stt.api.schemas.error import ALWAYS, OpenAIErrorBody, refusals

OPENAI_ALWAYS = ALWAYS | {"s401": "There is no key, or none that is good (`invalid_api_key`)."}
"""Why any of their requests may be refused."""

MODEL: dict[str, JsonValue] = {"id": "whisper-1", "object": "model", "created": 1663718400, "owned_by": "stt"}


class ModelBody(BaseModel):
    """A name that may be asked for as `model`."""

    model_config = ConfigDict(json_schema_extra={"examples": [MODEL]})

    id: str
    object: Literal["model"] = "model"
    created: int
    owned_by: Literal["stt"] = "stt"


class ModelsBody(BaseModel):
    """Every such name."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"object": "list", "data": [MODEL]}]})

    object: Literal["list"] = "list"
    data: list[ModelBody]


class CallForm(BaseModel):
    """The multipart form of a call; it is read as it arrives, so this class only describes it."""

    file: bytes = Field(description="The audio or video file, with its name.", json_schema_extra={"format": "binary"})
    model: str = Field("", description="A name that `/v1/models` lists; without it, the default.")
    language: str = Field("", description="A code such as `vi`; without it, the one that is heard.")
    prompt: str = Field("", description="Text in whose style the transcript is written.")
    hotwords: str = Field("", description="Names and terms to expect.")
    response_format: Literal["json", "text", "srt", "vtt", "verbose_json", "diarized_json"] = "json"
    timestamp_granularities: list[Literal["word", "segment"]] = Field([], alias="timestamp_granularities[]")
    include: list[str] = Field([], alias="include[]", description="`logprobs`: how sure the engine was.")
    temperature: float = Field(0.0, ge=0, le=1, description="Is told as ignored where it is not 0.")
    known_speaker_names: list[str] = Field(
        [],
        alias="known_speaker_names[]",
        max_length=4,
        description="For `diarized_json`: names of speakers, each with a recording in `known_speaker_references[]`.",
    )
    known_speaker_references: list[str] = Field(
        [],
        alias="known_speaker_references[]",
        max_length=4,
        description="Data URLs of 2 to 10 s of audio in which the speaker of that name speaks alone.",
    )
    stream: bool = False


def call_request() -> dict[str, Any]:
    """The OpenAPI description of a call's body."""
    schema = CallForm.model_json_schema()
    return {"requestBody": {"required": True, "content": {"multipart/form-data": {"schema": schema}}}}


_TEXT = {"schema": {"type": "string"}, "example": "xin chào\n"}
ANSWERS: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "The transcript, in the form that `response_format` asks for.",
        "content": {
            "application/json": {
                "schema": {"type": "object", "properties": {"text": {"type": "string"}}, "required": ["text"]},
                "example": {"text": "xin chào", "usage": {"type": "duration", "seconds": 2}},
            },
            "text/plain": _TEXT,
            "text/event-stream": {
                "example": 'data: {"type": "transcript.text.delta", "delta": "xin chào"}\n\n'
                'data: {"type": "transcript.text.done", "text": "xin chào"}\n\ndata: [DONE]\n\n'
            },
        },
    },
    **refusals(
        OpenAIErrorBody,
        s400="The form is not understood, or the file cannot be heard (`form_expected`, `missing_field`, "
        "`invalid_field`, `unsupported_format`, `file_empty`), or the recording of a speaker cannot "
        "(`audio_unreadable`, `audio_too_long`, `no_speech`).",
        s404="There is no such model (`model_not_found`).",
        s408="The client stopped sending (`upload_stalled`).",
        s413="The file is larger than the service accepts (`file_too_large`).",
    ),
}
"""What a call is answered with."""
