"""Putting a version of a transcript behind the newest one."""

from typing import Any

from sqlalchemy import Connection, Row, Select, func, insert, select, update

from stt.core.database import now
from stt.domain.edits.version import MACHINE, NewVersion, VersionOutdated
from stt.repositories.tables.versions import VersionRow

SUMMARY = (VersionRow.number, VersionRow.created_at, VersionRow.key_id, VersionRow.count, VersionRow.redo)
"""What is read of a version without its operations."""


def newest_version(job_id: str) -> Select[Any]:
    """The number of the newest version of a job; `MACHINE` where there is none."""
    return select(func.coalesce(func.max(VersionRow.number), MACHINE)).where(VersionRow.job_id == job_id)


def append(connection: Connection, job_id: str, new: NewVersion) -> Row[Any]:
    """Store a version of a job whose row is locked; returns its `SUMMARY`.

    Raises `VersionOutdated` where there is a newer one than its base.
    """
    current = connection.scalar(newest_version(job_id))
    if current != new.base:
        raise VersionOutdated(current or MACHINE)
    past = update(VersionRow).where(VersionRow.job_id == job_id, VersionRow.changes.is_not(None))
    connection.execute(past.values(changes=None))
    values = {"job_id": job_id, "number": new.base + 1, "count": len(new.operations), "created_at": now()}
    stored = {name: list(getattr(new, name)) for name in ("operations", "inverse", "changes")}
    made = {"key_id": new.key_id, "redo": new.redo and new.redo.to_dict()}
    return connection.execute(insert(VersionRow).values(**values, **stored, **made).returning(*SUMMARY)).one()
