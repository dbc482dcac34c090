"""Files that lie in the bucket already, put there by somebody else."""

import uuid
from contextlib import aclosing

from stt.core.storage.base import Storage
from stt.domain.audio.media import HEAD_BYTES, check_media
from stt.domain.errors import InvalidRequest, ObjectMissing
from stt.domain.jobs.keys import job_id_from
from stt.services.jobs.job_service import JobService
from stt.services.jobs.upload import FileTooLarge, StoredUpload, bare_name


class ObjectIngest:
    """Makes jobs of objects where they lie; they stay what they are, and whose they are."""

    def __init__(self, jobs: JobService, storage: Storage) -> None:
        self._jobs, self._storage = jobs, storage

    async def store(self, key: str) -> StoredUpload:
        """An object under the id of a job to be; nothing is copied, and no deletion of the job removes it.

        Raises:
            InvalidRequest: codes `object_not_found`, `unsafe_key`, and those of `JobService.store`.
            Unavailable: the storage is away.
        """
        name, limit = bare_name(key), self._jobs.policy.max_upload_bytes
        try:
            size = (await self._storage.stat(key)).size
            head = b""
            async with aclosing(self._storage.get(key, 0, min(size, HEAD_BYTES))) as blocks:  # type: ignore[type-var]
                async for block in blocks:
                    head += block
        except ObjectMissing as error:
            message = f"There is no object {key[:200]!r} in the storage of this service."
            raise InvalidRequest(message, code="object_not_found", field="object") from error
        if size > limit:
            raise FileTooLarge(limit)
        check_media(name, head)
        return StoredUpload(job_id_from(uuid.uuid4()), name, key, size, "")
