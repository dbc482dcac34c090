"""What routes are given: the finished objects that the app was made with."""

from typing import Annotated, Any

from fastapi import Depends, Request

from stt.api.guard.scopes import found_for
from stt.domain.access.owner import Owner
from stt.domain.access.scopes import Access
from stt.services.events.event_service import EventService
from stt.services.health_service import HealthService
from stt.services.ingest.direct_upload_service import DirectUploadService
from stt.services.ingest.idempotency_service import IdempotencyService
from stt.services.ingest.object_ingest import ObjectIngest
from stt.services.ingest.transcription_service import TranscriptionService
from stt.services.ingest.upload_service import UploadService
from stt.services.ingest.url_ingest import UrlIngest
from stt.services.jobs.deletion_service import DeletionService
from stt.services.jobs.forecast_service import ForecastService
from stt.services.jobs.job_list_service import JobListService
from stt.services.jobs.job_service import JobService
from stt.services.jobs.redo_service import RedoService
from stt.services.jobs.retry_service import RetryService
from stt.services.key_service import KeyService
from stt.services.known_speaker_service import KnownSpeakerService
from stt.services.metrics_service import MetricsService
from stt.services.system_service import SystemService
from stt.services.transcripts.download_service import DownloadService
from stt.services.transcripts.edit_service import EditService
from stt.services.webhook_service import WebhookService

# Coroutines, though they await nothing: FastAPI would send plain functions to a thread.


async def jobs_of(request: Request) -> JobService:
    """What the API may ask of jobs."""
    service: JobService = request.app.state.jobs
    return service


async def forecasts_of(request: Request) -> ForecastService:
    """What tells when jobs will be done."""
    service: ForecastService = request.app.state.forecasts
    return service


async def access_of(request: Request) -> Access:
    """What the caller may do, as the gate found; where none stands in front of a route, nothing."""
    return found_for(request)


async def owner_of(request: Request) -> Owner:
    """Whose jobs the caller may see."""
    return (await access_of(request)).owner


def _service(name: str) -> Any:
    """What the app was made with under that name (see `stt.api.app.Services`)."""

    async def found(request: Request) -> Any:
        return getattr(request.app.state, name)

    return Depends(found)


Jobs = Annotated[JobService, Depends(jobs_of)]
Forecasts = Annotated[ForecastService, Depends(forecasts_of)]
CallerAccess = Annotated[Access, Depends(access_of)]
Caller = Annotated[Owner, Depends(owner_of)]
Idempotency = Annotated[IdempotencyService, _service("idempotency")]
Downloads = Annotated[DownloadService, _service("downloads")]
DirectUploads = Annotated[DirectUploadService, _service("direct_uploads")]
Events = Annotated[EventService, _service("events")]
Deletions = Annotated[DeletionService, _service("deletions")]
Edits = Annotated[EditService, _service("edits")]
Retries = Annotated[RetryService, _service("retries")]
Redos = Annotated[RedoService, _service("redos")]
JobLists = Annotated[JobListService, _service("lists")]
ObjectTaker = Annotated[ObjectIngest, _service("objects")]
Uploads = Annotated[UploadService, _service("uploads")]
UrlFetcher = Annotated[UrlIngest, _service("urls")]
Webhooks = Annotated[WebhookService, _service("webhooks")]
Health = Annotated[HealthService, _service("health")]
Metrics = Annotated[MetricsService, _service("metrics")]
Systems = Annotated[SystemService, _service("system")]
KnownSpeakers = Annotated[KnownSpeakerService, _service("known_speakers")]
Keys = Annotated[KeyService, _service("keys")]
Transcriptions = Annotated[TranscriptionService, _service("transcriptions")]


async def _known_job(job_id: str, jobs: Jobs, owner: Caller) -> None:
    """That there is such a job: first of all, because a foreign one is none whatever else is wrong."""
    await jobs.status(owner, job_id)


KNOWN_JOB = (Depends(_known_job),)
"""For operations with a body, which would otherwise be read before."""
