"""A backup becomes a service again."""

import asyncio
import os
import shutil
from contextlib import suppress
from hashlib import file_digest
from pathlib import Path

from stt.core.storage.base import INCOMING, Storage
from stt.core.storage.folders import sync_folder
from stt.domain.errors import InvalidRequest
from stt.repositories import schema
from stt.services.moving.backup_folder import BackupAccount, BackupFolder
from stt.services.moving.object_copy import ObjectCopy, Show


class Restore:
    """Puts everything beside its place, looks at every byte of it, and moves it there at the end, the database last.

    Args:
        copies, objects: the objects of the backup, and those beside their place.
        aside: the folder with `objects` in it, which what broke off before has left or nobody.
        database, place: the file and the folder that the service will have.
    """

    def __init__(
        self, folder: BackupFolder, copies: Storage, objects: Storage, aside: Path, database: Path, place: Path
    ) -> None:
        self._folder, self._copies, self._objects = folder, copies, objects
        self._aside, self._database, self._place = aside, database, place

    async def make(self, show: Show) -> BackupAccount:
        """Bring everything back.

        Raises:
            InvalidRequest: it is no whole backup, a file in it was changed, or there is a service already.
            DatabaseUnusable: a newer program has made it.
        """
        account = self._folder.account()
        schema.refuse_newer(account.tables)
        await asyncio.to_thread(self._refuse_to_overwrite)
        if not self._lies_aside():
            await self._put_aside(show)
        await asyncio.to_thread(self._move)
        return account

    @property
    def _copy(self) -> Path:
        """Beside its place, since that may be on another disk than the objects."""
        return self._database.with_name(f".{self._database.name}.restoring")

    @property
    def _is_whole(self) -> Path:
        """Is there once everything lies aside, so that a move that broke off goes on; holds the database's sum."""
        return self._aside / "whole"

    def _lies_aside(self) -> bool:
        """Whether everything does, and not what another backup holds."""
        return self._is_whole.exists() and self._is_whole.read_text("utf-8") == self._folder.sums()[0]

    def _refuse_to_overwrite(self) -> None:
        # A journal without its database would be taken for one of the database that comes in its place.
        for file in (Path(f"{self._database}{suffix}") for suffix in ("", "-journal", "-wal")):
            if file.exists():
                raise InvalidRequest(f"There is {file} already; nothing is overwritten. Move it away to restore here.")
        if not self._lies_aside() and _has_files(self._place):
            raise InvalidRequest(
                f"There are objects already in {self._place}; nothing is overwritten. Move them away to restore here."
            )

    async def _put_aside(self, show: Show) -> None:
        await asyncio.to_thread(shutil.rmtree, self._aside, ignore_errors=True)
        await self._objects.prepare()
        database_sum, sums = self._folder.sums()
        copied = await ObjectCopy(self._copies, self._objects, show).copy(sums)
        found = await asyncio.to_thread(self._copy_database)
        changed = [key for key, digits in sums.items() if key not in copied or copied[key].sha256 != digits]
        if found != database_sum:
            changed.insert(0, self._folder.database.name)
        if changed:
            await asyncio.to_thread(shutil.rmtree, self._aside)
            self._copy.unlink(missing_ok=True)
            raise InvalidRequest(
                f"{len(changed)} files of the backup are missing or were changed since it was made, among them "
                f"{changed[0]}; nothing was restored."
            )
        await asyncio.to_thread(self._is_whole.write_text, database_sum, "utf-8")

    def _copy_database(self) -> str:
        self._copy.parent.mkdir(parents=True, exist_ok=True)
        with suppress(FileNotFoundError):
            shutil.copyfile(self._folder.database, self._copy)
            with self._copy.open("rb") as file:
                os.fsync(file.fileno())
                return file_digest(file, "sha256").hexdigest()
        return ""

    def _move(self) -> None:
        made = self._aside / "objects"
        if made.exists():
            shutil.rmtree(self._place, ignore_errors=True)
            made.rename(self._place)
        if self._copy.exists():
            self._copy.rename(self._database)
        for folder in {self._database.parent, self._place.parent}:
            sync_folder(folder)
        shutil.rmtree(self._aside)


def _has_files(folder: Path) -> bool:
    """Whether there are any but what a store keeps account in."""
    return any(name != INCOMING for name in (path.name for path in folder.iterdir())) if folder.exists() else False
