"""What is done again with a completed job, as it is asked for and as it is shown."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from stt.domain.errors import InvalidRequest
from stt.domain.jobs.redo import LONGEST_SPAN_SECONDS
from stt.services.jobs.options import TEXT_CHARACTERS
from stt.services.jobs.redo_service import SpanAsked

Second = Annotated[float, Field(ge=0, allow_inf_nan=False)]


class RedoRequest(BaseModel):
    """Either `speakers`, to have them told apart again, or `start` and `end`, to have that span heard again."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"examples": [{"start": 12.5, "end": 20.0, "model": "large-v3"}, {"speakers": 3}]},
    )

    speakers: int | str | None = Field(
        None, description="Into how many people the voices are told apart: `auto`, a number, or a range such as `2-4`."
    )
    start: Second | None = Field(None, description="Second at which the span begins.")
    end: Second | None = Field(
        None, description=f"Second at which it ends, at most {LONGEST_SPAN_SECONDS:g} s behind its beginning."
    )
    model: str | None = Field(None, description="As for an upload; without it, the job's.")
    language: str | None = Field(None, description="As for an upload; without it, the one the job was heard in.")
    prompt: str | None = Field(None, max_length=TEXT_CHARACTERS, description="As for an upload; without it, the job's.")

    def span(self) -> SpanAsked | None:
        """The span that is to be heard again; `None` where speakers are to be told apart.

        Raises:
            InvalidRequest: code `invalid_field`; it is neither, or both.
        """
        asked = self.model, self.language, self.prompt
        if self.speakers is not None:
            if any(each is not None for each in (self.start, self.end, *asked)):
                message = "speakers: told apart again in the whole file, so nothing can be said of a span with it."
                raise InvalidRequest(message, code="invalid_field")
            return None
        if self.start is None or self.end is None:
            message = "Say what is to be done again: speakers, or the start and the end of a span in seconds."
            raise InvalidRequest(message, code="invalid_field")
        return SpanAsked(self.start, self.end, *asked)


class SpeakersRedoBody(BaseModel):
    """Speakers are told apart again."""

    model_config = ConfigDict(from_attributes=True)

    speakers: str = Field(description="How many: `auto`, a number or a range.")


class SpanRedoBody(BaseModel):
    """A span is heard again, or was."""

    model_config = ConfigDict(from_attributes=True)

    start: float
    end: float
    model: str
    language: str = Field(description="A code, `auto` or `multi`.")
    prompt: str


RedoBody = SpanRedoBody | SpeakersRedoBody
