"""`GET /api/stt/jobs`."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Annotated
from urllib.parse import urlencode

from fastapi import Query, Request
from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, model_validator
from starlette.responses import Response

from stt.api.answers.paths import path_for
from stt.api.dependencies import Caller, Forecasts, JobLists
from stt.api.routes.routing import new_router
from stt.api.schemas.error import refusals
from stt.api.schemas.job_page import JobPageBody
from stt.domain.jobs.job import JobStatus
from stt.domain.jobs.job_filter import JobFilter
from stt.domain.jobs.metadata import check_metadata

_PAIR = re.compile(r"metadata\[(.+)\]", re.DOTALL)
_NUMBER = re.compile(r"\s*[-+]?[\d._]+\s*")


def _written(given: object) -> object:
    """The moment as it was written; a number would be taken for seconds, or milliseconds, since 1970."""
    if _NUMBER.fullmatch(str(given)):
        raise ValueError("it is a moment such as 2026-01-31T08:15:00Z")
    return given


Moment = Annotated[
    datetime,
    BeforeValidator(_written),
    AfterValidator(lambda given: given if given.tzinfo else given.replace(tzinfo=UTC)),
]


class Wanted(BaseModel):
    """The parameters; others are refused, because a filter that is misspelt would list everything."""

    model_config = ConfigDict(extra="forbid")

    status: JobStatus | None = Field(None, description="Only jobs that stand like this.")
    language: str | None = Field(None, description="Only jobs in this language: asked for, or detected for `auto`.")
    model: str | None = Field(None, description="Only jobs of this model.")
    created_from: Moment | None = Field(None, description="Only jobs made then or later; UTC unless it says otherwise.")
    created_before: Moment | None = Field(None, description="Only jobs made before that moment.")
    metadata: dict[str, str] = Field(
        {},
        description="Only jobs with this metadata: `metadata[customer]=42`, and for a further pair the same again.",
        examples=[{"customer": "42"}],
    )
    q: str = Field(
        "",
        max_length=200,
        description="Only jobs in whose names and transcripts these words are, with or without their marks; words "
        "between quotation marks stand in a row. Those with exactly these marks come first.",
    )
    limit: int = Field(50, ge=1, le=200, description="How many jobs a page holds at most.")
    cursor: str = Field("", description="The `next_cursor` of the page before, with the same other parameters.")

    @model_validator(mode="before")
    @classmethod
    def _gathered(cls, given: Mapping[str, object]) -> dict[str, object]:
        """The pairs of `metadata`, each of which is a parameter, as one field."""
        pairs = {found[1]: value for name, value in given.items() if (found := _PAIR.fullmatch(name))}
        others = {name: value for name, value in given.items() if not _PAIR.fullmatch(name)}
        return others | {"metadata": pairs} if pairs else others


router = new_router("/api/stt/jobs", "jobs")


@router.get(
    "",
    response_model=JobPageBody,
    responses=refusals(
        s400="The cursor is not one of this list (`invalid_cursor`).",
        s422="A parameter is not understood (`invalid_field`, `invalid_metadata`).",
    ),
)
async def list_jobs(
    request: Request, lists: JobLists, forecasts: Forecasts, owner: Caller, asked: Annotated[Wanted, Query()]
) -> Response:
    """The caller's jobs, newest first, page by page; `Link` leads to the next page.

    A page may hold fewer jobs than `limit`, or none, although more follow: `has_more` says.
    """
    metadata = check_metadata(asked.metadata)
    wanted = JobFilter(asked.status, asked.language, asked.model, asked.created_from, asked.created_before, metadata)
    page = await lists.page(owner, wanted, asked.q, asked.cursor, asked.limit)
    eta = {job.job_id: await forecasts.of(job.job_id) for job in page.jobs if not job.status.is_terminal}
    answer = Response(JobPageBody.of(page, eta).model_dump_json(), media_type="application/json")
    if page.next_cursor:
        others = [(name, value) for name, value in request.query_params.multi_items() if name != "cursor"]
        path = path_for(request, f"/api/stt/jobs?{urlencode([*others, ('cursor', page.next_cursor)])}")
        answer.headers["Link"] = f'<{path}>; rel="next"'
    return answer
