"""A backup of a service that may go on meanwhile."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from hashlib import file_digest
from pathlib import Path
from typing import Any

from stt import __version__
from stt.core.database import Database
from stt.core.storage.base import Storage
from stt.repositories import schema
from stt.repositories.moving.needed_objects import needed_objects
from stt.repositories.moving.snapshot import snapshot, waiting_writers
from stt.services.moving.backup_folder import BackupAccount, BackupFolder
from stt.services.moving.object_copy import Copied, ObjectCopy, Show


class Backup:
    """The objects come first, then those that came meanwhile, then the database with the few that came then.

    For that last moment writers wait: nothing is removed before the database says that it is not needed, so that what
    it counts on is there as long as nobody changes it.
    """

    def __init__(self, database: Path, objects: Storage, folder: BackupFolder, copies: Storage) -> None:
        self._database, self._objects, self._folder, self._copies = database, objects, folder, copies

    async def make(self, show: Show) -> BackupAccount:
        """Fill the folder, whose `copies` are its objects.

        Raises:
            Unavailable: the database, the storage or the disk of the backup does not answer.
            DatabaseUnusable: the database is damaged.
        """
        await self._copies.prepare()
        copied, missing = await self._copy(show)
        account = BackupAccount(
            made_at=datetime.now(UTC).isoformat(timespec="seconds"),
            program=__version__,
            tables=await self._ask(schema.version) or "",
            objects=len(copied),
            bytes=sum(one.size for one in copied.values()),
            missing=tuple(sorted(missing)),
        )
        sums = {key: one.sha256 or "" for key, one in copied.items()}
        await asyncio.to_thread(self._folder.conclude, account, await asyncio.to_thread(self._sum), sums)
        return account

    async def _copy(self, show: Show) -> tuple[dict[str, Copied], set[str]]:
        """Copy all; returns what was copied, and what the database counts on that is nowhere."""
        copying = ObjectCopy(self._objects, self._copies, show)
        copied = await copying.copy(await self._objects.keys(""))
        copied |= await copying.copy(set(await self._objects.keys("")) - copied.keys())
        with waiting_writers(self._database):
            await asyncio.to_thread(snapshot, self._database, self._folder.database)
            there = set(await self._objects.keys(""))
            copied |= await copying.copy(there - copied.keys())
        needed: set[str] = await self._ask(needed_objects)
        # What was removed while it was copied is not kept longer here than there.
        gone = copied.keys() - there - needed
        await self._copies.delete(*gone)
        return {key: one for key, one in copied.items() if key not in gone}, needed - copied.keys()

    async def _ask(self, question: Callable[[Database], Awaitable[Any]]) -> Any:
        """What the copy of the database answers."""
        copy = Database(f"sqlite:///{self._folder.database}")
        try:
            return await question(copy)
        finally:
            await copy.close()

    def _sum(self) -> str:
        with self._folder.database.open("rb") as file:
            return file_digest(file, "sha256").hexdigest()
