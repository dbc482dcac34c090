"""Removing audio and texts when their time is up."""

import structlog

from stt.core.storage.base import Storage
from stt.domain.jobs.keys import chunk_prefix, is_upload_of, result_prefix, upload_prefix
from stt.repositories.jobs.retention import RetentionRepository

log = structlog.get_logger()

EXPIRE_SECONDS = 30.0
AT_ONCE = 100


class Expiry:
    """Keeps the word that was given with each job; storage first, so that whoever is killed has marked nothing.

    Audio that another service had stored is not ours to remove: it stays, and its job says so.
    """

    def __init__(self, retention: RetentionRepository, storage: Storage) -> None:
        self._retention, self._storage = retention, storage

    async def expire(self) -> None:
        """All that is due; raises `Unavailable`."""
        while jobs := await self._retention.audio_due(AT_ONCE):
            for job in jobs:
                await self._storage.delete_prefix(upload_prefix(job.job_id))
                await self._storage.delete_prefix(chunk_prefix(job.job_id))
                if is_upload_of(job.job_id, job.object_key):
                    await self._retention.mark_audio_deleted(job)
                else:
                    await self._retention.keep_audio(job)
            log.info("audio_expired", jobs=len(jobs))
        while jobs := await self._retention.text_due(AT_ONCE):
            for job in jobs:
                await self._storage.delete_prefix(result_prefix(job.job_id))
                await self._retention.delete_text(job)
            log.info("texts_expired", jobs=len(jobs))
