"""`/v1/audio/transcriptions`, `/v1/audio/translations`, `/v1/models`: for programs written for OpenAI's API."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import aclosing
from operator import attrgetter
from urllib.parse import quote

from fastapi import APIRouter, Request
from starlette.requests import ClientDisconnect
from starlette.responses import JSONResponse, PlainTextResponse, Response, StreamingResponse

from stt.api.answers.openai_errors import failure_of
from stt.api.dependencies import CallerAccess, Transcriptions
from stt.api.openai.answers import as_document, as_text
from stt.api.openai.events import events
from stt.api.openai.form import Format, Wishes, take_call
from stt.api.schemas.error import OpenAIErrorBody, refusals
from stt.api.schemas.openai import ANSWERS, OPENAI_ALWAYS, ModelBody, ModelsBody, call_request
from stt.domain.access.owner import Owner
from stt.domain.access.scopes import Access
from stt.domain.errors import NotFound
from stt.domain.jobs.guidance import Task
from stt.domain.jobs.job import Job, JobStatus
from stt.services.ingest.transcription_service import TranscriptionService

JOB_HEADER = "x-stt-job-id"
IGNORED_HEADER = "x-stt-ignored"
_RELEASED = 1_663_718_400
"""When Whisper was published, 2022-09-21: clients want to sort models by a date."""

router = APIRouter(
    prefix="/v1",
    tags=["openai"],
    responses=refusals(OpenAIErrorBody, **OPENAI_ALWAYS),
    generate_unique_id_function=attrgetter("name"),
)


@router.post("/audio/transcriptions", response_class=Response, openapi_extra=call_request(), responses=ANSWERS)
async def create_transcription(request: Request, service: Transcriptions, access: CallerAccess) -> Response:
    """Transcribe a file and answer with the text, as OpenAI's route of that name does."""
    return await _answered(request, service, access, Task.TRANSCRIBE)


@router.post("/audio/translations", response_class=Response, openapi_extra=call_request(), responses=ANSWERS)
async def create_translation(request: Request, service: Transcriptions, access: CallerAccess) -> Response:
    """Write in English what is said in any language, as OpenAI's route of that name does."""
    return await _answered(request, service, access, Task.TRANSLATE)


@router.get("/models")
async def list_models(service: Transcriptions) -> ModelsBody:
    """The models that may be asked for, by every name they answer to."""
    return ModelsBody(data=[_model(name) for name in service.model_names()])


@router.get(
    "/models/{name:path}", responses=refusals(OpenAIErrorBody, s404="There is no such model (`model_not_found`).")
)
async def retrieve_model(name: str, service: Transcriptions) -> ModelBody:
    """One of them."""
    if not service.has_model(name):
        raise NotFound(f"The model {name[:80]!r} does not exist; /v1/models lists those that do.", code="unknown_model")
    return _model(name)


def _model(name: str) -> ModelBody:
    return ModelBody(id=name, created=_RELEASED)


async def _answered(request: Request, service: TranscriptionService, access: Access, task: Task) -> Response:
    taken = await take_call(request, service, task)
    owner, wishes = access.owner, taken.wishes
    job_id = await service.begin(access, taken.stored, taken.options, taken.introduced)
    headers = {JOB_HEADER: job_id}
    if wishes.ignored:
        # Bare text has no other place for it. Names are the client's: what no header may hold is written as in a URL.
        headers[IGNORED_HEADER] = ", ".join(quote(name, safe=" :;'-_.[]") for name in wishes.ignored)
    if wishes.stream:
        headers |= {"cache-control": "no-store", "x-accel-buffering": "no"}
        frames = _watched(request, service, owner, job_id, wishes)
        return StreamingResponse(frames, media_type="text/event-stream", headers=headers)
    job = await _ended(request, service, owner, job_id)
    if job.status is not JobStatus.COMPLETED:
        raise failure_of(job)
    transcript = (await service.jobs.result(owner, job_id)).transcript
    # In a thread, because hours of words would hold up every other request.
    if wishes.format in (Format.TEXT, Format.SRT, Format.VTT):
        return await asyncio.to_thread(lambda: PlainTextResponse(as_text(transcript, wishes.format), headers=headers))
    return await asyncio.to_thread(lambda: JSONResponse(as_document(transcript, wishes), headers=headers))


async def _ended(request: Request, service: TranscriptionService, owner: Owner, job_id: str) -> Job:
    """The job once it has ended; raises `ClientDisconnect`, with the job abandoned, if the client leaves before."""
    ending = asyncio.create_task(service.ended(owner, job_id))
    leaving = asyncio.create_task(_left(request))
    try:
        await asyncio.wait({ending, leaving}, return_when=asyncio.FIRST_COMPLETED)
        if not ending.done():
            await service.abandon(owner, job_id)
            raise ClientDisconnect
        return ending.result()
    finally:
        ending.cancel()
        leaving.cancel()


async def _left(request: Request) -> None:
    while (await request.receive())["type"] != "http.disconnect":
        pass


async def _watched(
    request: Request, service: TranscriptionService, owner: Owner, job_id: str, wishes: Wishes
) -> AsyncIterator[str]:
    finished = False
    try:
        async with aclosing(events(service, owner, job_id, wishes)) as frames:
            async for frame in frames:
                yield frame
                if await request.is_disconnected():
                    return
        finished = True
    finally:
        if not finished:
            await service.abandon(owner, job_id)
