"""Claims, leases and fences, the same on SQLite and PostgreSQL."""

import asyncio
import json
from dataclasses import replace

import pytest
from alembic import command
from sqlalchemy import insert, select, text, update

from stt.domain.access.owner import ANONYMOUS, Owner
from stt.domain.errors import ClaimLost, DatabaseUnusable, NotFound
from stt.domain.jobs.chunk import ChunkPlan, ChunkStatus, Span
from stt.domain.jobs.claim import DEATHS_AT_ONCE, LONG_BYTES, LONGEST_DELAY_SECONDS, LONGEST_LEASE_SECONDS, Priority
from stt.domain.jobs.guidance import Channels, Guidance, Task, ToneMarks
from stt.domain.jobs.job import JobStatus, Stage
from stt.domain.merging.assembly import tracks_of
from stt.domain.merging.merger import Piece, merge
from stt.domain.transcripts.decoding import Decoding
from stt.domain.transcripts.note import Note
from stt.domain.transcripts.transcript import Gap, Segment, Suppressed, Word
from stt.repositories.jobs.call_repository import CallRepository
from stt.repositories.jobs.chunk_repository import ChunkRepository
from stt.repositories.jobs.job_repository import JobRepository
from stt.repositories.jobs.new_jobs import Call, NewJob
from stt.repositories.schema import _config, drop_db, init_db, is_current, version
from stt.repositories.statements import claims
from stt.repositories.tables.jobs import ChunkRow, JobRow
from tests.unit.domain.merging.test_seam import LATE, looping_seam

LEASE = 60.0
HELLO = Segment(1.0, 2.0, "xin chào", (Word("xin", 1.0, 1.4, 0.9), Word("chào", 1.4, 2.0, 0.8)))


@pytest.fixture
def jobs(database):
    return JobRepository(database)


@pytest.fixture
def chunks(database):
    return ChunkRepository(database)


def new_job(job_id="job-1", **changes):
    known = {
        "owner": ANONYMOUS,
        "job_id": job_id,
        "filename": "a.mp3",
        "object_key": "k",
        "language": "vi",
        "model": "demo",
    }
    return NewJob(**known | changes)


def plan(index, *, silent=False, length=60.0, channel=None):
    span = Span(index * length, (index + 1) * length)
    return ChunkPlan(index, span, span, () if silent else (Span(span.start + 1, span.end - 1),), channel)


async def migrate(database, step, revision):
    def run(connection):
        config = _config()
        config.attributes["connection"] = connection
        step(config, revision)

    await database.write(run)


async def expire(database, table, row_id):
    """What time does to the claim of a worker that died."""
    expired = update(table).where(table.id == row_id).values(available_at=0.0)
    await database.write(lambda connection: connection.execute(expired))


async def prepared(jobs, chunks, count, **changes):
    await jobs.add(new_job(**changes))
    job, claim = await jobs.claim("w", LEASE)
    for index in range(count):
        await chunks.add(claim, job, plan(index), f"c{index}")
    await jobs.finish_prepare(claim, duration=60.0 * count, chunks_total=count, broke_off=None)


async def test_tables_can_be_made_twice_at_once_and_dropped(database):
    await asyncio.gather(init_db(database), init_db(database))
    assert await is_current(database)
    await drop_db(database)
    assert not await is_current(database)


async def test_tables_that_a_newer_program_made_are_refused_with_a_sentence_and_left_alone(database, jobs):
    await jobs.add(new_job())
    newer = text("UPDATE alembic_version SET version_num = '9999'")
    await database.write(lambda connection: connection.execute(newer))
    with pytest.raises(DatabaseUnusable, match="version 9999, which this program .* does not know"):
        await init_db(database)
    assert await version(database) == "9999"
    assert (await jobs.get(ANONYMOUS, "job-1")).filename == "a.mp3"


async def test_migrations_and_models_describe_the_same_tables(database):
    from alembic.autogenerate import compare_metadata
    from alembic.runtime.migration import MigrationContext

    from stt.core.database import Base

    def differences(connection):
        options = {"compare_type": True, "include_name": known_to_models}
        return compare_metadata(MigrationContext.configure(connection, opts=options), Base.metadata)

    def known_to_models(name, kind, _parents):
        return not (kind in ("table", "index") and (name or "").startswith(("search_terms", "searchable_terms")))

    assert await database.read(differences) == []


FIRST_JOB = """
    INSERT INTO jobs (id, status, stage, filename, object_key, language, model, priority, duration, rank, created_at,
                      available_at, attempt, tries)
    VALUES ('job-1', 'PROCESSING', 'merge', 'a.mp3', 'k', 'vi', 'demo', 'normal', 60, 0, 1, 1, 7, 1)
"""
FIRST_CHUNK = """
    INSERT INTO chunks (id, job_id, chunk_index, status, start_time, end_time, audio_start, audio_end, speech, segments,
                        gaps, rank)
    VALUES ('job-1:00000', 'job-1', 0, 'COMPLETED', 0, 60, 0, 60, '[[1, 59]]', :segments,
            '[{"start": 3.0, "end": 4.0, "reason": "no_words"}]', 0)
"""


