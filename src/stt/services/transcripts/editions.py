"""Transcripts as they stand in any of their versions."""

import asyncio
import json
from dataclasses import dataclass
from typing import Any

from stt.domain.edits.document import document_of, edition_of
from stt.domain.edits.editing import edited
from stt.domain.edits.edition import Edition
from stt.domain.edits.operations import operation_of
from stt.domain.edits.version import MACHINE, Operations
from stt.domain.errors import NotFound
from stt.domain.jobs.job import Job
from stt.repositories.version_repository import VersionRepository
from stt.services.jobs.job_service import JobService


@dataclass(frozen=True)
class Read:
    """A version that was read: the machine's document, and what became of it."""

    number: int
    machine: dict[str, Any]
    edition: Edition

    @property
    def document(self) -> dict[str, Any]:
        """The result document of the version."""
        return document_of(self.machine, self.edition, self.number) if self.number else self.machine


class Editions:
    """Versions of the transcripts of completed jobs; every method raises `Unavailable` while a part is away."""

    def __init__(self, jobs: JobService, versions: VersionRepository) -> None:
        self._jobs, self._versions = jobs, versions

    async def number(self, job: Job, wanted: int | None) -> int:
        """The number of a version, of the newest for `None`; raises `NotFound` (code `version_not_found`)."""
        if wanted == MACHINE:
            return MACHINE
        newest, _ = await self._versions.newest(job.owner, job.job_id)
        if wanted is not None and wanted > newest:
            message = f"There is no version {wanted} of this transcript; the newest is {newest}."
            raise NotFound(message, code="version_not_found")
        return newest if wanted is None else wanted

    async def read(self, job: Job, wanted: int | None = None) -> Read:
        """A version, the newest for `None`; raises `NotFound` (codes `version_not_found`, `result_missing`)."""
        number = await self.number(job, wanted)
        newest, changes = await self._versions.newest(job.owner, job.job_id)
        back = await self._versions.back_to(job.owner, job.job_id, number, newest) if MACHINE < number < newest else []
        stored = await self._jobs.document(job)
        # In a thread, because hours of words would hold up every other request.
        return await asyncio.to_thread(_read, stored, number, () if number == MACHINE else changes, back)


def _read(stored: bytes, number: int, changes: Operations, back: list[Operations]) -> Read:
    machine = json.loads(stored)
    edition = edition_of(machine, changes)
    for step in back:
        edition, _ = edited(edition, map(operation_of, step))
    return Read(number, machine, edition)
