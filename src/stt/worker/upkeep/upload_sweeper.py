"""Removing what is left of uploads that were given up, or whose time is up."""

import structlog

from stt.core.storage.base import Storage
from stt.domain.jobs.keys import upload_prefix
from stt.repositories.upload_repository import UploadRepository

log = structlog.get_logger()

SWEEP_SECONDS = 30.0
SETTLING_SECONDS = 60.0
"""A request that has not noticed yet that its upload is gone may write some more; after this it has noticed."""
AT_ONCE = 100


class UploadSweeper:
    """Removes expired uploads: storage first, so that whoever is killed has removed no row that is still needed.

    What became a job is the job's; only the row that tells of it goes.
    """

    def __init__(self, uploads: UploadRepository, storage: Storage) -> None:
        self._uploads, self._storage = uploads, storage

    async def sweep(self) -> None:
        """All that are due; raises `Unavailable`."""
        while expired := await self._uploads.expired(before=SETTLING_SECONDS, limit=AT_ONCE):
            # Who may send directly may do so again behind the removal of what came first.
            direct = [upload.upload_id for upload in expired if upload.is_direct]
            sent_again = await self._uploads.without_audio(*direct) if direct else set()
            for upload in expired:
                if not upload.is_finished and not upload.is_direct:
                    await self._storage.abandon(upload.object_key)
                if not upload.is_finished or upload.upload_id in sent_again:
                    await self._storage.delete_prefix(upload_prefix(upload.upload_id))
            await self._uploads.remove(*(upload.upload_id for upload in expired))
            log.info("expired_uploads_removed", uploads=len(expired))
