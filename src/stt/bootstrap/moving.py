"""A whole service: backed up, restored, moved from the embedded default to servers."""

import contextlib
import shutil
from collections.abc import AsyncIterator
from pathlib import Path

from stt.bootstrap.foundation import choose_storage
from stt.core.config import Settings
from stt.core.database import Database
from stt.core.storage.base import Storage
from stt.core.storage.local import LocalStorage
from stt.domain.errors import InvalidRequest
from stt.services.moving.backup import Backup
from stt.services.moving.backup_folder import BackupAccount, BackupFolder
from stt.services.moving.database_move import DatabaseMove
from stt.services.moving.object_copy import Show
from stt.services.moving.restore import Restore
from stt.services.moving.storage_move import StorageMove

PARTIAL = ".partial"


async def back_up(settings: Settings, target: Path, show: Show) -> BackupAccount:
    """Make a backup in the folder `target`, which appears whole; a service that runs goes on.

    Raises:
        InvalidRequest: it is there already, or database or objects are not embedded.
    """
    database, objects = _embedded(settings)
    partial = _begun(database, target)
    folder = BackupFolder(partial)
    account = await Backup(database, LocalStorage(objects), folder, LocalStorage(folder.objects)).make(show)
    partial.rename(target)
    return account


async def restore(settings: Settings, source: Path, show: Show) -> BackupAccount:
    """Make the embedded database and objects of a backup, where there are none.

    Raises:
        InvalidRequest: there are some, the backup is not whole, or database or objects are not to be embedded.
        DatabaseUnusable: a newer program has made it.
    """
    database, objects = _embedded(settings)
    folder, aside = BackupFolder(source), settings.data_dir / ".restoring"
    stores = LocalStorage(folder.objects), LocalStorage(aside / "objects")
    return await Restore(folder, *stores, aside, database, objects).make(show)


async def move_storage(settings: Settings, show: Show) -> int:
    """Copy the objects of the embedded default to the configured bucket; returns how many there are."""
    if not settings.minio_endpoint:
        raise InvalidRequest("MINIO_ENDPOINT is not set: it names the server that the objects are to be moved to.")
    folder = settings.embedded_objects
    if not folder.exists():
        raise InvalidRequest(f"There is nothing to move: there is no folder {folder}.")
    async with _open(settings) as target:
        return await StorageMove(LocalStorage(folder), target).run(show)


async def move_database(settings: Settings, place: str) -> Path:
    """Move the rows of the embedded default to the configured PostgreSQL; returns where the file is kept."""
    source = settings.embedded_database
    target = Database(settings.sqlalchemy_url)
    try:
        if target.file is not None:
            raise InvalidRequest(
                "DATABASE_URL names no PostgreSQL: it is the database that the jobs are to be moved to."
            )
        if not source.exists():
            raise InvalidRequest(f"There is nothing to move: there is no database {source}.")
        async with _open(settings) as objects:
            await objects.prepare()
            former = LocalStorage(settings.embedded_objects)
            await former.prepare()
            return await DatabaseMove(source, target, place, (former, objects)).run()
    finally:
        await target.close()


def _begun(database: Path, target: Path) -> Path:
    """The folder that a backup is made in until it is whole."""
    if not database.exists():
        raise InvalidRequest(f"There is nothing to back up: there is no database {database}.")
    if target.exists():
        raise InvalidRequest(f"There is {target} already; a backup is a new folder.")
    partial = target.with_name(target.name + PARTIAL)
    shutil.rmtree(partial, ignore_errors=True)
    partial.mkdir(parents=True)
    return partial


def _embedded(settings: Settings) -> tuple[Path, Path]:
    """The file and the folder of the embedded default."""
    file = Database(settings.sqlalchemy_url).file
    if file is None or settings.minio_endpoint:
        raise InvalidRequest(
            "This is for the embedded database and folder, and DATABASE_URL or MINIO_ENDPOINT names a server; "
            "pg_dump and the tools of the object storage are for those."
        )
    return file, settings.embedded_objects


@contextlib.asynccontextmanager
async def _open(settings: Settings) -> AsyncIterator[Storage]:
    storage = choose_storage(settings)
    try:
        yield storage
    finally:
        await storage.close()
