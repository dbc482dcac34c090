"""A span of a completed job heard again over HTTP: what is begun, what is refused, what can be read meanwhile."""

from dataclasses import replace

import pytest
from sqlalchemy import update

from stt.domain.access.owner import ANONYMOUS, Owner
from stt.domain.edits.version import NewVersion
from stt.domain.jobs.redo import SpanRedo
from stt.repositories.jobs.new_jobs import NewJob
from stt.repositories.jobs.redo_repository import RedoRepository
from stt.repositories.tables.jobs import JobRow
from tests.unit.api.test_job_routes import complete, upload

LEASE = 60
SPAN = {"start": 0.5, "end": 1.5}


@pytest.fixture
async def job(client, embedded):
    """The path of a completed job of two seconds."""
    job_id = await upload(client, prompt="Biên bản.", language="vi")
    await complete(embedded, job_id)
    return f"/api/stt/jobs/{job_id}"


async def redo(client, job, **body):
    answer = await client.post(f"{job}/redo", json=body)
    return answer.status_code, answer.json()


async def test_what_is_not_said_is_as_the_job_has_it(client, embedded, job):
    status, body = await redo(client, job, **SPAN)
    assert (status, body["status"], body["stage"]) == (202, "PROCESSING", "redo")
    wanted = SPAN | {"model": "demo", "language": "vi", "prompt": "Biên bản."}
    assert body["redo"] == wanted
    taken, _ = await embedded.jobs.claim("w", LEASE)
    assert taken.redo == SpanRedo(engine=None, key_id=None, **wanted)


async def test_what_is_said_counts(client, job):
    status, body = await redo(client, job, **SPAN, model="demo", language="English", prompt="")
    assert (status, body["redo"]) == (202, SPAN | {"model": "demo", "language": "en", "prompt": ""})


async def test_the_transcript_can_be_read_and_changed_meanwhile(client, embedded, job):
    before = await client.get(f"{job}/transcript")
    await redo(client, job, **SPAN)
    job_id = job.rpartition("/")[2]
    for path in (f"{job}/transcript", f"/api/stt/result/{job_id}", f"/api/stt/result/{job_id}?partial=true"):
        answer = await client.get(path)
        assert (answer.status_code, answer.json()["text"]) == (200, "xin chào")
    assert (await client.get(f"{job}/versions")).json()["data"] == []
    correct = {"operations": [{"op": "text", "segment": 0, "text": "xin chao"}]}
    made = await client.patch(f"{job}/transcript", json=correct, headers={"If-Match": before.headers["etag"]})
    assert (made.status_code, made.json()["version"], made.json()["redo"]) == (200, 1, None)
    taken, claim = await embedded.jobs.claim("w", LEASE)
    await RedoRepository(embedded.database).complete_span(claim, NewVersion(1, [], [], [], None, taken.redo))
    versions = (await client.get(f"{job}/versions")).json()["data"]
    assert [version["redo"] and version["redo"]["start"] for version in versions] == [0.5, None]
    assert (await client.get(job)).json()["redo"] is None


async def test_while_speakers_are_told_apart_nothing_is_changed(client, embedded, job):
    await redo(client, job, **SPAN)
    values = update(JobRow).values(redo={"speakers": "2"})
    await embedded.database.write(lambda connection: connection.execute(values))
    correct = {"operations": [{"op": "text", "segment": 0, "text": "xin chao"}]}
    answer = await client.patch(f"{job}/transcript", json=correct, headers={"If-Match": "*"})
    assert (answer.status_code, answer.json()["code"]) == (409, "redo_running")
    assert (await client.get(job)).json()["redo"] == {"speakers": "2"}


@pytest.mark.parametrize("second", [SPAN, {"speakers": 2}])
async def test_one_thing_is_done_at_a_time_until_it_is_cancelled(client, job, second):
    await redo(client, job, **SPAN)
    status, body = await redo(client, job, **second)
    assert (status, body["code"], body["job_status"]) == (409, "redo_running", "PROCESSING")
    cancelled = (await client.post(f"{job}/cancel")).json()
    assert (cancelled["status"], cancelled["redo"], cancelled["error_code"]) == ("COMPLETED", None, None)
    assert (await redo(client, job, **SPAN))[0] == 202


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"start": 1.0, "end": 1.0}, "invalid_span"),
        ({"start": 1.5, "end": 1.0}, "invalid_span"),
        ({"start": 2.0, "end": 2.5}, "invalid_span"),
        ({"start": 1.0, "end": 3.5}, "invalid_span"),
        ({"start": 1.0, "end": 1e300}, "invalid_span"),
        ({"start": -1.0, "end": 1.0}, "invalid_field"),
        ({"start": 1.0}, "invalid_field"),
        ({"end": 1.0}, "invalid_field"),
        ({"model": "demo"}, "invalid_field"),
        (SPAN | {"speakers": 2}, "invalid_field"),
        ({"speakers": 2, "model": "demo"}, "invalid_field"),
        (SPAN | {"model": "nobody/knows-it"}, "unknown_model"),
        (SPAN | {"language": "klingon"}, "unknown_language"),
        (SPAN | {"prompt": "x" * 1001}, "invalid_field"),
    ],
)
async def test_what_cannot_be_done_is_refused_at_once(client, embedded, job, body, code):
    status, answer = await redo(client, job, **body)
    assert (status, answer["code"]) == (422, code)
    assert (await client.get(job)).json()["status"] == "COMPLETED"


async def test_a_span_too_long_is_refused_with_the_limit(client, embedded, job):
    longer = update(JobRow).values(duration=7200.0)
    await embedded.database.write(lambda connection: connection.execute(longer))
    status, body = await redo(client, job, start=10, end=610.5)
    assert (status, body["code"], body["limit"]) == (422, "span_too_long", 600.0)
    assert (await redo(client, job, start=10, end=610))[0] == 202


async def test_a_span_that_ends_a_little_behind_the_file_ends_with_it(client, job):
    _, body = await redo(client, job, start=1.0, end=2.4)
    assert body["redo"]["end"] == 2.0


async def test_a_model_that_is_not_here_is_refused_with_what_to_do(client, embedded, job):
    embedded.service.policy = replace(embedded.service.policy, lacking=lambda name, engine: f"Pull {name}.")
    status, body = await redo(client, job, **SPAN)
    assert (status, body["code"], body["detail"]) == (422, "model_unavailable", "Pull demo.")


@pytest.mark.parametrize("column", ["audio_deleted_at", "audio_due_at"])
async def test_without_the_audio_it_is_refused(client, embedded, job, column):
    gone = update(JobRow).values({column: 1.0})
    await embedded.database.write(lambda connection: connection.execute(gone))
    status, body = await redo(client, job, **SPAN)
    assert (status, body["code"]) == (409, "media_missing")
    assert "Upload it anew" in body["detail"]


async def test_of_a_job_that_is_not_completed_or_anothers_nothing_is(client, embedded):
    job_id = await upload(client)
    status, body = await redo(client, f"/api/stt/jobs/{job_id}", **SPAN)
    assert (status, body["code"]) == (400, "job_not_completed")
    await embedded.jobs.add(NewJob(Owner("another"), "foreign", "a.mp3", "k", "vi", "demo"))
    status, body = await redo(client, "/api/stt/jobs/foreign", **SPAN)
    assert (status, body["code"]) == (404, "job_not_found")
    assert (await embedded.jobs.get(ANONYMOUS, job_id)).redo is None
