"""Indexes that are away while a table is filled."""

from sqlalchemy import Connection, text

_SQLITE = text(
    "SELECT name, sql FROM sqlite_master "
    "WHERE type = 'index' AND sql IS NOT NULL AND tbl_name IN ('jobs', 'searchable')"
)
_POSTGRESQL = text(
    "SELECT indexname AS name, indexdef AS sql FROM pg_indexes "
    "WHERE schemaname = current_schema() AND tablename IN ('jobs', 'searchable') "
    "AND indexname NOT IN (SELECT conname FROM pg_constraint)"
)


def drop_indexes(connection: Connection) -> list[str]:
    """Drop those that are no constraint's own; returns the statements that make them again."""
    question = _SQLITE if connection.dialect.name == "sqlite" else _POSTGRESQL
    found = connection.execute(question).all()
    for index in found:
        connection.execute(text(f'DROP INDEX "{index.name}"'))
    return [index.sql for index in found]
