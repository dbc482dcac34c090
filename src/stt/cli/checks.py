"""What `stt doctor` looks at: each check tries one part of the service as the service would use it."""

import shutil
import sqlite3
import tempfile
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from enum import StrEnum
from importlib.metadata import version
from pathlib import Path

from stt import bootstrap
from stt.cli.parts import database_name, queue_name, storage_name
from stt.core.config import Settings
from stt.core.database import WAL_SAFE_FROM, Database
from stt.domain.errors import SttError
from stt.repositories.schema import is_current

GIGABYTE = 1024**3
LOW_SPACE = 2 * GIGABYTE
"""Bytes; an upload of some hours and its chunks together need about as much."""


class Verdict(StrEnum):
    """How a part is."""

    OK = "ok"
    WARN = "warn"
    FAIL = "fail"


@dataclass(frozen=True)
class Finding:
    """What was found, and what to do about it."""

    verdict: Verdict
    what: str
    advice: str = ""


Check = Callable[[Settings], Awaitable[Finding]]


async def examine(check: Check, settings: Settings, advice: str) -> Finding:
    """Run a check; whatever it raises is a failure, and `advice` says what to do then."""
    try:
        return await check(settings)
    except SttError as error:
        return Finding(Verdict.FAIL, error.message, advice)
    except Exception as error:  # a part that is broken in an unforeseen way is what this is for
        return Finding(Verdict.FAIL, f"{type(error).__name__}: {error}", advice)


async def settings_file(_: Settings) -> Finding:
    """Where settings come from; that they are valid is known by now."""
    return Finding(Verdict.OK, "environment and .env" if Path(".env").exists() else "environment; there is no .env here")


async def database(settings: Settings) -> Finding:
    """Whether it answers, in which version, and whether its tables are the newest."""
    base = Database(settings.sqlalchemy_url)
    try:
        current = await is_current(base)
        described = f"{database_name(base)}, {_version(base)}"
    finally:
        await base.close()
    if not current:
        return Finding(Verdict.WARN, f"{described}; tables missing or old", "The service upgrades them when it starts.")
    return Finding(Verdict.OK, described)


async def storage(settings: Settings) -> Finding:
    """Whether it answers and can be written to."""
    store = bootstrap.choose_storage(settings)
    try:
        await store.prepare()
        await store.check()
    finally:
        await store.close()
    return Finding(Verdict.OK, storage_name(settings))


async def queue(settings: Settings) -> Finding:
    """Whether it answers."""
    tickets = bootstrap.choose_queue(settings)
    try:
        await tickets.check()
    finally:
        await tickets.close()
    return Finding(Verdict.OK, queue_name(settings))


async def scratch(settings: Settings) -> Finding:
    """Whether local files of jobs can be written, and how much room there is."""
    place = settings.scratch_dir
    place.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=place):
        free = shutil.disk_usage(place).free
    described = f"{place}, {free / GIGABYTE:.1f} GiB free"
    if free < LOW_SPACE:
        return Finding(Verdict.WARN, described, "Make room, or set STT_SCRATCH_DIR to a larger disk.")
    return Finding(Verdict.OK, described)


def _version(base: Database) -> str:
    if not base.is_sqlite:
        return "version " + ".".join(str(part) for part in base.engine.dialect.server_version_info or ())
    journal = "WAL" if sqlite3.sqlite_version_info >= WAL_SAFE_FROM else "rollback journal (WAL is safe from 3.51.3 on)"
    return f"version {sqlite3.sqlite_version}, {journal}"
