"""`POST /api/stt/jobs/{job_id}/redo`."""

from pydantic import BaseModel, ConfigDict, Field

from stt.api.dependencies import KNOWN_JOB, CallerAccess, Redos
from stt.api.routes.routing import new_router
from stt.api.schemas.error import refusals
from stt.api.schemas.job import JobBody


class RedoRequest(BaseModel):
    """What is to be done again."""

    model_config = ConfigDict(extra="forbid")

    speakers: int | str = Field(
        description="Into how many people the voices are told apart: `auto`, a number, or a range such as `2-4`.",
        examples=[3],
    )


router = new_router("/api/stt/jobs", "jobs")


@router.post(
    "/{job_id}/redo",
    status_code=202,
    dependencies=KNOWN_JOB,
    responses=refusals(
        s400="The job is not completed (`job_not_completed`, with its `job_status`).",
        s404="There is no such job (`job_not_found`).",
        s409="Nothing is stored of the voices in it, because it did not tell speakers apart (`voices_missing`), or "
        "people have changed its transcript (`transcript_edited`).",
        s422="The number is none (`unknown_speakers`), or the request is not understood (`invalid_field`).",
    ),
)
async def redo_job(job_id: str, asked: RedoRequest, redos: Redos, access: CallerAccess) -> JobBody:
    """Tell the speakers of a completed job apart again, without transcribing again: every word stays as it is.

    The job runs for as long as its merge takes, and its transcript is as before should that fail or be cancelled.
    """
    return JobBody.of(await redos.tell_apart(access, job_id, str(asked.speakers)))
