"""What is done to a row that is work, whatever the work is."""

from collections.abc import Collection, Mapping
from typing import Any, ClassVar

from sqlalchemy import Connection, select, update

from stt.core.database import Database, now
from stt.domain.jobs.claim import DEATHS_AT_ONCE, Claim, patient_lease
from stt.repositories.statements.claims import held_by, write_fenced
from stt.repositories.tables.jobs import Claimable


class ClaimableRepository:
    """A table of rows that are work; every method raises `DatabaseUnavailable` while the database is away."""

    table: ClassVar[type[Claimable]]

    def __init__(self, database: Database) -> None:
        self._database = database

    async def keep(self, claim: Claim, lease_seconds: float) -> None:
        """Heartbeat: hold the row for another lease; raises `ClaimLost`."""
        lease = patient_lease(lease_seconds) if claim.deaths >= DEATHS_AT_ONCE else lease_seconds
        await self._write_held(claim, {"available_at": now() + lease})

    async def void(self, claims: Collection[Claim]) -> set[Claim]:
        """Those of the claims that hold no more: somebody else has the row, or it is no work any more."""
        asked = {(claim.row_id, claim.attempt): claim for claim in claims}
        rows = self.table.id.in_([row_id for row_id, _ in asked])
        statement = select(self.table.id, self.table.attempt).where(rows, self.table.available_at.is_not(None))
        held = await self._database.read(lambda connection: connection.execute(statement).all())
        return set(asked.values()) - {asked[row.id, row.attempt] for row in held if (row.id, row.attempt) in asked}

    async def give_back(
        self, claim: Claim, *, delay_seconds: float, counted: bool, reason: str, **changes: object
    ) -> None:
        """Let another attempt have the row after a delay; an attempt that is not `counted` costs no try.

        Raises `ClaimLost`.
        """
        ended = {
            "available_at": now() + delay_seconds,
            "outcomes": self.table.outcomes + 1,
            "tries": self.table.tries + int(counted),
            "error_message": reason,
        }
        await self._write_held(claim, ended | self._given_back(int(counted)) | changes)

    def _given_back(self, failures: int, /) -> dict[str, Any]:
        """Values besides of a row that is given back after so many failures, 0 or 1."""
        raise NotImplementedError

    async def age(self, waiting_seconds: float, limit: int) -> None:
        """Move what has waited that long one rank forward, so that a stream of short jobs cannot starve a long one."""
        waiting = (
            select(self.table.id)
            .where(self.table.available_at <= now() - waiting_seconds)
            .order_by(self.table.available_at)
            .limit(limit)
            .with_for_update(skip_locked=True)
        )
        # The wait starts anew with the new rank.
        forward = update(self.table).where(self.table.id.in_(waiting))
        forward = forward.values(rank=self.table.rank - 1, available_at=now())
        await self._database.write(lambda connection: connection.execute(forward))

    async def _write_held(self, claim: Claim, values: Mapping[str, Any]) -> None:
        statement = update(self.table).where(held_by(self.table, claim)).values(**values)

        def write(connection: Connection) -> None:
            write_fenced(connection, statement)

        await self._database.write(write)
