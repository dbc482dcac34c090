"""Commands for a whole service: backup, restore, migrate-storage, migrate-db."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from stt.cli.options import DataDirOption
from stt.cli.running import run
from stt.cli.settings import load
from stt.cli.terminal import progress, say, write

if TYPE_CHECKING:
    from stt.services.moving.object_copy import Show

BackupPath = Annotated[Path, typer.Argument(metavar="FOLDER", help="The folder that is the backup.")]
SHOWN_MISSING = 5


def backup(folder: BackupPath, *, data_dir: DataDirOption = None) -> None:
    """Copy the embedded database and all objects into a new folder; a service that runs goes on."""
    from stt.bootstrap import moving

    with _shown("Copying") as show:
        account = run(moving.back_up(load(data_dir=data_dir), folder.absolute(), show))
    say(f"Tables of version {account.tables}, {account.objects} objects, {account.bytes} bytes:")
    write(str(folder))
    if account.missing:
        few = ", ".join(account.missing[:SHOWN_MISSING])
        say(f"The service had lost {len(account.missing)} objects before: {few}. 'backup.json' lists them.")


def restore(folder: BackupPath, *, data_dir: DataDirOption = None) -> None:
    """Bring a backup back, where there is no database and no object yet."""
    from stt.bootstrap import moving

    settings = load(data_dir=data_dir)
    with _shown("Restoring") as show:
        account = run(moving.restore(settings, folder.absolute(), show))
    say(f"{account.objects} objects and the database of {account.made_at} are back; start the service:")
    write(str(settings.data_dir))


def migrate_storage(*, data_dir: DataDirOption = None) -> None:
    """Copy the objects of the embedded folder to the bucket that MINIO_ENDPOINT and MINIO_BUCKET name."""
    from stt.bootstrap import moving
    from stt.cli.parts import storage_name

    settings = load(data_dir=data_dir)
    with _shown("Copying") as show:
        count = run(moving.move_storage(settings, show))
    say(f"{count} objects are in {storage_name(settings)}. The folder is as it was.")


def migrate_db(*, data_dir: DataDirOption = None) -> None:
    """Move every job of the embedded SQLite file to the PostgreSQL that DATABASE_URL names."""
    from stt.bootstrap import moving
    from stt.cli.parts import database_name
    from stt.core.database import Database

    settings = load(data_dir=data_dir)
    place = database_name(Database(settings.sqlalchemy_url))
    kept = run(moving.move_database(settings, place))
    say(f"Everything is in {place}. The file as it was:")
    write(str(kept))


@contextmanager
def _shown(what: str) -> "Iterator[Show]":
    with progress() as bar:
        yield lambda done, total: bar(what, 100 * done / max(1, total), f"{done} of {total} objects")
