"""Jobs that come in through the queue alone, from other services that enqueue by hand."""

from collections.abc import Callable
from pathlib import PurePosixPath

from stt.core.metrics.table import JOBS_ENDED
from stt.domain.access.owner import ANONYMOUS
from stt.domain.errors import InvalidRequest
from stt.domain.jobs.keys import is_made_here
from stt.domain.jobs.messages import JobMessage
from stt.domain.jobs.retention import Retention
from stt.domain.whisper.languages import check_language
from stt.domain.whisper.models import ModelList
from stt.repositories.jobs.job_repository import JobRepository
from stt.repositories.jobs.new_jobs import NewJob


class Intake:
    """Makes job rows of foreign messages.

    `bucket` is what their paths may begin with, `models` tells which models they may name, `retention` how long what
    comes of them is kept.
    """

    def __init__(
        self,
        jobs: JobRepository,
        bucket: str,
        models: Callable[[], ModelList] = ModelList,
        retention: Retention | None = None,
    ) -> None:
        self._jobs = jobs
        self._bucket = bucket
        self._models = models
        self._retention = retention or Retention()

    async def adopt(self, message: JobMessage) -> bool:
        """Make the job if its id is unknown; `False` if it is known, or is of this service's own making.

        A message whose language or model this service does not know makes a job as well, a FAILED one: the sender
        looks for its answer under the id it chose.
        """
        if is_made_here(message.job_id):
            return False  # this service stores a job before its ticket: one that is gone was deleted
        key = self._key(message.minio_path)
        language, model, error = self._understood(message)
        name = PurePosixPath(key).name
        job = NewJob(ANONYMOUS, message.job_id, name, key, language, model, retention=self._retention)
        if not await self._jobs.add(job, announced=True):
            return False
        if error is not None:
            await self._jobs.refuse(message.job_id, error.error_code, error.message)
            JOBS_ENDED.labels("failed").inc()
        return True

    def _understood(self, message: JobMessage) -> tuple[str, str, InvalidRequest | None]:
        """Language and model as this service spells them, and what is wrong with the message if anything is."""
        try:
            return check_language(message.language), self._models().check(message.model), None
        except InvalidRequest as error:
            return message.language, message.model, error

    def _key(self, path: str) -> str:
        """The object's key, whether written as a key, as `bucket/key` or as `s3://bucket/key`."""
        return path.removeprefix("s3://").removeprefix(f"{self._bucket}/").lstrip("/")
