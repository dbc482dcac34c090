"""Letting transcripts be found by what was edited in them, or that a version without a search has written."""

import asyncio
import json

import structlog

from stt.core.storage.base import Storage
from stt.domain.edits.document import document_of, edition_of
from stt.domain.edits.version import Operations
from stt.domain.errors import ObjectMissing
from stt.domain.jobs.job import Job
from stt.domain.text.search import terms_of
from stt.repositories.jobs.job_list import JobList
from stt.repositories.version_repository import VersionRepository

log = structlog.get_logger()

INDEX_SECONDS = 10.0
AT_ONCE = 100


class Indexer:
    """Reads transcripts from storage, oldest first; new ones are indexed when their jobs complete."""

    def __init__(self, jobs: JobList, versions: VersionRepository, storage: Storage) -> None:
        self._jobs, self._versions, self._storage = jobs, versions, storage

    async def index(self) -> None:
        """All that are not yet; raises `Unavailable`."""
        while jobs := await self._jobs.unsearchable(AT_ONCE):
            for job in jobs:
                version, changes = await self._versions.newest(job.owner, job.job_id)
                text = await self._text_of(job, changes)
                terms = await asyncio.to_thread(terms_of, job.owner, job.filename, text)
                await self._jobs.make_searchable(job.job_id, terms, version)
            log.info("transcripts_indexed", jobs=len(jobs))

    async def _text_of(self, job: Job, changes: Operations) -> str:
        try:
            document = await self._storage.read(job.transcript_key)
        except ObjectMissing:
            return ""  # it was removed: what is left is the name
        return await asyncio.to_thread(_text, document, changes)


def _text(stored: bytes, changes: Operations) -> str:
    document = json.loads(stored)
    if changes:
        document = document_of(document, edition_of(document, changes), version=0)
    text: str = document["text"]
    return text