async def test_rows_of_the_first_version_outlive_the_way_to_the_newest_and_back(database, jobs, chunks):
    await drop_db(database)
    await migrate(database, command.upgrade, "0001")
    await database.write(lambda connection: connection.execute(text(FIRST_JOB)))
    values = {"segments": json.dumps([HELLO.to_dict()])}
    await database.write(lambda connection: connection.execute(text(FIRST_CHUNK), values))
    assert not await is_current(database)
    await init_db(database)
    assert await is_current(database)
    job, [chunk] = await jobs.get(ANONYMOUS, "job-1"), await chunks.of_job("job-1")
    assert (job.owner, job.filename, job.duration, job.guidance, job.tracks) == (
        ANONYMOUS, "a.mp3", 60.0, Guidance(), 1
    )  # fmt: skip
    assert (chunk.plan, chunk.segments) == (plan(0), (HELLO,))
    assert (chunk.gaps, chunk.suppressed) == ((Gap(3.0, 4.0, "no_words"),), ())
    _, claim = await jobs.claim("w", LEASE)
    assert (claim.attempt, claim.tries, claim.deaths) == (8, 2, 0)
    await migrate(database, command.downgrade, "0001")
    question = text("SELECT job_id, segments FROM chunks")
    assert (await database.read(lambda connection: connection.execute(question).one())).job_id == "job-1"


async def test_a_process_of_the_first_version_may_still_write_into_the_newest_tables(database, jobs):
    await database.write(lambda connection: connection.execute(text(FIRST_JOB)))
    job = await jobs.get(ANONYMOUS, "job-1")
    assert (job.guidance, job.tracks, job.notes) == (Guidance(), 1, ())


async def test_an_added_job_reads_back_and_its_id_is_taken(jobs):
    assert await jobs.add(new_job(priority=Priority.HIGH, file_size=5_000_000_000))
    assert not await jobs.add(new_job(filename="other.mp3"))
    job = await jobs.get(ANONYMOUS, "job-1")
    assert (job.status, job.filename, job.priority) == (JobStatus.PENDING, "a.mp3", Priority.HIGH)
    assert job.file_size == 5_000_000_000
    assert job.progress == 0.0


async def test_what_a_job_asks_reads_back_and_goes_with_its_work(jobs, chunks):
    asked = Guidance(Task.TRANSLATE, 'Cuộc họp\nvề "HTX" 🌾', "Nguyễn, SaaS", Channels.SEPARATE, ToneMarks.NEW)
    await prepared(jobs, chunks, 1, guidance=asked)
    assert (await jobs.get(ANONYMOUS, "job-1")).guidance == asked
    _, job, _ = await chunks.claim("w", LEASE)
    assert job.guidance == asked


async def test_a_job_that_asks_nothing_is_transcribed_plainly(jobs):
    await jobs.add(new_job(), announced=True)
    assert (await jobs.get(ANONYMOUS, "job-1")).guidance == Guidance()


async def test_an_unknown_job_is_not_found(jobs):
    with pytest.raises(NotFound) as caught:
        await jobs.get(ANONYMOUS, "nothing")
    assert caught.value.error_code == "job_not_found"


async def test_a_job_is_claimed_once_however_many_reach_for_it(jobs):
    for number in range(20):
        await jobs.add(new_job(f"job-{number}"))
    claims = await asyncio.gather(*(jobs.claim(f"w{n}", LEASE) for n in range(40)))
    taken = [job.job_id for job, _ in filter(None, claims)]
    assert sorted(taken) == sorted(f"job-{n}" for n in range(20))


async def test_priority_decides_and_then_the_order_of_coming(jobs):
    for job_id, priority in [("low", "low"), ("first", "normal"), ("second", "normal"), ("high", "high")]:
        await jobs.add(new_job(job_id, priority=Priority(priority)))
    order = [(await jobs.claim("w", LEASE))[0].job_id for _ in range(4)]
    assert order == ["high", "first", "second", "low"]


async def test_whoever_lost_the_claim_can_write_nothing(database, jobs, chunks):
    await jobs.add(new_job())
    job, stale = await jobs.claim("paused", LEASE)
    await expire(database, JobRow, "job-1")
    _, fresh = await jobs.claim("successor", LEASE)
    assert fresh.attempt == stale.attempt + 1
    for write in (
        lambda: jobs.keep(stale, LEASE),
        lambda: jobs.note_tracks(stale, 2),
        lambda: chunks.add(stale, job, plan(0), "k"),
        lambda: chunks.drop_from(stale, 0),
        lambda: jobs.finish_prepare(stale, duration=1.0, chunks_total=0, broke_off=None),
        lambda: jobs.decide_language(stale, "vi"),
        lambda: jobs.give_back(stale, delay_seconds=0, counted=True, reason="?"),
        lambda: jobs.fail(stale, "x", "x"),
        lambda: jobs.complete(stale, "x"),
    ):
        with pytest.raises(ClaimLost):
            await write()
    await jobs.keep(fresh, LEASE)


