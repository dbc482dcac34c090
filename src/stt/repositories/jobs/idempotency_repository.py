"""Idempotency keys: held by the request that runs, kept with its answer, let go."""

from dataclasses import asdict
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, delete, null, select, tuple_, update

from stt.core.database import Database, now
from stt.domain.jobs.idempotency import KEPT_SECONDS, LEASE_SECONDS, Answer, Kept, KeyInUse, Reservation
from stt.repositories.tables.idempotency import IdempotencyKeyRow

AT_ONCE = 500


class IdempotencyRepository:
    """The `idempotency_keys` table; every method raises `DatabaseUnavailable` while the database is away."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def reserve(self, reservation: Reservation) -> Kept | None:
        """Hold a key that is free, or has lapsed; what the request was answered that had it before, if it was.

        Raises `KeyInUse` while another request holds it.
        """
        named = {"owner": reservation.owner, "key": reservation.key}
        held: dict[str, Any] = {"token": reservation.token, "until": now() + LEASE_SECONDS}
        emptied = {**held, **dict.fromkeys(("job_id", "fingerprint", "answer"), null())}
        row = IdempotencyKeyRow
        taken = (
            self._database.insert(row)
            .values(**named, **held)
            .on_conflict_do_update(index_elements=[row.owner, row.key], set_=emptied, where=row.until < now())
            .returning(row.token)
        )
        there = select(row).where(row.owner == reservation.owner, row.key == reservation.key)

        def reserve(connection: Connection) -> Kept | None:
            if connection.scalar(taken) is not None:
                return None
            found = connection.execute(there).one()
            if found.job_id is None:
                raise KeyInUse
            return Kept(found.fingerprint, Answer(**found.answer))

        return await self._database.write(reserve)

    async def renew(self, reservation: Reservation) -> None:
        """The request still runs."""
        longer = update(IdempotencyKeyRow).where(_held(reservation)).values(until=now() + LEASE_SECONDS)
        await self._database.write(lambda connection: connection.execute(longer))

    async def release(self, reservation: Reservation) -> bool:
        """Let go of a key; whether it was still held: once a job was made, the key is kept."""
        statement = delete(IdempotencyKeyRow).where(_held(reservation))
        return await self._database.write(lambda connection: connection.execute(statement).rowcount > 0)

    async def forget(self) -> int:
        """Remove some of what has lapsed; how many."""
        row = IdempotencyKeyRow
        some = select(row.owner, row.key).where(row.until < now()).limit(AT_ONCE)
        # The time again: a key may be taken by another request meanwhile.
        statement = delete(row).where(tuple_(row.owner, row.key).in_(some), row.until < now())
        return await self._database.write(lambda connection: connection.execute(statement).rowcount)


def hold(connection: Connection, reservation: Reservation) -> None:
    """Return if the request still has its key, which nobody takes then before the transaction ends.

    Raises `KeyInUse` where it lapsed and is another's.
    """
    statement = select(IdempotencyKeyRow.token).where(_held(reservation)).with_for_update()
    if connection.scalar(statement) is None:
        raise KeyInUse


def keep(connection: Connection, reservation: Reservation, job_id: str, kept: Kept) -> None:
    """Keep the answer for whoever sends the request again."""
    values = {"job_id": job_id, "fingerprint": kept.fingerprint, "answer": asdict(kept.answer)}
    held = update(IdempotencyKeyRow).where(_held(reservation))
    connection.execute(held.values(**values, until=now() + KEPT_SECONDS))


def forget_job(connection: Connection, job_id: str) -> None:
    """Remove what the request was answered that made a job: it says how the job was asked for."""
    connection.execute(delete(IdempotencyKeyRow).where(IdempotencyKeyRow.job_id == job_id))


def _held(reservation: Reservation) -> ColumnElement[bool]:
    row = IdempotencyKeyRow
    mine = (row.owner == reservation.owner, row.key == reservation.key, row.token == reservation.token)
    return and_(*mine, row.job_id.is_(None))
