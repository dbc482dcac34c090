"""Jobs of what lies in the bucket already."""

import pytest

from stt.domain.access.api_key import Wanted
from stt.domain.access.owner import Owner
from stt.domain.access.scopes import Scope
from tools.encoded_audio import encoded

MP3 = encoded(".mp3")
KEY = "calls/2026/hôm nay.mp3"


@pytest.fixture
async def admin(embedded):
    """The header of an administrator's key, and an object that somebody else has stored."""
    await embedded.storage.write(KEY, MP3)
    made = await embedded.keys.create(Wanted("boss", owner="boss", scopes=frozenset(Scope)))
    return {"Authorization": f"Bearer {made.secret}"}


async def ask(client, headers, **body):
    return await client.post("/api/stt/jobs", json=body, headers=headers)


async def test_an_object_becomes_a_job_where_it_lies_and_outlives_it(client, embedded, admin):
    answer = await ask(client, admin, object=KEY, language="en", metadata={"a": "b"})
    assert answer.status_code == 202, answer.text
    job = answer.json()
    assert (job["filename"], job["file_size"], job["metadata"]) == ("hôm nay.mp3", len(MP3), {"a": "b"})
    assert (await embedded.jobs.get(Owner("boss"), job["job_id"])).object_key == KEY
    assert await embedded.files() == [KEY]
    erased = (await client.delete(f"/api/stt/jobs/{job['job_id']}", headers=admin)).json()
    assert (erased["kept"], erased["objects"]) == (KEY, [])
    assert await embedded.storage.read(KEY) == MP3


async def test_a_job_that_is_refused_at_the_end_leaves_the_object(client, embedded, admin):
    answer = await ask(client, admin, object=KEY, webhook_url="http://nowhere.invalid/")
    assert answer.status_code == 422, answer.text
    assert await embedded.storage.read(KEY) == MP3


@pytest.mark.parametrize("scopes", [{Scope.WRITE, Scope.READ}])
async def test_objects_are_for_administrators(client, embedded, admin, scopes):
    made = await embedded.keys.create(Wanted("ci", scopes=frozenset(scopes)))
    answer = await ask(client, {"Authorization": f"Bearer {made.secret}"}, object=KEY)
    assert (answer.status_code, answer.json()["code"]) == (403, "scope_missing")
    assert await embedded.job_count() == 0


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({"object": "calls/none.mp3"}, 422, "object_not_found"),
        ({"object": "../secret.mp3"}, 400, "unsafe_key"),
        ({"object": "notes.txt"}, 415, "unsupported_format"),
        ({"object": KEY, "url": "https://files.example/a.mp3"}, 422, "missing_field"),
        ({}, 422, "missing_field"),
    ],
)
async def test_what_cannot_be_a_job_is_told_why(client, embedded, admin, body, status, code):
    await embedded.storage.write("notes.txt", b"no audio")
    answer = await ask(client, admin, **body)
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert await embedded.job_count() == 0
    assert await embedded.files() == [KEY, "notes.txt"]


async def test_the_same_key_makes_one_job(client, embedded, admin):
    headers = admin | {"Idempotency-Key": "k"}
    first = await ask(client, headers, object=KEY)
    again = await ask(client, headers, object=KEY)
    assert again.headers["Idempotent-Replayed"] == "true"
    assert again.json() == first.json()
    assert await embedded.job_count() == 1