async def settle(chunks, count, outcome="complete"):
    """Take the next chunks and end them well or badly; returns their indexes."""
    taken = [await chunks.claim("w", LEASE) for _ in range(count)]
    for chunk, _, claim in taken:
        await (chunks.complete(chunk, claim, [HELLO], []) if outcome == "complete" else chunks.fail(chunk, claim, "?"))
    return [chunk.plan.index for chunk, _, _ in taken]


async def test_a_chunk_is_taken_among_those_that_are_short_enough(jobs, chunks):
    await prepared(jobs, chunks, 2)
    assert await chunks.claim("w", LEASE, at_most=0.5) is None
    chunk, _, _ = await chunks.claim("w", LEASE)
    assert chunk.plan.index == 0
    chunk, _, _ = await chunks.claim("w", LEASE, at_most=chunk.plan.audio.duration)
    assert chunk.plan.index == 1


async def test_a_short_chunk_is_looked_for_among_the_best_alone(database, jobs, chunks):
    """Looking through all of a million that are too long would take longer than what is looked for."""
    await prepared(jobs, chunks, 1)
    long = {"job_id": "job-1", "status": ChunkStatus.READY, "rank": -1, "available_at": 1.0, "speech": []}
    long |= {"start_time": 0.0, "end_time": 2000.0, "audio_start": 0.0, "audio_end": 2000.0}
    rows = [long | {"id": f"long-{number}", "chunk_index": 1 + number} for number in range(claims.LOOKAHEAD)]
    await database.write(lambda connection: connection.execute(insert(ChunkRow), rows))
    assert await chunks.claim("w", LEASE, at_most=1000) is None
    assert (await chunks.claim("w", LEASE))[0].plan.audio.duration == 2000
    assert (await chunks.claim("w", LEASE, at_most=1000))[0].plan.index == 0


async def indexes(chunks, since=0.0):
    return [chunk.plan.index for chunk in await chunks.settled(ANONYMOUS, "job-1", since=since)]


async def test_jobs_that_come_at_once_are_stored_together_and_each_id_once(database, jobs, monkeypatch):
    transactions = []
    write = database.write

    def counted(work):
        transactions.append(1)
        return write(work)

    monkeypatch.setattr(database, "write", counted)
    ids = [f"job-{number % 40}" for number in range(60)]
    stored = await asyncio.gather(*(jobs.add(new_job(job_id)) for job_id in ids))
    assert [job_id for job_id, was_stored in zip(ids, stored, strict=True) if was_stored] == ids[:40]
    assert sum(transactions) < 5
    assert (await jobs.get(ANONYMOUS, "job-39")).status is JobStatus.PENDING


async def test_whoever_gives_up_takes_no_other_job_along(jobs):
    first, second = (asyncio.create_task(jobs.add(new_job(f"job-{number}"))) for number in (1, 2))
    await asyncio.sleep(0)
    first.cancel()
    assert await second


async def test_a_database_that_is_away_is_said_to_all_who_wait_and_to_none_later(database, jobs):
    await drop_db(database)
    refused = await asyncio.gather(*(jobs.add(new_job(f"job-{n}")) for n in range(3)), return_exceptions=True)
    assert len([error for error in refused if isinstance(error, Exception)]) == 3
    await init_db(database)
    assert await jobs.add(new_job("job-1"))


async def test_what_is_settled_is_read_up_to_the_first_chunk_that_is_not(jobs, chunks):
    await prepared(jobs, chunks, 6)
    await prepared(jobs, chunks, 2, job_id="job-2", priority=Priority.LOW)
    assert await indexes(chunks) == []
    first, second = await chunks.claim("w", LEASE), await chunks.claim("w", LEASE)
    assert await settle(chunks, 2) == [2, 3]
    assert await indexes(chunks) == []
    await chunks.fail(first[0], first[2], "?")
    assert await indexes(chunks) == [0]
    await chunks.complete(second[0], second[2], [HELLO], [])
    assert await indexes(chunks) == [0, 1, 2, 3]
    assert (await chunks.settled(ANONYMOUS, "job-1", since=0.0))[1].segments == (HELLO,)
    await settle(chunks, 2)
    assert await indexes(chunks) == [0, 1, 2, 3, 4, 5]


async def test_of_what_is_settled_only_the_end_can_be_asked_for(jobs, chunks):
    await prepared(jobs, chunks, 4)
    await settle(chunks, 3)
    assert await indexes(chunks, since=60.0) == [1, 2]
    assert await indexes(chunks, since=59.0) == [0, 1, 2]
    assert await indexes(chunks, since=1000.0) == [2]


