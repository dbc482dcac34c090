import asyncio

import httpx
import pytest
from fastapi import routing
from sqlalchemy import update

from stt.core.database import Database
from stt.domain.access.api_key import Wanted
from stt.domain.access.owner import ANONYMOUS, Owner
from stt.domain.errors import DatabaseUnavailable
from stt.domain.jobs.chunk import ChunkPlan, Span
from stt.domain.transcripts.transcript import Segment, Word
from stt.repositories.jobs.new_jobs import NewJob
from stt.repositories.messages.event_repository import EventRepository
from stt.repositories.tables.jobs import EventRow
from stt.services.events import event_service
from stt.services.events.event_service import EventService
from tests.eventually import eventually
from tests.http_server import serving
from tests.unit.api.jobs.sse import watching

LEASE = 60.0


@pytest.fixture(autouse=True)
def _quick(monkeypatch):
    monkeypatch.setattr(event_service, "LOOK_SECONDS", 0.02)


@pytest.fixture
async def port(embedded):
    async with serving(embedded.app()) as port:
        yield port
        embedded.service.leave()


def plan(index):
    span = Span(60.0 * index, 60.0 * (index + 1))
    return ChunkPlan(index, span, span, (Span(span.start + 1, span.end - 1),))


async def begin(embedded, count, job_id="j"):
    """A job that is cut into minutes."""
    await embedded.jobs.add(NewJob(ANONYMOUS, job_id, "a.mp3", "k", "vi", "demo"))
    job, claim = await embedded.jobs.claim("w", LEASE)
    for index in range(count):
        await embedded.chunks.add(claim, job, plan(index), f"c{index}")
    await embedded.jobs.finish_prepare(claim, duration=60.0 * count, chunks_total=count, broke_off=None)


async def settle(embedded):
    """Transcribe the next chunk."""
    chunk, _, claim = await embedded.chunks.claim("w", LEASE)
    start, word = chunk.plan.owned.start + 1, f"câu{chunk.plan.index}"
    segment = Segment(start, start + 1, word, (Word(word, start, start + 1, 0.9),))
    await embedded.chunks.complete(chunk, claim, [segment], [])


def texts(events):
    return [segment["text"] for event in events if event["type"] == "job.text" for segment in event["segments"]]


def kinds(events):
    return [event["type"].removeprefix("job.") for event in events]


async def test_a_job_is_told_while_it_happens(embedded, port):
    await begin(embedded, 2)
    async with watching(port, "jobs/j/events") as stream:
        assert (stream.answer.status_code, stream.answer.headers["content-type"][:17]) == (200, "text/event-stream")
        assert stream.answer.headers["x-accel-buffering"] == "no"
        before = [await stream.next() for _ in range(3)]
        assert [(e["type"], e["stage"], e["progress"]) for e in before] == [
            ("job.accepted", None, 0),
            ("job.stage", "prepare", 0),
            ("job.stage", "transcribe", 0),
        ]
        assert stream.retry > 0
        await settle(embedded)
        first = [await stream.next(), await stream.next()]
        assert kinds(first) == ["progress", "text"]
        assert (first[0]["progress"], first[0]["chunk"], first[0]["chunks_total"]) == (50, 0, 2)
        assert (first[1]["after"], first[1]["until"]) == (0, 60)
        assert first[1]["segments"][0]["words"] == [{"word": "câu0", "start": 1, "end": 2, "probability": 0.9}]
        await settle(embedded)
        assert texts(await stream.until("job.text")) == ["câu1"]
        await embedded.jobs.cancel(ANONYMOUS, "j")
        end = (await stream.all())[-1]
        assert (end["type"], end["status"], end["error_code"]) == ("job.cancelled", "CANCELLED", "cancelled")
        last_id = stream.last_id
    async with watching(port, "jobs/j/events", last_id) as stream:
        assert stream.answer.status_code == 204


async def test_a_stream_that_breaks_anywhere_goes_on_without_a_gap_or_a_repetition(embedded):
    """With another process each time: nothing is kept in the one that told before."""
    await begin(embedded, 4)
    everything, settled, last_id, app = [], 0, None, embedded.app()
    while not everything or everything[-1]["type"] != "job.cancelled":
        if len(texts(everything)) == 4:
            await embedded.jobs.cancel(ANONYMOUS, "j")
        elif settled < 4 and len(texts(everything)) == settled and kinds(everything).count("stage") == 2:
            await settle(embedded)
            settled += 1
        app.state.events = EventService(EventRepository(embedded.database), embedded.service)
        async with serving(app) as port, watching(port, "jobs/j/events", last_id) as stream:
            everything.append(await stream.next())
            last_id = stream.last_id
    assert texts(everything) == [f"câu{index}" for index in range(4)]
    assert kinds(everything).count("progress") == 4
    assert kinds(everything).count("stage") == 3


async def test_what_is_there_already_comes_at_once_and_condensed(embedded, port, monkeypatch):
    monkeypatch.setattr(event_service, "SEGMENTS_AT_ONCE", 2)
    await begin(embedded, 5)
    for _ in range(5):
        await settle(embedded)
    await embedded.jobs.cancel(ANONYMOUS, "j")
    async with watching(port, "jobs/j/events") as stream:
        events = await stream.all()
    expected = ["accepted", "stage", "stage", "progress", "stage", "text", "text", "text", "cancelled"]
    assert kinds(events) == expected
    assert [(e["after"], e["until"]) for e in events if e["type"] == "job.text"] == [(0, 121), (121, 241), (241, 300)]
    assert texts(events) == [f"câu{index}" for index in range(5)]


