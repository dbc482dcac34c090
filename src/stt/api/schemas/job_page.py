"""Some of a caller's jobs."""

from collections.abc import Mapping
from typing import Self

from pydantic import BaseModel, ConfigDict, Field

from stt.api.schemas.job import EXAMPLE, JobBody
from stt.domain.jobs.forecast import Forecast
from stt.services.jobs.job_list_service import JobPage


class JobPageBody(BaseModel):
    """Some of a caller's jobs."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"data": [EXAMPLE], "has_more": True, "next_cursor": "eyJiIjoxfQ"}]}
    )

    data: list[JobBody]
    has_more: bool = Field(description="Whether a further page may hold more.")
    next_cursor: str | None = Field(description="What leads to that page.")

    @classmethod
    def of(cls, page: JobPage, forecasts: Mapping[str, Forecast | None]) -> Self:
        """The body for a page, with the forecasts for those of its jobs that have not ended."""
        jobs = [JobBody.of(job, forecasts.get(job.job_id)) for job in page.jobs]
        return cls(data=jobs, has_more=page.next_cursor is not None, next_cursor=page.next_cursor)
