"""Workers that die, pause, wake up, race and give up, in any order Hypothesis can think of."""

import asyncio
import functools
import shutil
import tempfile
from pathlib import Path

import pytest
from hypothesis import Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    initialize,
    invariant,
    multiple,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import Integer, bindparam, update

from stt.core.database import Database
from stt.domain.access.owner import ANONYMOUS
from stt.domain.errors import ClaimLost
from stt.domain.jobs.chunk import ChunkPlan, Span
from stt.domain.jobs.job import JobStatus
from stt.repositories import chunk_repository, job_repository
from stt.repositories.chunk_repository import ChunkRepository
from stt.repositories.job_repository import JobRepository
from stt.repositories.new_jobs import NewJob
from stt.repositories.schema import init_db
from stt.repositories.statements import claimable, claims
from stt.repositories.tables.jobs import ChunkRow, JobRow


@functools.cache
def empty_database():
    """A file with the tables in it, to be copied: migrating anew for every example would take most of the time."""
    path = Path(tempfile.mkdtemp()) / "stt.db"

    async def make():
        database = Database(f"sqlite:///{path}")
        await init_db(database)
        await database.close()

    asyncio.run(make())
    return path


class Claims(RuleBasedStateMachine):
    """One job of a few chunks; the model knows which claim is the latest on each row and what is settled."""

    held = Bundle("held")
    merges = Bundle("merges")

    def __init__(self):
        super().__init__()
        self.runner = asyncio.Runner()
        self.directory = tempfile.TemporaryDirectory()
        self.database = Database(f"sqlite:///{shutil.copy(empty_database(), self.directory.name)}")
        self.jobs, self.chunks = JobRepository(self.database), ChunkRepository(self.database)
        self.latest = {}
        self.settled = set()
        self.merge_due = self.ended = False

    def do(self, coroutine):
        return self.runner.run(coroutine)

    def teardown(self):
        self.do(self.database.close())
        self.runner.close()
        self.directory.cleanup()

    @initialize(count=st.integers(1, 4))
    def prepare(self, count):
        self.count = count
        self.do(self.jobs.add(NewJob(ANONYMOUS, "j", "f", "k", "vi", "demo")))
        job, claim = self.do(self.jobs.claim("w", 60))
        for index in range(count):
            span = Span(index * 10.0, index * 10.0 + 10)
            self.do(self.chunks.add(claim, job, ChunkPlan(index, span, span, (span,)), "k"))
        self.do(self.jobs.finish_prepare(claim, duration=count * 10.0, chunks_total=count, broke_off=None))

    @rule(target=held)
    def claim_chunk(self):
        got = self.do(self.chunks.claim("w", 60))
        if got is None:
            return multiple()
        chunk, _, claim = got
        assert not self.ended
        assert chunk.chunk_id not in self.settled
        self.latest[chunk.chunk_id] = claim
        return chunk, claim

    @rule(target=merges)
    def claim_merge(self):
        got = self.do(self.jobs.claim("w", 60))
        if got is None:
            return multiple()
        assert self.merge_due
        assert not self.ended
        self.latest["j"] = got[1]
        return got[1]

    @rule(work=held)
    def complete(self, work):
        chunk, claim = work
        if self.lost(chunk.chunk_id, claim):
            self.must_lose(self.chunks.complete(chunk, claim, [], []))
            return
        last = self.do(self.chunks.complete(chunk, claim, [], []))
        self.settled.add(chunk.chunk_id)
        assert last == (len(self.settled) == self.count)
        self.merge_due = self.merge_due or last

    @rule(work=held)
    def heartbeat(self, work):
        chunk, claim = work
        if self.lost(chunk.chunk_id, claim):
            self.must_lose(self.chunks.keep(claim, 60))
        else:
            self.do(self.chunks.keep(claim, 60))

    @rule(work=held, counted=st.booleans())
    def give_back(self, work, counted):
        chunk, claim = work
        giving = self.chunks.give_back(claim, delay_seconds=0, counted=counted, reason="?")
        if self.lost(chunk.chunk_id, claim):
            self.must_lose(giving)
        else:
            self.do(giving)

    @rule(work=held)
    def lease_runs_out(self, work):
        self.expire(ChunkRow, work[0].chunk_id)

    @rule(claim=merges)
    def merge_lease_runs_out(self, claim):
        self.expire(JobRow, "j")

    @rule(claim=merges)
    def finish(self, claim):
        if self.lost("j", claim):
            self.must_lose(self.jobs.complete(claim, "r"))
            return
        self.do(self.jobs.complete(claim, "r"))
        self.ended = True

    @rule()
    def cancel(self):
        assert self.do(self.jobs.cancel(ANONYMOUS, "j")) == (not self.ended)
        self.ended = True

    @invariant()
    def counters_tell_the_truth(self):
        if not hasattr(self, "count"):
            return
        job = self.do(self.jobs.get(ANONYMOUS, "j"))
        assert job.chunks_completed == len(self.settled)
        assert job.seconds_done == 10.0 * len(self.settled)
        assert job.status.is_terminal == self.ended
        if job.status is JobStatus.COMPLETED:
            assert len(self.settled) == self.count

    def lost(self, row_id, claim):
        return self.ended or row_id in self.settled or self.latest[row_id] != claim

    def must_lose(self, coroutine):
        with pytest.raises(ClaimLost):
            self.do(coroutine)

    def expire(self, table, row_id):
        held = update(table).where(table.id == row_id, table.available_at.is_not(None))
        self.do(self.database.write(lambda connection: connection.execute(held.values(available_at=0.0))))


Claims.TestCase.settings = settings(max_examples=25, stateful_step_count=30)
TestClaims = Claims.TestCase


def test_the_machine_notices_when_the_fence_is_off(monkeypatch):
    def unfenced(table, claim):
        return (table.id == claim.row_id) & table.available_at.is_not(None)

    for module in (claims, claimable, chunk_repository, job_repository):
        monkeypatch.setattr(module, "held_by", unfenced)
    any_attempt = (ChunkRow.id == bindparam("held_row")) & (bindparam("held_attempt", type_=Integer) > 0)
    settle = update(ChunkRow).where(any_attempt, ChunkRow.available_at.is_not(None))
    monkeypatch.setattr(chunk_repository, "_SETTLE", settle.values(available_at=None))
    quick = settings(max_examples=200, stateful_step_count=30, phases=[Phase.generate])
    with pytest.raises((AssertionError, pytest.fail.Exception)):
        run_state_machine_as_test(Claims, settings=quick)
