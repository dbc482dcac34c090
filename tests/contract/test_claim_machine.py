"""Workers that die, pause, wake up, race and give up, in any order Hypothesis can think of."""

import asyncio
import os

import pytest
from hypothesis import settings
from hypothesis.stateful import run_state_machine_as_test
from sqlalchemy import Integer, bindparam, update

from stt.core.database import Database
from stt.repositories.jobs import chunk_repository, job_repository
from stt.repositories.schema import drop_db, init_db
from stt.repositories.statements import claimable, claims
from stt.repositories.tables.jobs import ChunkRow
from tests.contract.claim_machine import Claims

EXAMPLES = int(os.environ.get("STT_CHAOS_EXAMPLES", "8"))
STEPS = 30


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request, tmp_path):
    """Of a database with the tables in it."""
    if request.param == "sqlite":
        url = f"sqlite:///{tmp_path / 'stt.db'}"
    else:
        url = request.getfixturevalue("postgres_database").replace("postgresql://", "postgresql+psycopg://")

    async def make():
        database = Database(url)
        await drop_db(database)
        await init_db(database)
        await database.close()

    asyncio.run(make())
    return url


def test_no_order_of_deaths_pauses_and_ends_loses_or_doubles_anything(url):
    steps = settings(max_examples=EXAMPLES, stateful_step_count=STEPS)
    run_state_machine_as_test(lambda: Claims(url), settings=steps)


def test_the_machine_notices_when_the_fence_is_off(monkeypatch, url):
    def unfenced(table, claim):
        return (table.id == claim.row_id) & table.available_at.is_not(None)

    for module in (claims, claimable, chunk_repository, job_repository):
        monkeypatch.setattr(module, "held_by", unfenced)
    any_attempt = (ChunkRow.id == bindparam("held_row")) & (bindparam("held_attempt", type_=Integer) > 0)
    settle = update(ChunkRow).where(any_attempt, ChunkRow.available_at.is_not(None))
    monkeypatch.setattr(chunk_repository, "_SETTLE", settle.values(available_at=None))
    machine = Claims(url)
    try:
        machine.prepare(count=1)
        asleep = machine.claim_chunk()
        machine.lease_runs_out(work=asleep)
        assert machine.claim_chunk() != asleep
        with pytest.raises(pytest.fail.Exception, match="DID NOT RAISE"):
            machine.settle(work=asleep, heard=True)
    finally:
        machine.teardown()
