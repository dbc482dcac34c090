"""What is done again with a job that is completed. Until that is done its transcript is as before."""

import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from stt.domain.errors import InvalidRequest
from stt.domain.jobs.chunk import Span

LONGEST_SPAN_SECONDS = 600.0
"""What is heard again at a time: one consumer does it, and does it all again should it die."""
ROUNDING_SECONDS = 1.0
"""Players give the length of a file differently by this much: a span that ends so far behind it ends with it."""


@dataclass(frozen=True)
class SpeakersRedo:
    """Speakers are told apart again, as many as `speakers` says, by what was heard of their voices."""

    speakers: str

    def to_dict(self) -> dict[str, Any]:
        """Plain values for JSON."""
        return asdict(self)


@dataclass(frozen=True)
class SpanRedo:
    """The words between two seconds are heard again, with this model, language and prompt, for the key `key_id`.

    `engine` is `None` where the consumer's own is meant; the language is a code, `auto` or `multi`.
    """

    start: float
    end: float
    model: str
    engine: str | None
    language: str
    prompt: str
    key_id: str | None = None

    @property
    def span(self) -> Span:
        """What is heard again."""
        return Span(self.start, self.end)

    def to_dict(self) -> dict[str, Any]:
        """Plain values for JSON."""
        return asdict(self)


Redo = SpeakersRedo | SpanRedo


def redo_of(data: Mapping[str, Any]) -> Redo:
    """Inverse of `to_dict`."""
    return SpeakersRedo(**data) if "speakers" in data else SpanRedo(**data)


def span_within(start: float, end: float, duration: float) -> Span:
    """The span of a file of so many seconds that can be heard again.

    Raises:
        InvalidRequest: codes `invalid_span`, with the `duration`; `span_too_long`, with the `limit`.
    """
    if not (math.isfinite(start) and math.isfinite(end) and 0 <= start < end):
        message = f"A span begins at second 0 or later and ends behind its beginning; this one goes from {start:g} s "
        raise InvalidRequest(f"{message}to {end:g} s.", code="invalid_span", duration=duration)
    if start >= duration or end > duration + ROUNDING_SECONDS:
        message = f"The file ends at {duration:.3f} s, and the span goes from {start:g} s to {end:g} s."
        raise InvalidRequest(message, code="invalid_span", duration=duration)
    if end - start > LONGEST_SPAN_SECONDS:
        message = (
            f"A span of at most {LONGEST_SPAN_SECONDS:g} seconds is heard again at a time; this one has "
            f"{end - start:g}. Ask for a part of it, or upload the file again with other options."
        )
        raise InvalidRequest(message, code="span_too_long", limit=LONGEST_SPAN_SECONDS)
    return Span(start, min(end, duration))
