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


class OpenAIErrorBody(BaseModel):
    """A refusal as OpenAI's API has it."""

    class Error(BaseModel):
        """What is wrong."""

        message: str = Field(description="A sentence for people.")
        type: Literal["invalid_request_error", "server_error"]
        param: str | None = Field(description="The field that is to blame, if one is.")
        code: str = Field(description="Stable, for programs.")

    error: Error


def refusals(body: type[BaseModel] = ErrorBody, /, **descriptions: str) -> dict[int | str, dict[str, Any]]:
    """The `responses` of a route whose errors have this body; keys are `s` and the status: `s404`.

    The first code that a description names is that of the example.
    """
    return {int(key[1:]): {"model": body, "description": text} for key, text in descriptions.items()}


ALWAYS = {
    "s400": "The path or the query holds a null character (`malformed_request`).",
    "s401": "There is no key, or none that is good (`key_missing`, `key_unknown`, `key_revoked`, `key_expired`).",
    "s403": "The key lacks the scope (`scope_missing`), or a web page of another origin asks (`origin_not_allowed`).",
    "s421": "The service is not known by this name (`host_not_allowed`).",
    "s429": "A limit of the key is reached (`limit_reached`); try again after `Retry-After` seconds.",
    "s500": "Something went wrong in the service (`internal_error`, `database_unusable`).",
    "s503": "A part of the service is away, or it is about to stop (`database_unavailable`, `storage_unavailable`, "
    "`service_leaving`, `queue_full`, `too_many_connections`); try again after `Retry-After` seconds.",
}
"""Why any request may be refused that is not for a public route."""
