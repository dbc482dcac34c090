"""Changing transcripts, and going back."""

import asyncio
import json
from collections.abc import Callable, Sequence

import structlog

from stt.domain.access.owner import Owner
from stt.domain.access.scopes import Access
from stt.domain.edits.edition import Edition
from stt.domain.edits.operations import Operation
from stt.domain.edits.version import Edit, NewVersion, Version, VersionOutdated
from stt.domain.errors import NotFound
from stt.repositories.version_repository import VersionRepository
from stt.services.jobs.job_service import JobService
from stt.services.transcripts.editions import Editions, Read

log = structlog.get_logger()


class EditService:
    """Edits; every method raises `Unavailable` while a part it needs is away.

    Every one raises `NotFound` (code `job_not_found`) as well, and `InvalidRequest` (code `job_not_completed`).
    """

    def __init__(self, jobs: JobService, versions: VersionRepository, editions: Editions) -> None:
        self._jobs, self._versions, self._editions = jobs, versions, editions

    async def edit(self, access: Access, job_id: str, base: int | None, operations: Sequence[Operation]) -> Edit:
        """Make a version of another one, `None` for the newest, by operations that are all done or none.

        Sent again, because the answer was lost, they are answered with the version that they made.

        Raises:
            InvalidRequest: codes `unknown_segment`, `invalid_edit`, with the number of the `operation`.
            NotFound: code `result_missing`.
            VersionOutdated: `base` is not the newest version.
        """
        return await self._make(access, job_id, base, lambda _: operations)

    async def revert(self, access: Access, job_id: str, base: int | None, number: int) -> Edit:
        """Make a version that is as another one was, 0 for the machine's; raises as `edit`, and `version_not_found`."""
        job = await self._jobs.completed(access.owner, job_id)
        wanted = await self._editions.read(job, number)
        return await self._make(access, job_id, base, wanted.edition.leading_from)

    async def page(self, owner: Owner, job_id: str, before: int | None, limit: int) -> tuple[list[Version], bool]:
        """Versions that people have made, newest first, and whether more follow."""
        await self._jobs.completed(owner, job_id)
        found = await self._versions.page(owner, job_id, before, limit + 1)
        return found[:limit], len(found) > limit

    async def get(self, owner: Owner, job_id: str, number: int) -> Edit:
        """What was changed in a version; raises `NotFound` (code `version_not_found`)."""
        job = await self._jobs.completed(owner, job_id)
        found = await self._versions.get(owner, job_id, await self._editions.number(job, number))
        if found is None:
            message = f"Nobody has made a version {number} of this transcript."
            raise NotFound(message, code="version_not_found")
        return found

    async def _make(
        self, access: Access, job_id: str, base: int | None, wanted: Callable[[Edition], Sequence[Operation]]
    ) -> Edit:
        job = await self._jobs.completed(access.owner, job_id)
        current = await self._editions.number(job, None)
        if base is not None and base != current:
            before = await self._editions.read(job, base) if base < current else None
            return await self._made_already(access, job_id, before, wanted, current)
        read = await self._editions.read(job, current)
        new = await asyncio.to_thread(_new, read, wanted, access.key_id)
        edit = await self._versions.add(access.owner, job_id, new)
        log.info("transcript_edited", job_id=job_id, version=edit.version.number, operations=edit.version.count)
        return edit

    async def _made_already(
        self,
        access: Access,
        job_id: str,
        base: Read | None,
        wanted: Callable[[Edition], Sequence[Operation]],
        current: int,
    ) -> Edit:
        """The version behind `base`, if it was made by the same operations and key; raises `VersionOutdated`."""
        if base is not None:
            made = await self._versions.get(access.owner, job_id, base.number + 1)
            same = [operation.to_dict() for operation in wanted(base.edition)]
            if made is not None and (made.version.key_id, _plain(made.operations)) == (access.key_id, _plain(same)):
                return made
        raise VersionOutdated(current)


def _new(read: Read, wanted: Callable[[Edition], Sequence[Operation]], key_id: str | None) -> NewVersion:
    return NewVersion.of(read.number, read.machine, read.edition, wanted(read.edition), key_id)


def _plain(operations: Sequence[object]) -> str:
    """As they come out of the database, where tuples are lists."""
    return json.dumps(list(operations), sort_keys=True)
