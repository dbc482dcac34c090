"""The terms by which jobs are found: FTS5 on SQLite, a `tsvector` on PostgreSQL."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    ARRAY,
    Connection,
    Integer,
    Select,
    Text,
    bindparam,
    cast,
    func,
    insert,
    literal,
    literal_column,
    select,
    text,
    update,
)
from sqlalchemy.dialects.postgresql import TSQUERY

from stt.domain.access.owner import Owner
from stt.domain.text.search import Query, owner_term
from stt.repositories.tables.jobs import SearchRow


def enter(connection: Connection, job_id: str, terms: Sequence[str]) -> None:
    """Let a job be found by these terms and no others any more."""
    written = _written(connection, terms)
    changing = update(SearchRow).where(SearchRow.job_id == job_id).values(terms=_value(connection))
    if not connection.execute(changing, {"written": written}).rowcount:
        enter_new(connection, {job_id: terms})


def enter_new(connection: Connection, terms: Mapping[str, Sequence[str]]) -> None:
    """The same of jobs that were just made, by their ids."""
    if terms:
        rows = [{"job_id": job_id, "written": _written(connection, found_by)} for job_id, found_by in terms.items()]
        connection.execute(insert(SearchRow).values(terms=_value(connection)), rows)


@dataclass(frozen=True)
class Place:
    """Where the entries that match to the letter, or those that match otherwise, are looked through: below a number."""

    exactly: bool = True
    before: int = 2**62


def matching(connection: Connection, owner: Owner, query: Query, place: Place, limit: int) -> Select[int, str]:
    """The next of an owner's entries, newest first: their `number` and `job_id`."""
    entries = select(SearchRow.number, SearchRow.job_id).order_by(SearchRow.number.desc())
    if connection.dialect.name == "postgresql":
        wanted = cast(literal(_tsquery(owner, query, place.exactly)), TSQUERY)
        return entries.where(SearchRow.terms.op("@@")(wanted), SearchRow.number < place.before).limit(limit)
    # FTS5 finds in the order of its rows, and is left as soon as there are enough.
    matches = text("search_terms MATCH :wanted").bindparams(wanted=_fts5(owner, query, place.exactly))
    row = literal_column("rowid", Integer)
    newest = select(row.label("number")).select_from(text("search_terms")).where(matches, row < place.before)
    found = newest.order_by(row.desc()).limit(limit).subquery()
    return entries.join(found, found.c.number == SearchRow.number)


def _written(connection: Connection, terms: Sequence[str]) -> str | list[str]:
    return " ".join(terms) if connection.dialect.name == "sqlite" else list(terms)


def _value(connection: Connection) -> Any:
    """What is stored of `written`."""
    if connection.dialect.name == "sqlite":
        return bindparam("written")
    return func.array_to_tsvector(bindparam("written", type_=ARRAY(Text)))


def _fts5(owner: Owner, query: Query, exactly: bool) -> str:
    every = " AND ".join(f'"{term}"' for term in (owner_term(owner), *query.terms))
    exact = " AND ".join(f'"{term}"' for term in query.exact)
    return f"{every} AND {exact}" if exactly else f"({every}) NOT ({exact})"


def _tsquery(owner: Owner, query: Query, exactly: bool) -> str:
    # No term has a quotation mark or a backslash: they are made of letters, digits, marks and signs of ours.
    every = " & ".join(f"'{term}'" for term in (owner_term(owner), *query.terms))
    exact = " & ".join(f"'{term}'" for term in query.exact)
    return f"{every} & {exact}" if exactly else f"{every} & !({exact})"
