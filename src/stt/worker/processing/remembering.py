"""Who a job may know by voice."""

import structlog

from stt.domain.jobs.job import Job
from stt.repositories.known_speaker_repository import KnownSpeakerRepository
from stt.worker.errors import ModelUnavailable
from stt.worker.processing.ear import Ear
from stt.worker.speakers.naming import Known

log = structlog.get_logger()


async def remembered(job: Job, acquaintances: KnownSpeakerRepository, ear: Ear) -> list[Known]:
    """Those whose voices a job may know; nobody where this machine lacks the model: the job ends well without names."""
    samples = await acquaintances.of_job(job)
    try:
        return await ear.known(samples)
    except ModelUnavailable as error:
        log.warning("speakers_not_named", job_id=job.job_id, reason=error.message)
        return []