async def test_channels_are_settled_each_on_its_own(jobs, chunks):
    await jobs.add(new_job())
    job, claim = await jobs.claim("w", LEASE)
    for index, channel in enumerate([0, 1, 0, 1, 0]):
        await chunks.add(claim, job, replace(plan(index // 2, channel=channel), index=index), "c")
    taken = [await chunks.claim("w", LEASE) for _ in range(5)]
    for chunk, _, held in taken:
        if chunk.plan.index != 1:
            await chunks.complete(chunk, held, [HELLO], [])
    assert await indexes(chunks) == [0, 2, 4]
    assert await indexes(chunks, since=1000.0) == [4]
    await chunks.complete(taken[1][0], taken[1][2], [HELLO], [])
    assert await indexes(chunks) == [0, 1, 2, 3, 4]
    assert await indexes(chunks, since=1000.0) == [3, 4]


async def test_how_many_channels_there_are_is_known_before_all_are_cut(jobs):
    await jobs.add(new_job())
    _, claim = await jobs.claim("w", LEASE)
    await jobs.note_tracks(claim, 2)
    assert (await jobs.get(ANONYMOUS, "job-1")).tracks == 2


async def test_without_the_fence_a_paused_worker_would_overwrite_its_successor(database, jobs):
    await jobs.add(new_job())
    await jobs.claim("paused", LEASE)
    await expire(database, JobRow, "job-1")
    await jobs.claim("successor", LEASE)
    unfenced = update(JobRow).where(JobRow.id == "job-1").values(worker_id="paused")
    assert await database.write(lambda connection: connection.execute(unfenced).rowcount) == 1


async def test_a_lease_that_is_kept_is_not_taken_over(database, jobs):
    await jobs.add(new_job())
    _, claim = await jobs.claim("w", 1.5)
    await jobs.keep(claim, LEASE)
    await asyncio.sleep(1.6)
    assert await jobs.claim("other", LEASE) is None


async def test_a_lease_that_runs_out_is_taken_over(jobs):
    await jobs.add(new_job())
    await jobs.claim("w", 0.1)
    await asyncio.sleep(0.15)
    assert await jobs.claim("other", LEASE) is not None


async def test_an_outage_costs_no_try_and_a_failure_costs_one(jobs):
    await jobs.add(new_job())
    _, claim = await jobs.claim("w", LEASE)
    await jobs.give_back(claim, delay_seconds=0, counted=False, reason="storage away")
    _, claim = await jobs.claim("w", LEASE)
    assert (claim.attempt, claim.tries) == (2, 1)
    await jobs.give_back(claim, delay_seconds=0, counted=True, reason="broken")
    job, claim = await jobs.claim("w", LEASE)
    assert (claim.attempt, claim.tries, job.retry_count) == (3, 2, 1)


async def test_a_slot_for_short_files_is_not_given_to_long_ones_however_many_there_are(jobs):
    for number in range(claims.LOOKAHEAD + 1):
        await jobs.add(new_job(f"long-{number}", file_size=LONG_BYTES + 1))
    await jobs.add(new_job("short", file_size=LONG_BYTES, priority=Priority.LOW))
    assert (await jobs.claim("w", LEASE, only_short=True))[0].job_id == "short"
    assert await jobs.claim("w", LEASE, only_short=True) is None
    job, _ = await jobs.claim("w", LEASE)
    assert job.is_long


async def test_of_long_files_the_shorter_go_first(jobs):
    for job_id, megabytes in (("hours", 900), ("an hour", 60), ("a clip", 1)):
        await jobs.add(new_job(job_id, file_size=megabytes * 1024**2))
    assert [(await jobs.claim("w", LEASE))[0].job_id for _ in range(3)] == ["a clip", "an hour", "hours"]


async def test_a_file_that_turns_out_long_waits_for_a_slot_for_long_ones_and_its_merge_does_not(jobs):
    await jobs.add(new_job(file_size=1000))
    _, claim = await jobs.claim("w", LEASE)
    await jobs.give_back(claim, delay_seconds=0, counted=False, reason="It takes long.", is_long=True)
    assert await jobs.claim("w", LEASE, only_short=True) is None
    _, claim = await jobs.claim("w", LEASE)
    await jobs.finish_prepare(claim, duration=1.0, chunks_total=0, broke_off=None)
    assert (await jobs.claim("w", LEASE, only_short=True))[0].stage is Stage.MERGE


HOUR = 3600.0


async def set_clock(database, seconds):
    """What a database clock set forth (or back, if negative) does: every moment stored is that much earlier."""
    moved = [
        text(f"UPDATE {table} SET {column} = {column} - :seconds")
        for table, columns in {
            "jobs": ("available_at", "created_at", "completed_at"),
            "chunks": ("available_at",),
        }.items()
        for column in columns
    ]
    await database.write(lambda connection: [connection.execute(step, {"seconds": seconds}) for step in moved])


@pytest.mark.parametrize("jump", [-HOUR, -120.0, HOUR])
async def test_a_clock_that_is_set_keeps_no_work_waiting(database, jobs, chunks, jump):
    await prepared(jobs, chunks, 1)
    await jobs.add(new_job("waiting"))
    await jobs.add(new_job("ended"))
    await jobs.cancel(ANONYMOUS, "ended")
    await set_clock(database, jump)
    assert (await jobs.claim("w", LEASE))[0].job_id == "waiting"
    assert (await chunks.claim("w", LEASE))[0].plan.index == 0
    assert {job.job_id for job in await jobs.unannounced(older_than=60, limit=10)} == {"job-1", "waiting", "ended"}
    assert [job.job_id for job in await jobs.untidy(ended_before=60, limit=10)] == ["ended"]


@pytest.mark.parametrize("jump", [-HOUR, HOUR])
async def test_what_a_dead_worker_held_when_the_clock_was_set_is_taken_over(database, jobs, jump):
    await jobs.add(new_job())
    await jobs.claim("dead", LEASE)
    await set_clock(database, jump)
    assert await jobs.claim("other", LEASE) is not None


@pytest.mark.parametrize("jump", [-HOUR, -30.0, HOUR])
async def test_a_heartbeat_makes_good_what_a_clock_that_is_set_did_to_a_lease(database, jobs, jump):
    await jobs.add(new_job())
    _, claim = await jobs.claim("w", LEASE)
    await set_clock(database, jump)
    await jobs.keep(claim, LEASE)
    assert await jobs.claim("other", LEASE) is None


async def test_a_clock_set_back_makes_no_delay_and_no_lease_shorter_than_it_may_be(database, jobs):
    await jobs.add(new_job())
    _, claim = await jobs.claim("w", LONGEST_LEASE_SECONDS)
    assert await jobs.claim("other", LEASE) is None
    await jobs.give_back(claim, delay_seconds=LONGEST_DELAY_SECONDS, counted=True, reason="?")
    assert await jobs.claim("other", LEASE) is None


async def test_what_killed_often_waits_longer_for_its_next_attempt(database, jobs):
    await jobs.add(new_job())
    for _ in range(DEATHS_AT_ONCE):
        assert await jobs.claim("dies", 0.05) is not None
        await asyncio.sleep(0.1)
    _, claim = await jobs.claim("w", 30.0)
    assert claim.deaths == DEATHS_AT_ONCE
    question = text("SELECT available_at FROM jobs")
    first = await database.read(lambda connection: connection.scalar(question))
    await jobs.keep(claim, 60.0)
    second = await database.read(lambda connection: connection.scalar(question))
    assert 299 < second - first < 310


@pytest.mark.parametrize(
    ("table", "among", "index"),
    [
        (JobRow, (), "jobs_claimable"),
        (ChunkRow, (), "chunks_claimable"),
        (JobRow, (text("NOT jobs.is_long"),), "jobs_short_claimable"),
    ],
)
async def test_the_best_row_is_found_by_the_index_without_sorting(database, table, among, index):
    """Of a million rows that wait for a good reason a claim must not read each."""
    due = select(table.id).where(*claims._is_due(table), *among)
    ranked = due.order_by(table.rank, table.available_at).limit(1)

    def plan_of(connection):
        if database.is_sqlite:
            words = ranked.compile(connection.engine, compile_kwargs={"literal_binds": True})
            return [row.detail for row in connection.execute(text(f"EXPLAIN QUERY PLAN {words}"))]
        connection.execute(text("SET LOCAL enable_seqscan = off"))
        words = ranked.compile(connection.engine, compile_kwargs={"literal_binds": True})
        return list(connection.scalars(text(f"EXPLAIN {words}")))

    steps = await database.read(plan_of)
    assert any(index in step for step in steps), steps
    assert not any("sort" in step.lower() or "b-tree" in step.lower() for step in steps), steps


async def test_work_given_back_with_a_delay_waits(jobs):
    await jobs.add(new_job())
    _, claim = await jobs.claim("w", LEASE)
    await jobs.give_back(claim, delay_seconds=30, counted=True, reason="later")
    assert await jobs.claim("w", LEASE) is None


async def test_chunks_come_by_rank_so_a_short_job_overtakes_a_long_one(jobs, chunks):
    await prepared(jobs, chunks, 40, job_id="long")
    await prepared(jobs, chunks, 1, job_id="short")
    order = [(await chunks.claim("w", LEASE))[1].job_id for _ in range(41)]
    assert order.index("short") == 1


async def test_the_last_chunk_and_only_the_last_makes_the_merge_due(jobs, chunks):
    await prepared(jobs, chunks, 6)
    taken = [await chunks.claim("w", LEASE) for _ in range(6)]
    results = await asyncio.gather(*(chunks.complete(c, claim, [HELLO], []) for c, _, claim in taken))
    assert sorted(results) == [False] * 5 + [True]
    job, _ = await jobs.claim("w", LEASE)
    assert (job.stage, job.chunks_completed, job.seconds_done) == (Stage.MERGE, 6, 360.0)
    assert await jobs.claim("w", LEASE) is None


async def test_a_chunk_finished_twice_counts_once(database, jobs, chunks):
    await prepared(jobs, chunks, 2)
    chunk, _, stale = await chunks.claim("paused", LEASE)
    await expire(database, ChunkRow, chunk.chunk_id)
    again, _, fresh = await chunks.claim("successor", LEASE)
    assert again.chunk_id == chunk.chunk_id
    await chunks.complete(chunk, fresh, [HELLO], [])
    for late in (lambda: chunks.complete(chunk, stale, [], []), lambda: chunks.complete(chunk, fresh, [], [])):
        with pytest.raises(ClaimLost):
            await late()
    assert (await jobs.get(ANONYMOUS, "job-1")).chunks_completed == 1
    assert (await chunks.of_job("job-1"))[0].segments == (HELLO,)


async def test_what_was_heard_reads_back_whole(jobs, chunks):
    await prepared(jobs, chunks, 1)
    chunk, _, claim = await chunks.claim("w", LEASE)
    await chunks.complete(chunk, claim, [HELLO], [Gap(3.0, 4.0, "engine_crashed")])
    stored = (await chunks.of_job("job-1"))[0]
    assert (stored.segments, stored.gaps) == ((HELLO,), (Gap(3.0, 4.0, "engine_crashed"),))
    assert (stored.plan, stored.status, stored.suppressed) == (plan(0), ChunkStatus.COMPLETED, ())


async def test_voices_are_kept_with_what_else_is_heard_of_a_chunk_or_not_at_all(jobs, chunks):
    await prepared(jobs, chunks, 3)
    for heard in (b"first", None, b"third"):
        chunk, _, claim = await chunks.claim("w", LEASE)
        if heard == b"third":
            await expire(chunks._database, ChunkRow, chunk.chunk_id)
            again, _, fresh = await chunks.claim("w2", LEASE)
            with pytest.raises(ClaimLost):
                await chunks.complete(chunk, claim, [HELLO], [], (), b"late")
            await chunks.complete(again, fresh, [HELLO], [], (), heard)
        else:
            await chunks.complete(chunk, claim, [HELLO], [], (), heard)
    assert await chunks.voices_of("job-1") == {0: b"first", 2: b"third"}
    assert await chunks.voices_of("another") == {}


async def test_voices_of_another_cut_are_never_taken_for_those_of_this(jobs, chunks):
    await jobs.add(new_job())
    job, claim = await jobs.claim("w", LEASE)
    await chunks.add(claim, job, plan(0), "c0")
    chunk, _, held = await chunks.claim("w", LEASE)
    await chunks.complete(chunk, held, [HELLO], [], (), b"old")
    await chunks.add(claim, job, plan(0, length=50.0), "c0")
    assert await chunks.voices_of("job-1") == {}
    chunk, _, held = await chunks.claim("w", LEASE)
    await chunks.complete(chunk, held, [HELLO], [], (), b"new")
    assert await chunks.voices_of("job-1") == {0: b"new"}


async def test_what_a_cut_is_judged_by_reads_back_to_the_last_digit(jobs, chunks):
    await prepared(jobs, chunks, 1)
    words = (Word("xin", 1 / 3, 2 / 3, 1 / 7), Word("chào", 2 / 3, 1.1000000000000001, 0.1, timed=False))
    segment = Segment(
        1 / 3, 1.1000000000000001, "xin chào", words, decoding=Decoding(-0.25, 0.125, 1.5, 0.2, (7, 8), 0.5)
    )
    chunk, _, claim = await chunks.claim("w", LEASE)
    await chunks.complete(chunk, claim, [segment], [])
    assert (await chunks.of_job("job-1"))[0].segments == (segment,)


async def test_a_cut_between_chunks_gives_the_words_that_it_would_give_within_one(jobs, chunks):
    """It takes all that is known of them: on one side of this one alignment has lost its place."""
    seam = looping_seam()
    sides = [Segment(words[0].start, words[-1].end, "", tuple(words)) for words in (seam.before, seam.after)]
    heard = Span(60.0, seam.overlap.end), Span(seam.overlap.start, 180.0)
    owned = Span(60.0, seam.cut), Span(seam.cut, 180.0)
    within = merge([Piece(heard[number], owned[number], (sides[number],)) for number in range(2)])
    await jobs.add(new_job())
    job, claim = await jobs.claim("w", LEASE)
    for number in range(2):
        await chunks.add(claim, job, ChunkPlan(number, owned[number], heard[number], (heard[number],)), "k")
        chunk, _, held = await chunks.claim("w", LEASE)
        await chunks.complete(chunk, held, [sides[number]], [])
    [track] = tracks_of(await chunks.of_job("job-1"))
    assert merge(track.pieces) == within
    assert [word.word for segment in within for word in segment.words] == LATE


async def test_channels_languages_and_words_left_out_read_back(jobs, chunks):
    await jobs.add(new_job())
    job, claim = await jobs.claim("w", LEASE)
    await chunks.add(claim, job, plan(0, channel=1), "c0")
    assert not await chunks.add(claim, job, plan(0, channel=1), "c0")
    chunk, _, held = await chunks.claim("w", LEASE)
    segment = replace(HELLO, channel=1, language="vi")
    gap, left_out = Gap(3.0, 4.0, "no_words", 1), Suppressed(5.0, 6.0, "Cảm ơn đã xem.", "no_speech", 1)
    await chunks.complete(chunk, held, [segment], [gap], [left_out])
    [stored] = await chunks.of_job("job-1")
    assert stored.plan == plan(0, channel=1)
    assert (stored.segments, stored.gaps, stored.suppressed) == ((segment,), (gap,), (left_out,))


async def test_a_second_preparation_that_puts_a_chunk_into_another_channel_forgets_what_was_heard(
    database, jobs, chunks
):
    await jobs.add(new_job())
    job, claim = await jobs.claim("w", LEASE)
    await chunks.add(claim, job, plan(0), "c0")
    chunk, _, held = await chunks.claim("w", LEASE)
    await chunks.complete(chunk, held, [HELLO], [], [Suppressed(5.0, 6.0, "Cảm ơn đã xem.", "no_speech")])
    await expire(database, JobRow, "job-1")
    job, claim = await jobs.claim("w2", LEASE)
    assert await chunks.add(claim, job, plan(0, channel=0), "c0")
    [stored] = await chunks.of_job("job-1")
    assert (stored.plan.channel, stored.segments, stored.suppressed) == (0, (), ())


async def test_progress_counts_every_channel_that_is_apart(jobs, chunks):
    await jobs.add(new_job())
    job, claim = await jobs.claim("w", LEASE)
    for index in range(4):
        await chunks.add(claim, job, replace(plan(0, channel=index % 2), index=index), f"c{index}")
    await jobs.finish_prepare(claim, duration=120.0, chunks_total=4, broke_off=None, tracks=2)
    seen = []
    while work := await chunks.claim("w", LEASE):
        chunk, _, held = work
        await chunks.complete(chunk, held, [HELLO], [])
        seen.append((await jobs.get(ANONYMOUS, "job-1")).progress)
    assert seen == [25.0, 50.0, 75.0, 99.0]


async def test_chunks_finished_while_cutting_goes_on_do_not_merge_too_early(jobs, chunks):
    await jobs.add(new_job())
    job, claim = await jobs.claim("w", LEASE)
    await chunks.add(claim, job, plan(0), "c0")
    chunk, _, held = await chunks.claim("w", LEASE)
    assert not await chunks.complete(chunk, held, [], [])
    await chunks.add(claim, job, plan(1, silent=True), None)
    assert await jobs.finish_prepare(claim, duration=120.0, chunks_total=2, broke_off=None) is Stage.MERGE


async def test_a_silent_file_goes_straight_to_the_merge(jobs, chunks):
    await jobs.add(new_job(language="auto"))
    job, claim = await jobs.claim("w", LEASE)
    await chunks.add(claim, job, plan(0, silent=True), None)
    notes = (Note("channels_cancel", "Điều gì đó."), Note("joined", "More."))
    assert await jobs.finish_prepare(claim, duration=60.0, chunks_total=1, broke_off=1.0, notes=notes) is Stage.MERGE
    job = await jobs.get(ANONYMOUS, "job-1")
    assert (job.broke_off, job.notes) == (1.0, notes)


async def test_chunks_are_held_until_the_language_is_decided(jobs, chunks):
    await jobs.add(new_job(language="auto"))
    job, claim = await jobs.claim("w", LEASE)
    await chunks.add(claim, job, plan(0), "c0")
    assert await chunks.claim("w", LEASE) is None
    assert await jobs.finish_prepare(claim, duration=60.0, chunks_total=1, broke_off=None) is Stage.DETECT
    _, claim = await jobs.claim("w", LEASE)
    assert await jobs.decide_language(claim, "en") is Stage.TRANSCRIBE
    _, job, _ = await chunks.claim("w", LEASE)
    assert job.spoken_language == "en"


async def test_a_second_preparation_keeps_what_the_first_one_cut_the_same(database, jobs, chunks):
    await jobs.add(new_job())
    job, claim = await jobs.claim("w", LEASE)
    assert await chunks.add(claim, job, plan(0), "c0")
    chunk, _, held = await chunks.claim("w", LEASE)
    await chunks.complete(chunk, held, [HELLO], [])
    await expire(database, JobRow, "job-1")
    job, claim = await jobs.claim("w2", LEASE)
    assert not await chunks.add(claim, job, plan(0), "c0")
    assert (await chunks.of_job("job-1"))[0].segments == (HELLO,)


async def test_a_second_preparation_that_cuts_differently_voids_the_work_on_the_old_cut(database, jobs, chunks):
    await jobs.add(new_job())
    job, claim = await jobs.claim("w", LEASE)
    await chunks.add(claim, job, plan(0), "c0")
    await chunks.add(claim, job, plan(1), "c1")
    chunk, _, held = await chunks.claim("w", LEASE)
    await expire(database, JobRow, "job-1")
    job, claim = await jobs.claim("w2", LEASE)
    await chunks.add(claim, job, plan(0, length=90.0), "c0")
    await chunks.drop_from(claim, 1)
    with pytest.raises(ClaimLost):
        await chunks.complete(chunk, held, [HELLO], [])
    assert [c.plan for c in await chunks.of_job("job-1")] == [plan(0, length=90.0)]


async def test_a_cancelled_job_is_no_longer_work_for_anybody(jobs, chunks):
    await prepared(jobs, chunks, 3)
    chunk, _, held = await chunks.claim("w", LEASE)
    assert await jobs.cancel(ANONYMOUS, "job-1")
    assert not await jobs.cancel(ANONYMOUS, "job-1")
    with pytest.raises(ClaimLost):
        await chunks.complete(chunk, held, [HELLO], [])
    assert await chunks.claim("w", LEASE) is None
    assert (await jobs.get(ANONYMOUS, "job-1")).status is JobStatus.CANCELLED


async def test_a_chunk_can_fail_its_job_with_a_reason(jobs, chunks):
    await prepared(jobs, chunks, 3)
    chunk, _, held = await chunks.claim("w", LEASE)
    await chunks.fail_job(chunk, held, "model_unavailable", "No such model.")
    job = await jobs.get(ANONYMOUS, "job-1")
    assert (job.status, job.error_code, job.error_message) == (JobStatus.FAILED, "model_unavailable", "No such model.")
    assert await chunks.claim("w", LEASE) is None


async def test_a_chunk_given_up_lets_the_rest_of_its_job_go_on(jobs, chunks):
    await prepared(jobs, chunks, 2)
    first, _, held = await chunks.claim("w", LEASE)
    assert not await chunks.fail(first, held, "crashed three times")
    second, _, held = await chunks.claim("w", LEASE)
    assert await chunks.complete(second, held, [HELLO], [])


async def test_another_owner_sees_and_changes_nothing_of_a_job(database, jobs, chunks):
    calls, other = CallRepository(database), Owner("another")
    await prepared(jobs, chunks, 2, call=Call("f", 60.0))
    chunk, _, held = await chunks.claim("w", LEASE)
    await chunks.complete(chunk, held, [HELLO], [])
    before = await jobs.get(ANONYMOUS, "job-1")
    with pytest.raises(NotFound):
        await jobs.get(other, "job-1")
    assert not await jobs.cancel(other, "job-1")
    assert await chunks.settled(other, "job-1", since=0.0) == []
    assert await calls.same(other, "f", finished_within=60.0) is None
    await calls.abandon(other, "job-1")
    await calls.watch(other, "job-1", 6000.0)
    assert await calls.orphans(-600.0, 10) == ["job-1"]
    assert await jobs.get(ANONYMOUS, "job-1") == before
    assert await calls.same(ANONYMOUS, "f", finished_within=60.0) == "job-1"
    assert len(await chunks.settled(ANONYMOUS, "job-1", since=0.0)) == 1


async def test_only_unconfirmed_tickets_are_issued_again(jobs):
    await jobs.add(new_job("lost"))
    await jobs.add(new_job("sent"))
    await jobs.mark_announced("sent")
    await jobs.add(new_job("foreign"), announced=True)
    assert [job.job_id for job in await jobs.unannounced(older_than=0, limit=10)] == ["lost"]
    assert await jobs.unannounced(older_than=60, limit=10) == []


async def test_a_job_that_has_ended_is_untidy_until_its_remains_are_removed(database, jobs, chunks):
    await prepared(jobs, chunks, 2)
    await jobs.cancel(ANONYMOUS, "job-1")
    await prepared(jobs, chunks, 0, job_id="done")
    _, claim = await jobs.claim("w", LEASE)
    await jobs.complete(claim, "results/done")
    assert await jobs.untidy(ended_before=60, limit=10) == []
    untidy = await jobs.untidy(ended_before=0, limit=10)
    assert [(job.job_id, job.result_path) for job in untidy] == [("job-1", None), ("done", "results/done")]
    await jobs.mark_tidied("job-1", "done")
    assert await jobs.untidy(ended_before=0, limit=10) == []


async def test_what_waits_long_moves_forward(database, jobs, chunks):
    await prepared(jobs, chunks, 9)
    waited = text("UPDATE chunks SET available_at = available_at - 700 WHERE chunk_index = 8")
    await database.write(lambda connection: connection.execute(waited))
    await chunks.age(600.0, 10)
    question = text("SELECT chunk_index, rank FROM chunks")
    ranks = dict(await database.read(lambda connection: connection.execute(question).all()))
    assert (ranks[8], ranks[7]) == (2, 3)


async def test_whole_seconds_are_read_as_numbers_of_seconds_however_they_are_asked_for(jobs, chunks):
    """A result has to say `24.0` in both databases: behind RETURNING, SQLite gives the integer 24."""
    await prepared(jobs, chunks, 1)
    chunk, job, claim = await chunks.claim("w", LEASE)
    owned, audio = chunk.plan.owned, chunk.plan.audio
    await chunks.complete(chunk, claim, [HELLO], [])
    merging, _ = await jobs.claim("w", LEASE)
    numbers = (owned.start, owned.end, audio.start, audio.end, job.duration, merging.duration, merging.seconds_done)
    assert [type(number) for number in numbers] == [float] * len(numbers)
