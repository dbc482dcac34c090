"""Whose turn it is: how far back a new job stands for the sake of other owners."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, func, select

from stt.domain.access.owner import Owner
from stt.domain.jobs.claim import ranks_behind
from stt.repositories.tables.jobs import JobRow, KeyRow

MOST_COUNTED = 4096
"""Open jobs of an owner beyond which it makes no difference how many there are: twelve ranks are enough behind."""


class Turns:
    """The places of the jobs that are stored in one transaction.

    Where there are no keys everybody is the same owner, and jobs keep the places that they have by themselves.
    """

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._there_are_owners = bool(connection.scalar(select(select(KeyRow.id).exists())))
        self._open: dict[Owner, int] = {}

    def taken(self, values: Mapping[str, Any]) -> dict[str, Any]:
        """A job's row with its place in it."""
        if not self._there_are_owners:
            return dict(values)
        owner = values["owner"]
        counted = self._open.get(owner)
        if counted is None:
            counted = self._counted(owner)
        self._open[owner] = counted + 1
        behind = ranks_behind(counted)
        return {**values, "ranks_behind": behind, "rank": values["rank"] + behind}

    def _counted(self, owner: Owner) -> int:
        some = select(JobRow.id).where(JobRow.owner == owner, JobRow.completed_at.is_(None)).limit(MOST_COUNTED)
        return self._connection.scalar(select(func.count()).select_from(some.subquery())) or 0
