"""What several tests of the worker stand on."""

import pytest

from stt.core.database import Database
from stt.repositories.schema import init_db


@pytest.fixture
async def database(tmp_path):
    database = Database(f"sqlite:///{tmp_path / 'stt.db'}")
    await init_db(database)
    yield database
    await database.close()
