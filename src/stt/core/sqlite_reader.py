"""Questions to SQLite that wait for nothing: one row by its primary key."""

import sqlite3
from collections import namedtuple
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

from sqlalchemy import URL, Select
from sqlalchemy.dialects import sqlite

_DIALECT = sqlite.dialect(paramstyle="named")


class SqliteReader:
    """A connection that never waits, and between two questions holds no lock.

    What SQLAlchemy does around a statement takes as long again as SQLite's answer. So each question is compiled once,
    and asked of the driver itself.
    """

    def __init__(self, url: URL) -> None:
        (place, *_), options = _DIALECT.create_connect_args(url)
        self._connection = sqlite3.connect(place, **{**options, "timeout": 0, "isolation_level": None})
        self._connection.execute("PRAGMA query_only=ON")
        self._questions: dict[Select[Any], _Question] = {}

    def row(self, statement: Select[Any], values: Mapping[str, str]) -> Any:
        """The row, its columns as attributes, or `None`; raises `sqlite3.Error`, also where it would have to wait."""
        question = self._questions.get(statement) or self._questions.setdefault(statement, _Question.of(statement))
        cursor = self._connection.execute(question.sql, values)
        found = cursor.fetchone()
        cursor.close()  # which gives the lock back
        return found and question.read(found)

    def close(self) -> None:
        """Close the connection."""
        self._connection.close()


class _Question(NamedTuple):
    """A statement as the driver takes it, and how its answer is read."""

    sql: str
    make: Callable[..., Any]
    decoders: Sequence[tuple[int, Callable[[Any], Any]]]
    """Of the columns that SQLite keeps in another form than Python has them, by their number."""

    @classmethod
    def of(cls, statement: Select[Any]) -> "_Question":
        columns = list(statement.selected_columns)
        decoders = [column.type.dialect_impl(_DIALECT).result_processor(_DIALECT, None) for column in columns]
        named = namedtuple("named", [column.key for column in columns])  # type: ignore[misc]
        return cls(
            str(statement.compile(dialect=_DIALECT)),
            named._make,
            [(number, decoder) for number, decoder in enumerate(decoders) if decoder is not None],
        )

    def read(self, found: Sequence[Any]) -> Any:
        values = list(found)
        for number, decode in self.decoders:
            values[number] = decode(values[number])
        return self.make(values)
