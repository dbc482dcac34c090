"""What routes are given: the finished objects that the app was made with."""

from typing import Annotated

from fastapi import Depends, Request

from stt.api.access import found_for
from stt.domain.access import Access
from stt.domain.owner import Owner
from stt.services.deletion_service import DeletionService
from stt.services.download_service import DownloadService
from stt.services.event_service import EventService
from stt.services.health_service import HealthService
from stt.services.idempotency_service import IdempotencyService
from stt.services.job_list_service import JobListService
from stt.services.job_service import JobService
from stt.services.key_service import KeyService
from stt.services.retry_service import RetryService
from stt.services.transcription_service import TranscriptionService
from stt.services.url_ingest import UrlIngest
from stt.services.webhook_service import WebhookService

# Coroutines, though they await nothing: FastAPI would send plain functions to a thread.


async def jobs_of(request: Request) -> JobService:
    """What the API may ask of jobs."""
    service: JobService = request.app.state.jobs
    return service


async def access_of(request: Request) -> Access:
    """What the caller may do, as the gate found; where none stands in front of a route, nothing."""
    return found_for(request)


async def owner_of(request: Request) -> Owner:
    """Whose jobs the caller may see."""
    return (await access_of(request)).owner


async def _idempotency(request: Request) -> IdempotencyService:
    service: IdempotencyService = request.app.state.idempotency
    return service


async def _keys(request: Request) -> KeyService:
    service: KeyService = request.app.state.keys
    return service


async def _downloads(request: Request) -> DownloadService:
    service: DownloadService = request.app.state.downloads
    return service


async def _events(request: Request) -> EventService:
    service: EventService = request.app.state.events
    return service


async def _deletions(request: Request) -> DeletionService:
    service: DeletionService = request.app.state.deletions
    return service


async def _retries(request: Request) -> RetryService:
    service: RetryService = request.app.state.retries
    return service


async def _job_lists(request: Request) -> JobListService:
    service: JobListService = request.app.state.lists
    return service


async def _urls(request: Request) -> UrlIngest:
    service: UrlIngest = request.app.state.urls
    return service


async def _webhooks(request: Request) -> WebhookService:
    service: WebhookService = request.app.state.webhooks
    return service


async def _health(request: Request) -> HealthService:
    service: HealthService = request.app.state.health
    return service


async def _transcriptions(request: Request) -> TranscriptionService:
    service: TranscriptionService = request.app.state.transcriptions
    return service


Jobs = Annotated[JobService, Depends(jobs_of)]
CallerAccess = Annotated[Access, Depends(access_of)]
Caller = Annotated[Owner, Depends(owner_of)]
Idempotency = Annotated[IdempotencyService, Depends(_idempotency)]
Downloads = Annotated[DownloadService, Depends(_downloads)]
Events = Annotated[EventService, Depends(_events)]
Deletions = Annotated[DeletionService, Depends(_deletions)]
Retries = Annotated[RetryService, Depends(_retries)]
JobLists = Annotated[JobListService, Depends(_job_lists)]
UrlFetcher = Annotated[UrlIngest, Depends(_urls)]
Webhooks = Annotated[WebhookService, Depends(_webhooks)]
Health = Annotated[HealthService, Depends(_health)]
Keys = Annotated[KeyService, Depends(_keys)]
Transcriptions = Annotated[TranscriptionService, Depends(_transcriptions)]
