"""The body of every refusal."""

from typing import Any

from pydantic import BaseModel, ConfigDict


class ErrorBody(BaseModel):
    """A sentence for people, a code for programs, and for some codes further fields such as `limit`."""

    model_config = ConfigDict(
        extra="allow",
        json_schema_extra={"examples": [{"detail": "There is no job '42'.", "code": "job_not_found"}]},
    )

    detail: str
    code: str


def refusals(**descriptions: str) -> dict[int | str, dict[str, Any]]:
    """The `responses` of a route whose errors have this body; keys are `s` and the status: `s404`."""
    return {int(key[1:]): {"model": ErrorBody, "description": text} for key, text in descriptions.items()}


ANY_REFUSAL: dict[int | str, dict[str, Any]] = {"default": {"model": ErrorBody, "description": "Any other refusal."}}
