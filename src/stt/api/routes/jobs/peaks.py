"""`GET /api/stt/jobs/{job_id}/peaks`."""

from typing import Annotated

from fastapi import Query, Response

from stt.api.dependencies import Caller, Downloads
from stt.api.routes.routing import new_router
from stt.api.schemas.error import refusals
from stt.api.schemas.peaks import PeaksBody

Start = Annotated[float, Query(ge=0, allow_inf_nan=False, description="The second to begin at.")]
End = Annotated[float | None, Query(ge=0, allow_inf_nan=False, description="The second to end at; else the last one.")]
Count = Annotated[int, Query(ge=1, le=10_000, description="How many, at most: pixels that are there to draw on.")]

router = new_router("/api/stt/jobs", "jobs")


@router.get(
    "/{job_id}/peaks",
    responses=refusals(
        s404="There is no such job (`job_not_found`), or its file is not read to its end yet (`peaks_missing`).",
    ),
)
async def job_peaks(
    job_id: str,
    response: Response,
    downloads: Downloads,
    owner: Caller,
    *,
    start: Start = 0.0,
    end: End = None,
    count: Count = 2000,
) -> PeaksBody:
    """How loud a recording is from one time to another, to draw a waveform without decoding it."""
    upto, peaks = await downloads.peaks(owner, job_id, start, end, count)
    response.headers["Cache-Control"] = "private, max-age=3600"
    return PeaksBody(start=start, end=upto, peaks=peaks)
