"""Operations on a transcript, and the versions that they make."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, JsonValue, field_validator

from stt.api.schemas.redo import SpanRedoBody
from stt.api.schemas.result import SegmentBody
from stt.domain.characters import flaw_of
from stt.domain.edits.operations import Operation, operation_of
from stt.domain.edits.version import Edit, Version

MOST_OPERATIONS = 1000
EXAMPLE: dict[str, JsonValue] = {
    "version": 3,
    "created_at": "2026-01-31T08:15:00Z",
    "key": "key_0123456789ab",
    "operation_count": 1,
    "redo": None,
}
_NAME: dict[str, JsonValue] = {"op": "name", "speaker": "S1", "name": "Lan"}
_UNNAME: dict[str, JsonValue] = _NAME | {"name": None}
Id = Annotated[int, Field(ge=0, le=2**53 - 1, description="`id` of a segment, which it has in every version.")]
NewId = Annotated[int, Field(ge=0, le=2**53 - 1, description="`id` for the new segment: any that none has.")]
LATEST_SECOND = 10_000_000
"""Behind the end of any file that there is; later times cannot be written in every form."""
Second = Annotated[float, Field(ge=0, le=LATEST_SECOND, allow_inf_nan=False)]
Label = Annotated[str, Field(description="Label of a speaker: `S1`, `S2` and so on.")]


class _Body(BaseModel):
    model_config = ConfigDict(extra="forbid")


class TextBody(_Body):
    """Write another text, of a whole segment or of some of its words. Words that stay keep their times."""

    op: Literal["text"]
    segment: Id
    text: str
    words: tuple[int, int] | None = Field(None, description="From which word, from 0, up to which; the last one stays.")


class TimesBody(_Body):
    """Let a segment begin and end at other seconds."""

    op: Literal["times"]
    segment: Id
    start: Second
    end: Second


class SetSpeakerBody(_Body):
    """Say who speaks in segments; `null`: nobody knows."""

    op: Literal["speaker"]
    segments: list[Id] = Field(min_length=1)
    speaker: Label | None


class SplitBody(_Body):
    """Divide a segment before a word."""

    op: Literal["split"]
    segment: Id
    at: int = Field(description="Number of the word with which the new segment begins; the first of all is 0.")
    new: NewId


class JoinBody(_Body):
    """Make one segment of two that follow one another; it keeps id and speaker of the first."""

    op: Literal["join"]
    segment: Id
    following: Id


class InsertBody(_Body):
    """Add a segment behind another one, `null` for the beginning."""

    op: Literal["insert"]
    new: NewId
    after: Id | None
    start: Second
    end: Second
    text: str
    speaker: Label | None = None
    channel: int | None = Field(None, ge=0)


class RemoveBody(_Body):
    """Leave segments out."""

    op: Literal["remove"]
    segments: list[Id] = Field(min_length=1)


class RestoreBody(_Body):
    """Put lines in the place of segments that stand in a row behind `after`: what undoes other operations."""

    op: Literal["restore"]
    after: Id | None
    segments: list[Id]
    lines: list[SegmentBody]


class NameBody(_Body):
    """Name a speaker everywhere; `null` takes the name away."""

    op: Literal["name"]
    speaker: Label
    name: str | None


class MergeBody(_Body):
    """Take a speaker for another one everywhere; `null` takes that back."""

    op: Literal["merge"]
    speaker: Label
    into: Label | None


OperationBody = Annotated[
    TextBody
    | TimesBody
    | SetSpeakerBody
    | SplitBody
    | JoinBody
    | InsertBody
    | RemoveBody
    | RestoreBody
    | NameBody
    | MergeBody,
    Field(discriminator="op"),
]


def _texts(given: object) -> Iterator[str]:
    """Every text in what JSON can hold."""
    left = [given]
    while left:
        one = left.pop()
        if isinstance(one, str):
            yield one
        elif isinstance(one, dict):
            left += [*one, *one.values()]
        elif isinstance(one, list):
            left += one


class EditBody(BaseModel):
    """What is to be changed, in order: all of it is, or nothing."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {
                    "operations": [
                        {"op": "text", "segment": 3, "text": "xin chào các bạn"},
                        {"op": "name", "speaker": "S1", "name": "Lan"},
                    ]
                }
            ]
        },
    )

    operations: list[OperationBody] = Field(min_length=1, max_length=MOST_OPERATIONS)

    @field_validator("operations", mode="before")
    @classmethod
    def _of_characters(cls, given: object) -> object:
        if flaw := next(filter(None, map(flaw_of, _texts(given))), None):
            raise ValueError(f"a text holds {flaw}")
        return given

    def to_operations(self) -> Sequence[Operation]:
        """The operations themselves."""
        return [operation_of(operation.model_dump(exclude_unset=True)) for operation in self.operations]


class VersionBody(BaseModel):
    """A version that somebody made; the machine's own is version 0."""

    model_config = ConfigDict(json_schema_extra={"examples": [EXAMPLE]})

    version: int
    created_at: datetime
    key: str | None = Field(description="Id of the key that made it; `null` where there are no keys.")
    operation_count: int = Field(description="How many operations led to it from the version before.")
    redo: SpanRedoBody | None = Field(description="What was heard again for it; `null` where people wrote it.")

    @classmethod
    def of(cls, version: Version) -> Self:
        """A version as its owner sees it."""
        return cls(
            version=version.number,
            created_at=version.created_at,
            key=version.key_id,
            operation_count=version.count,
            redo=SpanRedoBody.model_validate(version.redo) if version.redo else None,
        )


class VersionPageBody(BaseModel):
    """Some versions, newest first."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"data": [EXAMPLE], "has_more": False}]})

    data: list[VersionBody]
    has_more: bool = Field(description="Whether older ones follow: ask with `before`, the number of the last one.")


class ChangedBody(VersionBody):
    """What leads to a version from the one before, and what leads back: both can be sent as they are."""

    model_config = ConfigDict(json_schema_extra={"examples": [EXAMPLE | {"operations": [_NAME], "inverse": [_UNNAME]}]})

    operations: list[dict[str, Any]]
    inverse: list[dict[str, Any]]

    @classmethod
    def with_changes(cls, edit: Edit) -> Self:
        """A version with its operations."""
        shown = VersionBody.of(edit.version).model_dump()
        return cls(**shown, operations=list(edit.operations), inverse=list(edit.inverse))
