"""What routes are given: the finished objects that the app was made with."""

from typing import Annotated

from fastapi import Depends, Request

from stt.domain.owner import ANONYMOUS, Owner
from stt.services.download_service import DownloadService
from stt.services.event_service import EventService
from stt.services.health_service import HealthService
from stt.services.job_service import JobService
from stt.services.transcription_service import TranscriptionService

# Coroutines, though they await nothing: FastAPI would send plain functions to a thread.


async def jobs_of(request: Request) -> JobService:
    """What the API may ask of jobs."""
    service: JobService = request.app.state.jobs
    return service


async def owner_of(_request: Request) -> Owner:
    """Whose jobs the caller may see: without keys all are the same one's."""
    return ANONYMOUS


async def _downloads(request: Request) -> DownloadService:
    service: DownloadService = request.app.state.downloads
    return service


async def _events(request: Request) -> EventService:
    service: EventService = request.app.state.events
    return service


async def _health(request: Request) -> HealthService:
    service: HealthService = request.app.state.health
    return service


async def _transcriptions(request: Request) -> TranscriptionService:
    service: TranscriptionService = request.app.state.transcriptions
    return service


Jobs = Annotated[JobService, Depends(jobs_of)]
Caller = Annotated[Owner, Depends(owner_of)]
Downloads = Annotated[DownloadService, Depends(_downloads)]
Events = Annotated[EventService, Depends(_events)]
Health = Annotated[HealthService, Depends(_health)]
Transcriptions = Annotated[TranscriptionService, Depends(_transcriptions)]
