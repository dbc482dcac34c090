"""Callers who send the same again, leave, and come back."""

import asyncio

import httpx
from sqlalchemy import update

from stt.domain.access.owner import ANONYMOUS
from stt.domain.jobs.claim import Priority
from stt.domain.jobs.job import JobStatus
from stt.repositories.jobs.call_repository import CallRepository
from stt.repositories.tables.jobs import JobRow
from tests.eventually import eventually
from tools.encoded_audio import encoded

MP3 = encoded(".mp3")


def post(client, content=MP3, **fields):
    form = {"files": {"file": ("a.mp3", content)}, "data": {"model": "demo", **fields}}
    return asyncio.create_task(client.post("/v1/audio/transcriptions", **form))


async def test_the_same_file_sent_three_times_is_heard_once(client, worker, embedded):
    calls = [post(client) for _ in range(3)]
    await eventually(lambda: _waiting(embedded, 1))
    await asyncio.sleep(0.2)
    await worker()
    answers = await asyncio.gather(*calls)
    assert {answer.json()["text"] for answer in answers} == {"Xin chào. Vâng."}
    assert len({answer.headers["x-stt-job-id"] for answer in answers}) == 1
    jobs = await embedded.database.read(lambda c: [row.status for row in c.execute(JobRow.__table__.select())])
    assert sorted(jobs).count(JobStatus.COMPLETED) == 1
    assert set(jobs) <= {JobStatus.COMPLETED, JobStatus.CANCELLED}
    late = await post(client)
    assert late.headers["x-stt-job-id"] == answers[0].headers["x-stt-job-id"]


async def test_other_options_are_another_job(client, worker, embedded):
    first, other = post(client), post(client, language="en")
    await worker()
    await worker()
    assert (await first).headers["x-stt-job-id"] != (await other).headers["x-stt-job-id"]


async def _waiting(embedded, count):
    return await embedded.job_count() >= count


async def only_job(embedded):
    return await embedded.database.read(lambda c: c.execute(JobRow.__table__.select()).one())


async def test_a_caller_who_leaves_is_waited_for_at_the_end_of_the_queue_and_not_for_ever(client, embedded):
    call = post(client)
    await eventually(lambda: _waiting(embedded, 1))
    row = await only_job(embedded)
    calls = CallRepository(embedded.database)
    assert row.watched_until is not None
    await calls.abandon(ANONYMOUS, row.id)
    assert (await only_job(embedded)).priority == Priority.LOW
    assert (await only_job(embedded)).rank > row.rank
    await calls.watch(ANONYMOUS, row.id, 60)
    back = await only_job(embedded)
    assert (back.priority, back.rank) == (Priority.NORMAL, row.rank)
    assert await calls.cancel_orphans(await calls.orphans(300, 10), 300) == []
    await embedded.database.write(lambda c: c.execute(update(JobRow).values(watched_until=1.0)))
    await calls.lower_unwatched(10)
    assert (await only_job(embedded)).priority == Priority.LOW
    assert await calls.cancel_orphans(await calls.orphans(300, 10), 300) == [row.id]
    answer = await call
    assert answer.json()["error"]["code"] == "caller_left"


async def test_a_job_that_nobody_waits_for_on_a_connection_is_never_an_orphan(client, embedded):
    await client.post("/api/stt/upload", files={"file": ("a.mp3", MP3)}, data={"model": "demo"})
    calls = CallRepository(embedded.database)
    await calls.lower_unwatched(10)
    row = await only_job(embedded)
    await calls.watch(ANONYMOUS, row.id, 60)
    await calls.abandon(ANONYMOUS, row.id)
    assert await calls.cancel_orphans(await calls.orphans(-10, 10), -10) == []
    assert (await only_job(embedded)).watched_until is None


async def test_a_broken_connection_abandons_the_job(embedded):
    """Through a transport that says the client has gone once its request is read."""
    sent = False
    body = httpx.Request("POST", "http://stt/", files={"file": ("a.mp3", MP3)}, data={"model": "demo"})
    content = body.read()
    scope = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": "POST",
        "path": "/v1/audio/transcriptions",
        "raw_path": b"/v1/audio/transcriptions",
        "query_string": b"",
        "headers": [(k.lower(), v) for k, v in body.headers.raw],
        "server": ("stt", 80),
        "client": ("c", 1),
        "scheme": "http",
        "root_path": "",
    }

    async def receive():
        nonlocal sent
        if not sent:
            sent = True
            return {"type": "http.request", "body": content, "more_body": False}
        await eventually(lambda: _waiting(embedded, 1))
        return {"type": "http.disconnect"}

    async def send(message):
        pass

    await embedded.app()(scope, receive, send)
    row = await only_job(embedded)
    assert (row.status, row.priority) == (JobStatus.PENDING, Priority.LOW)
