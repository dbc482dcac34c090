"""Every row of a SQLite database in another database, to the last character."""

from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import (
    ARRAY,
    JSON,
    Column,
    ColumnElement,
    Connection,
    Row,
    Select,
    Table,
    Text,
    bindparam,
    cast,
    func,
    insert,
    select,
    text,
    tuple_,
    type_coerce,
)

from stt.core.database import Base
from stt.domain.errors import DatabaseUnusable, InvalidRequest
from stt.repositories.tables.jobs import SearchRow
from stt.repositories.tables.uploads import UploadRow

AT_ONCE = 500
_TERMS = SearchRow.__table__.c.terms
"""The one column that is something else on PostgreSQL than on SQLite."""


def fill(target: Connection, source: Connection, place: str) -> None:
    """Have every row of `source` in `target`, which is at `place`, and read all of them back.

    Raises:
        InvalidRequest: there are rows in it already, and others than these.
        DatabaseUnusable: what was written reads otherwise.
    """
    was_empty = _is_empty(target)
    if was_empty:
        _copy_rows(source, target)
    table = _difference(source, target)
    if table and was_empty:
        raise DatabaseUnusable(f"What was written to {place} reads otherwise, in the table {table}; nothing was moved.")
    if table:
        raise InvalidRequest(
            f"{place} is not empty, and what it holds is not this database (table {table}). Move into an empty one."
        )


def _is_empty(connection: Connection) -> bool:
    return all(connection.execute(select(table).limit(1)).first() is None for table in Base.metadata.sorted_tables)


def _copy_rows(source: Connection, target: Connection) -> None:
    """Copy all of them, and count on from the same numbers."""
    for table in Base.metadata.sorted_tables:
        entering = insert(table).values({column: _entered(column) for column in table.columns})
        for rows in _batches(source, table):
            target.execute(entering, [_named(table, row) for row in rows])
    _count_on(source, target)


def _difference(source: Connection, target: Connection) -> str | None:
    """The first table in which a row of one is not, or is another, in the other; `None` if they are the same."""
    for table in Base.metadata.sorted_tables:
        if source.scalar(_moved(table, func.count())) != target.scalar(select(func.count()).select_from(table)):
            return table.name
        keys = list(table.primary_key)
        places = [list(table.columns).index(key) for key in keys]
        for rows in _batches(source, table):
            wanted = [tuple(row[place] for place in places) for row in rows]
            found = target.execute(select(*map(_exact, _compared(table))).where(tuple_(*keys).in_(wanted)))
            if {tuple(row) for row in found} != {tuple(_values(table, row)) for row in rows}:
                return table.name
    return None


def _batches(source: Connection, table: Table) -> Iterator[Sequence[Row[Any]]]:
    found = source.execute(_moved(table, *map(_raw, table.columns)).execution_options(yield_per=AT_ONCE))
    yield from found.partitions(AT_ONCE)


def _moved(table: Table, *columns: ColumnElement[Any]) -> Select[Any]:
    """Of the rows that are copied: uploads that are not whole are left behind with what came of them."""
    finished = (UploadRow.finished_at.is_not(None),) if table is UploadRow.__table__ else ()
    return select(*columns).select_from(table).where(*finished)


def _raw(column: Column[Any]) -> ColumnElement[Any]:
    """What SQLite has of a column: the text of a document, not what it says, since that could be written otherwise."""
    return type_coerce(column, Text).label(column.name) if isinstance(column.type, JSON) else column


def _exact(column: Column[Any]) -> ColumnElement[Any]:
    return cast(column, Text) if isinstance(column.type, JSON) else column


def _entered(column: Column[Any]) -> Any:
    """What is entered into a column, of what was read of it."""
    if column is _TERMS:
        return func.array_to_tsvector(func.string_to_array(bindparam(column.name, type_=Text), " "), type_=ARRAY(Text))
    if isinstance(column.type, JSON):
        return cast(bindparam(column.name, type_=Text), JSON)
    return bindparam(column.name, type_=column.type)


def _named(table: Table, row: Row[Any]) -> dict[str, Any]:
    return {column.name: value for column, value in zip(table.columns, row, strict=True)}


def _compared(table: Table) -> list[Column[Any]]:
    return [column for column in table.columns if column is not _TERMS]


def _values(table: Table, row: Row[Any]) -> Iterator[Any]:
    return (value for column, value in zip(table.columns, row, strict=True) if column is not _TERMS)


def _count_on(source: Connection, target: Connection) -> None:
    """Numbers that rows once had are not given again, though those rows are gone."""
    for name, last in source.execute(text("SELECT name, seq FROM sqlite_sequence")):
        table = Base.metadata.tables[name]
        [key] = table.primary_key
        sequence = func.pg_get_serial_sequence(table.name, key.name)
        target.execute(select(func.setval(sequence, last)))
