"""Commands for the database's tables: db upgrade, db drop."""

from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Annotated

import typer

from stt.cli.errors import WrongUse
from stt.cli.options import DataDirOption
from stt.cli.parts import database_name
from stt.cli.running import run
from stt.cli.settings import load
from stt.cli.terminal import say
from stt.core.database import Database
from stt.repositories.schema import drop_db, init_db

app = typer.Typer(help="Make, upgrade or drop the database's tables.", no_args_is_help=True)


@app.command()
def upgrade(*, data_dir: DataDirOption = None) -> None:
    """Bring the tables to the newest version, from nothing or from any older one."""
    database = _database(data_dir)
    run(_closing(database, init_db))
    say(f"The tables are at the newest version: {database_name(database)}.")


@app.command()
def drop(
    *,
    yes: Annotated[bool, typer.Option("--yes", help="Confirm that every job is to go.")] = False,
    data_dir: DataDirOption = None,
) -> None:
    """Remove every table with everything in it; stored files stay."""
    if not yes:
        raise WrongUse("This removes every job of the database; repeat the command with --yes to do it.")
    database = _database(data_dir)
    run(_closing(database, drop_db))
    say(f"The tables are gone: {database_name(database)}.")


def _database(data_dir: Path | None) -> Database:
    return Database(load(data_dir=data_dir).sqlalchemy_url)


async def _closing(database: Database, change: Callable[[Database], Awaitable[None]]) -> None:
    try:
        await change(database)
    finally:
        await database.close()
