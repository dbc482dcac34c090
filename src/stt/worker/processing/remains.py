"""What the work on a job leaves in storage: the audio of its chunks, and what attempts wrote that were overtaken."""

from stt.core.storage.base import Storage
from stt.domain.jobs.job import Job
from stt.domain.jobs.keys import chunk_prefix, peaks_key, result_prefix
from stt.repositories.jobs.job_repository import JobRepository


async def remove_remains(job: Job, jobs: JobRepository, storage: Storage) -> None:
    """All of it, if the job is over; raises `Unavailable`.

    Only what was there while the job was over: one that is begun again writes under other names.
    """
    chunks = await storage.keys(chunk_prefix(job.job_id))
    results = await storage.keys(result_prefix(job.job_id))
    # As it stands behind that look: what was done again with it meanwhile has left it another result.
    ended = await jobs.ended(job.job_id)
    if ended is None:
        return
    # Whoever prepared it may have stored the peaks when its texts had been removed.
    kept = (ended.result_path, peaks_key(job.job_id)) if ended.text_deleted_at is None else ()
    await storage.delete(*chunks, *(key for key in results if key not in kept))
