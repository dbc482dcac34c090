"""What several tests of the worker stand on."""

import pytest

from tests.fresh_tables import sqlite_with_tables


@pytest.fixture
async def database(tmp_path):
    database = await sqlite_with_tables(tmp_path / "stt.db")
    yield database
    await database.close()
