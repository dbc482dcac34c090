"""Letting transcripts be found that a version without a search has written."""

import asyncio
import json

import structlog

from stt.core.storage.base import Storage
from stt.domain.errors import ObjectMissing
from stt.domain.jobs.job import Job
from stt.domain.text.search import terms_of
from stt.repositories.job_list import JobList

log = structlog.get_logger()

INDEX_SECONDS = 60.0
AT_ONCE = 100


class Indexer:
    """Reads transcripts from storage, oldest first; new ones are indexed when their jobs complete."""

    def __init__(self, jobs: JobList, storage: Storage) -> None:
        self._jobs, self._storage = jobs, storage

    async def index(self) -> None:
        """All that are not yet; raises `Unavailable`."""
        while jobs := await self._jobs.unsearchable(AT_ONCE):
            for job in jobs:
                text = await self._text_of(job)
                terms = await asyncio.to_thread(terms_of, job.owner, job.filename, text)
                await self._jobs.make_searchable(job.job_id, terms)
            log.info("transcripts_indexed", jobs=len(jobs))

    async def _text_of(self, job: Job) -> str:
        try:
            document = await self._storage.read(job.transcript_key)
        except ObjectMissing:
            return ""  # it was removed: what is left is the name
        text: str = (await asyncio.to_thread(json.loads, document))["text"]
        return text