async def test_of_a_job_whose_beginning_is_forgotten_it_is_told_how_it_is(embedded, port):
    await begin(embedded, 1)
    await embedded.jobs.cancel(ANONYMOUS, "j")
    await embedded.jobs.add(NewJob(ANONYMOUS, "another", "a.mp3", "k", "vi", "demo"))
    await embedded.database.write(lambda connection: connection.execute(update(EventRow).values(created_at=0.0)))
    assert await EventRepository(embedded.database).forget()
    async with watching(port, "jobs/j/events") as stream:
        assert kinds(await stream.all()) == ["cancelled"]
    async with watching(port, "jobs/j/events", "1") as stream:
        assert kinds(await stream.all()) == ["reset", "cancelled"]


@pytest.mark.parametrize("position", ["nonsense", "999999", "1-nan"])
async def test_a_position_that_is_none_of_ours_begins_anew(embedded, port, position):
    await begin(embedded, 1)
    await embedded.jobs.cancel(ANONYMOUS, "j")
    async with watching(port, "jobs/j/events", after=position) as stream:
        events = kinds(await stream.all())
    assert (events[:2], events[-1]) == (["reset", "accepted"], "cancelled")


async def test_an_outage_makes_events_late_and_ends_no_stream(embedded, port, monkeypatch):
    monkeypatch.setattr(event_service, "OUTAGE_SECONDS", 0.02)
    await begin(embedded, 1)

    async def away(*_, **__):
        raise DatabaseUnavailable

    async with watching(port, "jobs/j/events") as stream:
        await stream.until("job.stage")
        with monkeypatch.context() as outage:
            outage.setattr(Database, "read", away)
            outage.setattr(Database, "row", away)
            await asyncio.sleep(0.1)
            async with watching(port, "jobs/j/events") as another:
                assert another.answer.status_code == 200
                await asyncio.sleep(0.05)
                outage.undo()
                assert (await another.next())["type"] == "job.accepted"
        await embedded.jobs.cancel(ANONYMOUS, "j")
        assert kinds(await stream.all())[-1] == "cancelled"


async def test_of_others_jobs_nobody_is_told(embedded, port):
    await embedded.jobs.add(NewJob(Owner("somebody"), "theirs", "a.mp3", "k", "vi", "demo"))
    async with watching(port, "jobs/theirs/events") as stream:
        assert stream.answer.status_code == 404
    async with watching(port, "events", "0") as stream:
        await begin(embedded, 1)
        assert (await stream.next())["job_id"] == "j"


async def test_all_jobs_are_told_of_from_now_on_and_without_text(embedded, port):
    await begin(embedded, 1, "before")
    async with watching(port, "events") as stream:
        await eventually(lambda: asyncio.sleep(0, embedded.events._head._waiting))
        await settle(embedded)
        first = await stream.next()
        assert (first["type"], first["job_id"]) == ("job.progress", "before")
        last_id = stream.last_id
    await embedded.jobs.add(NewJob(ANONYMOUS, "later", "a.mp3", "k", "vi", "demo"))
    async with watching(port, "events", last_id) as stream:
        events = [await stream.next(), await stream.next()]
        assert [(e["type"], e["job_id"]) for e in events] == [("job.stage", "before"), ("job.accepted", "later")]
    async with watching(port, "events", "999999") as stream:
        assert (await stream.next())["type"] == "reset"


async def test_a_service_that_stops_ends_its_streams(embedded, port):
    await begin(embedded, 1)
    async with watching(port, "jobs/j/events") as stream, watching(port, "events") as other:
        await stream.until("job.stage")
        embedded.service.leave()
        await stream.all()
        assert await other.next() is None


async def test_a_probe_is_answered_and_ends(embedded, port):
    await begin(embedded, 1)
    async with httpx.AsyncClient() as client:
        answer = await client.head(f"http://127.0.0.1:{port}/api/stt/jobs/j/events", timeout=5)
    assert (answer.status_code, answer.content) == (200, b"")


async def test_a_silent_stream_is_kept_alive(embedded, port, monkeypatch):
    monkeypatch.setattr(routing, "_PING_INTERVAL", 0.05)
    async with watching(port, "events") as stream:
        waiting = asyncio.create_task(stream.next())
        await eventually(lambda: asyncio.sleep(0, stream.comments > 3))
        waiting.cancel()


async def test_a_stream_ends_with_the_key_that_it_was_asked_for_with(embedded, port):
    made = await embedded.keys.create(Wanted("test", owner=ANONYMOUS))
    await begin(embedded, 2)
    async with watching(port, "events", key=made.secret) as stream:
        await eventually(lambda: asyncio.sleep(0, embedded.events._head._waiting))
        await settle(embedded)
        assert (await stream.next())["type"] == "job.progress"
        await embedded.keys.revoke(made.key.key_id)
        await settle(embedded)
        assert await stream.all() == []


async def test_who_begins_to_watch_as_the_last_one_leaves_goes_on_watching(embedded, port):
    head = embedded.events._head
    leaving = asyncio.create_task(head.beyond(0))
    await eventually(lambda: asyncio.sleep(0, head._waiting))
    leaving.cancel()
    staying = asyncio.create_task(head.beyond(0))
    await begin(embedded, 1)
    async with asyncio.timeout(10):
        await staying
