"""The body of every refusal."""

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

PROBLEM = "application/problem+json"


class ErrorBody(BaseModel):
    """Problem details (RFC 9457), and for some codes further fields such as `limit`."""

    model_config = ConfigDict(
        extra="allow",
        json_schema_extra={
            "examples": [
                {
                    "type": "about:blank",
                    "title": "Not Found",
                    "status": 404,
                    "detail": "There is no job '42'.",
                    "instance": "/api/stt/jobs/42",
                    "code": "job_not_found",
                    "request_id": "5f0c9d1e2b7a4c3d8e6f1a2b3c4d5e6f",
                }
            ]
        },
    )

    type: Literal["about:blank"] = Field(description="What kind of problem it is says `code`.")
    title: str = Field(description="What HTTP calls the status.")
    status: int = Field(description="The status of HTTP.")
    detail: str = Field(description="A sentence for people.")
    instance: str = Field(description="The path that was asked.")
    code: str = Field(description="Stable, for programs.")
    request_id: str = Field(description="As in `X-Request-ID`, and in the service's log.")


def refusals(**descriptions: str) -> dict[int | str, dict[str, Any]]:
    """The `responses` of a route whose errors have this body; keys are `s` and the status: `s404`."""
    return {int(key[1:]): {"model": ErrorBody, "description": text} for key, text in descriptions.items()}


def with_problem_type(document: dict[str, Any]) -> dict[str, Any]:
    """The OpenAPI document with the media type of refusals: FastAPI knows no other than that of the route."""
    schema = {"$ref": f"#/components/schemas/{ErrorBody.__name__}"}
    operations = (operation for methods in document["paths"].values() for operation in methods.values())
    for response in (response for operation in operations for response in operation["responses"].values()):
        if response.get("content", {}).get("application/json") == {"schema": schema}:
            response["content"] = {PROBLEM: {"schema": schema}}
    return document


ANY_REFUSAL: dict[int | str, dict[str, Any]] = {"default": {"model": ErrorBody, "description": "Any other refusal."}}
