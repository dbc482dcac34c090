"""A model of what claims may do, whose steps Hypothesis chooses: claim, heartbeat, settle, fail, expire, deliver."""

import asyncio
from datetime import UTC, datetime

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    initialize,
    invariant,
    multiple,
    rule,
)
from sqlalchemy import delete, select, update

from stt.core.database import Base, Database
from stt.domain.access.owner import ANONYMOUS
from stt.domain.errors import ClaimLost
from stt.domain.events.event import EventKind
from stt.domain.events.webhook import Attempt, DeliveryStatus, new_secret
from stt.domain.jobs.chunk import ChunkPlan, Span
from stt.domain.jobs.job import JobStatus
from stt.repositories.jobs.chunk_repository import ChunkRepository
from stt.repositories.jobs.job_repository import JobRepository
from stt.repositories.jobs.new_jobs import NewJob
from stt.repositories.messages.delivery_repository import DeliveryRepository
from stt.repositories.messages.event_repository import EventRepository
from stt.repositories.messages.webhook_repository import WebhookRepository
from stt.repositories.tables.jobs import ChunkRow, JobRow
from stt.repositories.tables.webhooks import DeliveryRow

URL = "https://hooks.example/stt"


class Claims(RuleBasedStateMachine):
    """One job of a few chunks, whose end a webhook is told.

    The model knows which claim is the latest on each row, what is settled and what is delivered.
    """

    held = Bundle("held")
    merges = Bundle("merges")
    messages = Bundle("messages")

    def __init__(self, url):
        super().__init__()
        self.runner = asyncio.Runner()
        self.database = Database(url)
        self.jobs, self.chunks = JobRepository(self.database), ChunkRepository(self.database)
        self.deliveries, self.events = DeliveryRepository(self.database), EventRepository(self.database)
        self.latest = {}
        self.settled = set()
        self.merge_due = self.ended = self.delivered = False

    def do(self, coroutine):
        return self.runner.run(coroutine)

    def teardown(self):
        self.do(self.database.close())
        self.runner.close()

    @initialize(count=st.integers(1, 4))
    def prepare(self, count):
        self.count = count
        self.do(self.database.write(_emptied))
        self.do(WebhookRepository(self.database).add(ANONYMOUS, URL, new_secret(bytes(32))))
        self.do(self.jobs.add(NewJob(ANONYMOUS, "j", "f", "k", "vi", "demo", webhook_url=URL)))
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

    @rule(target=messages)
    def claim_message(self):
        got = self.do(self.deliveries.claim("w", 60))
        if got is None:
            return multiple()
        message, _, claim = got
        assert self.ended
        assert not self.delivered
        self.latest[message.delivery_id] = claim
        return message, claim

    @rule(work=held, heard=st.booleans())
    def settle(self, work, heard):
        """Transcribed, or given up while the rest goes on."""
        chunk, claim = work
        settling = self.chunks.complete(chunk, claim, [], []) if heard else self.chunks.fail(chunk, claim, "?")
        if self.lost(chunk.chunk_id, claim):
            self.must_lose(settling)
            return
        last = self.do(settling)
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
    def show_that_all_is_in_vain(self, work):
        chunk, claim = work
        failing = self.chunks.fail_job(chunk, claim, "audio_unreadable", "?")
        if self.lost(chunk.chunk_id, claim):
            self.must_lose(failing)
            return
        self.do(failing)
        self.ended = True

    @rule(message=messages, arrived=st.booleans())
    def deliver(self, message, arrived):
        message, claim = message
        attempt = Attempt(datetime.now(UTC), 0.1, 200 if arrived else 503, None)
        settling = self.deliveries.settle(message, claim, attempt)
        if self.delivered or self.latest[message.delivery_id] != claim:
            self.must_lose(settling)
            return
        self.do(settling)
        self.latest[message.delivery_id] = None
        self.delivered = arrived

    @rule(message=messages)
    def message_is_due_again(self, message):
        self.expire(DeliveryRow, message[0].delivery_id)

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
        told = [event.kind for event in self.do(self.events.of_job(ANONYMOUS, "j", 0))]
        assert sum(kind.is_end for kind in told) == self.ended
        assert told.count(EventKind.PROGRESS) == len(self.settled)
        statuses = self.do(self.database.read(lambda c: c.scalars(select(DeliveryRow.status)).all()))
        assert len(statuses) == self.ended
        assert (DeliveryStatus.DELIVERED in statuses) == self.delivered

    def lost(self, row_id, claim):
        return self.ended or row_id in self.settled or self.latest[row_id] != claim

    def must_lose(self, coroutine):
        with pytest.raises(ClaimLost):
            self.do(coroutine)

    def expire(self, table, row_id):
        held = update(table).where(table.id == row_id, table.available_at.is_not(None))
        self.do(self.database.write(lambda connection: connection.execute(held.values(available_at=0.0))))


def _emptied(connection):
    for table in reversed(Base.metadata.sorted_tables):
        connection.execute(delete(table))
