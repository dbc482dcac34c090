"""Claiming, keeping and giving back rows, the same for jobs and chunks."""

from typing import Any

from sqlalchemy import ColumnElement, Connection, Executable, Row, select, update

from stt.core.database import now
from stt.domain.claim import Claim
from stt.domain.errors import ClaimLost
from stt.repositories.models import ChunkRow, JobRow

LOOKAHEAD = 100
"""Rows, from the best on, among which one with further conditions is looked for."""


def claim_best(
    connection: Connection,
    table: type[JobRow] | type[ChunkRow],
    worker_id: str,
    lease_seconds: float,
    *among: ColumnElement[bool],
    **changes: Any,
) -> Row[Any] | None:
    """Take the best claimable row in one statement, or `None` if there is none.

    With further conditions, `among`, it is the best of the first `LOOKAHEAD` that meets them: looking through a million
    rows that do not would take longer than what is looked for.
    A consumer that died holding a row shows as a row whose lease ran out; it is taken like any other.
    """
    ranked = select(table.id).where(table.available_at <= now()).order_by(table.rank, table.available_at)
    eligible = ranked.where(table.id.in_(ranked.limit(LOOKAHEAD).subquery().select()), *among) if among else ranked
    best = eligible.limit(1).with_for_update(skip_locked=True).scalar_subquery()
    statement = (
        update(table)
        .where(table.id == best)
        .values(
            attempt=table.attempt + 1,
            tries=table.tries + 1,
            worker_id=worker_id,
            available_at=now() + lease_seconds,
            **changes,
        )
        .returning(table)
    )
    return connection.execute(statement).one_or_none()


def held_by(table: type[JobRow] | type[ChunkRow], claim: Claim) -> ColumnElement[bool]:
    """The fence: true only while `claim` is the latest on its row and the row is still work."""
    return (table.id == claim.row_id) & (table.attempt == claim.attempt) & table.available_at.is_not(None)


def write_fenced(connection: Connection, statement: Executable) -> None:
    """Run an UPDATE that carries `held_by`.

    Raises:
        ClaimLost: it changed nothing, so somebody else holds the row, or it was cancelled.
    """
    if connection.execute(statement).rowcount != 1:
        raise ClaimLost


def keep(connection: Connection, table: type[JobRow] | type[ChunkRow], claim: Claim, lease_seconds: float) -> None:
    """Heartbeat: hold the row for another lease; raises `ClaimLost`."""
    statement = update(table).where(held_by(table, claim)).values(available_at=now() + lease_seconds)
    write_fenced(connection, statement)


def give_back(
    connection: Connection,
    table: type[JobRow] | type[ChunkRow],
    claim: Claim,
    *,
    delay_seconds: float,
    counted: bool,
    **changes: Any,
) -> None:
    """Let another attempt have the row after a delay; an attempt that is not `counted` costs no try."""
    tries = table.tries if counted else table.tries - 1
    statement = (
        update(table).where(held_by(table, claim)).values(available_at=now() + delay_seconds, tries=tries, **changes)
    )
    write_fenced(connection, statement)


def age_waiting(
    connection: Connection, table: type[JobRow] | type[ChunkRow], waiting_seconds: float, limit: int
) -> None:
    """Move what has waited that long one rank forward, so that a stream of short jobs cannot starve a long one."""
    waiting = (
        select(table.id)
        .where(table.available_at <= now() - waiting_seconds)
        .order_by(table.available_at)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    # The wait starts anew with the new rank.
    connection.execute(update(table).where(table.id.in_(waiting)).values(rank=table.rank - 1, available_at=now()))
