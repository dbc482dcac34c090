"""Claiming, keeping and giving back rows, the same for jobs and chunks."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import ColumnElement, Connection, Double, Executable, Row, and_, bindparam, case, not_, select, update
from sqlalchemy.orm import QueryableAttribute
from sqlalchemy.sql.dml import ReturningUpdate
from sqlalchemy.sql.elements import TextClause

from stt.core.database import now
from stt.domain.errors import ClaimLost
from stt.domain.jobs.claim import DEATHS_AT_ONCE, LONGEST_LEASE_SECONDS, Claim, patient_lease
from stt.repositories.tables.jobs import Claimable

LOOKAHEAD = 100
"""Rows, from the best on, among which one with further conditions is looked for."""


def claim_of(
    table: type[Claimable],
    *among: ColumnElement[bool] | TextClause,
    indexed: bool = False,
    **changes: Any,
) -> ReturningUpdate[Any]:
    """The statement for `claim_best`: to make it anew for every claim costs more than to carry it out.

    With further conditions, `among`, that no index answers, it takes the best of the first `LOOKAHEAD` that meets them:
    looking through a million rows that do not would take longer than what is looked for. `changes` are made to the row
    besides.
    """
    ranked = select(table.id).where(*_is_due(table)).order_by(table.rank, table.available_at)
    best_few = () if indexed or not among else (table.id.in_(ranked.limit(LOOKAHEAD).subquery().select()),)
    eligible = ranked.where(*best_few, *among)
    best = eligible.limit(1).with_for_update(skip_locked=True).scalar_subquery()
    return (
        update(table)
        .where(table.id == best)
        .values(
            attempt=table.attempt + 1,
            worker_id=bindparam("worker"),
            available_at=now()
            + case(
                (table.attempt - table.outcomes >= DEATHS_AT_ONCE, bindparam("patient_lease", type_=Double)),
                else_=bindparam("lease", type_=Double),
            ),
            **changes,
        )
        .returning(table)
    )


def _is_due(table: type[Claimable]) -> tuple[ColumnElement[bool], ...]:
    """Whether the moment has come, by a clock that may be set back or forth at any time.

    Set forth, it ends leases early, and those who still hold them notice at their next heartbeat; set back, it would
    keep everything waiting until it is where it was.
    """
    is_free = table.attempt == table.outcomes
    farthest = case((is_free, table.longest_delay), else_=LONGEST_LEASE_SECONDS)
    is_ahead = and_(table.available_at > now(), table.available_at <= now() + farthest)
    # The index holds what is not NULL, and has to be told that nothing else is looked for.
    return table.available_at.is_not(None), not_(is_ahead)


def long_ago(moment: QueryableAttribute[float | None], seconds: float) -> ColumnElement[bool]:
    """Whether it lies so many seconds back, or, by a clock that was set back since, in the future."""
    return not_(and_(moment > now() - seconds, moment <= now()))


def claim_best(
    connection: Connection, claiming: Executable, worker_id: str, lease_seconds: float, **values: float
) -> Row[Any] | None:
    """Take the best claimable row in one statement, a `claim_of` its table, or `None` if there is none.

    A consumer that died holding a row shows as a row whose lease ran out; it is taken like any other.
    """
    leases = {"lease": lease_seconds, "patient_lease": patient_lease(lease_seconds)}
    return connection.execute(claiming, {"worker": worker_id, **leases, **values}).one_or_none()


def held_by(table: type[Claimable], claim: Claim) -> ColumnElement[bool]:
    """The fence: true only while `claim` is the latest on its row and the row is still work."""
    return _held(table, claim.row_id, claim.attempt)


def fence(table: type[Claimable]) -> ColumnElement[bool]:
    """The same for a statement that is made once, and run with the values of `fenced_by`."""
    return _held(table, bindparam("held_row"), bindparam("held_attempt"))


def fenced_by(claim: Claim) -> dict[str, Any]:
    """Values for a `fence`."""
    return {"held_row": claim.row_id, "held_attempt": claim.attempt}


def _held(table: type[Claimable], row_id: Any, attempt: Any) -> ColumnElement[bool]:
    return and_(table.id == row_id, table.attempt == attempt, table.available_at.is_not(None))


def write_fenced(connection: Connection, statement: Executable, values: Mapping[str, Any] | None = None) -> None:
    """Run an UPDATE that carries `held_by`, or a `fence` and its values.

    Raises:
        ClaimLost: it changed nothing, so somebody else holds the row, or it was cancelled.
    """
    if connection.execute(statement, values).rowcount != 1:
        raise ClaimLost


def afresh(table: type[Claimable]) -> dict[str, Any]:
    """Values for a row at a stage that nobody has tried yet."""
    return {"tries": 0, "outcomes": table.attempt}
