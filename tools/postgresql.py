"""Databases of one's own on a PostgreSQL server, for tests and benchmarks."""

import contextlib
import uuid
from collections.abc import Iterator
from urllib.parse import urlsplit

import psycopg
from psycopg import sql


@contextlib.contextmanager
def fresh_database(url: str) -> Iterator[str]:
    """URL of an empty database on the server of `url`; removed afterwards, whoever is still connected."""
    name = f"test_{uuid.uuid4().hex}"
    _administer(url, "CREATE DATABASE {}", name)
    try:
        yield urlsplit(url)._replace(path=f"/{name}").geturl()
    finally:
        _administer(url, "DROP DATABASE {} WITH (FORCE)", name)


def _administer(url: str, statement: str, name: str) -> None:
    # A connection for each: tests stop the server in between.
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(sql.SQL(statement).format(sql.Identifier(name)))
