"""Commands for the database's tables: db upgrade, db drop."""

from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from stt.cli.errors import WrongUse
from stt.cli.options import DataDirOption
from stt.cli.running import run
from stt.cli.settings import load
from stt.cli.terminal import say

if TYPE_CHECKING:
    from stt.core.database import Database

app = typer.Typer(help="Make, upgrade or drop the database's tables.", no_args_is_help=True)


@app.command()
def upgrade(*, data_dir: DataDirOption = None) -> None:
    """Bring the tables to the newest version, from nothing or from any older one."""
    from stt.repositories.schema import init_db

    say(f"The tables are at the newest version: {run(_changed(data_dir, init_db))}.")


@app.command()
def drop(
    *,
    yes: Annotated[bool, typer.Option("--yes", help="Confirm that every job is to go.")] = False,
    data_dir: DataDirOption = None,
) -> None:
    """Remove every table with everything in it; stored files stay."""
    from stt.repositories.schema import drop_db

    if not yes:
        raise WrongUse("This removes every job of the database; repeat the command with --yes to do it.")
    say(f"The tables are gone: {run(_changed(data_dir, drop_db))}.")


async def _changed(data_dir: Path | None, change: "Callable[[Database], Awaitable[None]]") -> str:
    """Change the configured database, and return its name."""
    from stt.cli.parts import database_name
    from stt.core.database import Database

    database = Database(load(data_dir=data_dir).sqlalchemy_url)
    try:
        await change(database)
    finally:
        await database.close()
    return database_name(database)
