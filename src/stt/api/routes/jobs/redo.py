"""`POST /api/stt/jobs/{job_id}/redo`."""

from stt.api.dependencies import KNOWN_JOB, CallerAccess, Redos
from stt.api.routes.routing import new_router
from stt.api.schemas.error import refusals
from stt.api.schemas.job import JobBody
from stt.api.schemas.redo import RedoRequest

router = new_router("/api/stt/jobs", "jobs")


@router.post(
    "/{job_id}/redo",
    status_code=202,
    dependencies=KNOWN_JOB,
    responses=refusals(
        s400="The job is not completed (`job_not_completed`, with its `job_status`).",
        s404="There is no such job (`job_not_found`).",
        s409="Something is done again with the job already (`redo_running`), its audio was removed (`media_missing`), "
        "nothing is stored of the voices in it, because it did not tell speakers apart (`voices_missing`), or people "
        "have changed its transcript, or had a span of it heard again (`transcript_edited`).",
        s422="The span is empty or does not lie in the file (`invalid_span`, with the `duration`), or is too long "
        "(`span_too_long`, with the `limit`); the model or the language is not known, or the model is not here "
        "(`unknown_model`, `unknown_language`, `model_unavailable`); the number of speakers is none "
        "(`unknown_speakers`); or the request is not understood (`invalid_field`, `prompt_too_long`).",
    ),
)
async def redo_job(job_id: str, asked: RedoRequest, redos: Redos, access: CallerAccess) -> JobBody:
    """Hear a span of a completed job again, or tell its speakers apart again. `redo` of the job says what is done.

    A span is heard with the model, language and prompt that are named, and with what the job has where none is. Its
    words become another version of the transcript; all others, and who speaks when, stay as they are. Speakers are told
    apart by what is stored of their voices, without hearing anything, and every word stays.

    The job runs until that is done, and its transcript can be read meanwhile; it is as before should that fail, which
    `error_code` then says, or be cancelled.
    """
    span = asked.span()
    if span is not None:
        return JobBody.of(await redos.rehear(access, job_id, span))
    return JobBody.of(await redos.tell_apart(access, job_id, str(asked.speakers)))
