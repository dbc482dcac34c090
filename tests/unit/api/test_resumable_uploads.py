"""tus 1.0.0 under /api/stt/uploads, as its text has it."""

import asyncio
import base64
import hashlib
from email.utils import parsedate_to_datetime

import httpx
import pytest
from sqlalchemy import update

from stt.api.answers.tus import EXTENSIONS
from stt.domain.access.api_key import Wanted
from stt.domain.access.limits import Limits
from stt.domain.access.scopes import Scope
from stt.repositories.tables.uploads import UploadRow
from tools.encoded_audio import encoded

MP3 = encoded(".mp3") * 20
UPLOADS = "/api/stt/uploads"
TUS = {"Tus-Resumable": "1.0.0"}
STREAM = {**TUS, "Content-Type": "application/offset+octet-stream"}


def metadata(**pairs):
    return ",".join(f"{name} {base64.b64encode(value.encode()).decode()}" for name, value in pairs.items())


async def create(client, body=MP3, headers=None, **pairs):
    """The path of a new upload."""
    said = {"Upload-Length": str(len(body)), "Upload-Metadata": metadata(**{"filename": "xin chào.mp3", **pairs})}
    answer = await client.post(UPLOADS, headers={**TUS, **said, **(headers or {})})
    assert answer.status_code == 201, answer.text
    return answer.headers["Location"]


async def send(client, path, offset, body, **headers):
    return await client.patch(path, content=body, headers={**STREAM, "Upload-Offset": str(offset), **headers})


def checksum(body, algorithm="sha256"):
    return f"{algorithm} {base64.b64encode(hashlib.new(algorithm, body).digest()).decode()}"


def code(answer):
    return answer.status_code, answer.json()["code"]


async def test_a_file_arrives_in_pieces_and_its_last_byte_makes_the_job(client, embedded):
    path = await create(client, language="en", priority="high", metadata='{"case": "7"}')
    first = await send(client, path, 0, MP3[:70_000])
    assert (first.status_code, first.headers["Upload-Offset"]) == (204, "70000")
    assert "Stt-Job-Id" not in first.headers
    assert await embedded.job_count() == 0
    head = await client.head(path, headers=TUS)
    assert (head.headers["Upload-Offset"], head.headers["Upload-Length"]) == ("70000", str(len(MP3)))
    assert head.headers["Cache-Control"] == "no-store"
    assert head.headers["Upload-Metadata"].startswith("filename ")
    last = await send(client, path, 70_000, MP3[70_000:])
    job_id = last.headers["Stt-Job-Id"]
    job = (await client.get(f"/api/stt/jobs/{job_id}")).json()
    assert (job["filename"], job["language"], job["priority"], job["metadata"]) == (
        "xin chào.mp3", "en", "high", {"case": "7"},
    )  # fmt: skip
    assert (await client.get(f"/api/stt/jobs/{job_id}/media")).content == MP3
    assert len(await embedded.files()) == 1
    for answer in (await client.head(path, headers=TUS), await client.get(path)):
        assert answer.headers["Stt-Job-Id"] == job_id
    assert answer.json() == {
        "upload_id": job_id, "filename": "xin chào.mp3", "length": len(MP3), "offset": len(MP3), "job_id": job_id,
        "expires_at": answer.json()["expires_at"],
    }  # fmt: skip


async def test_whoever_lost_the_last_answer_is_given_the_same_job(client, embedded):
    path = await create(client)
    answers = [await send(client, path, 0, MP3), await send(client, path, len(MP3), b"")]
    assert len({answer.headers["Stt-Job-Id"] for answer in answers}) == 1
    assert code(await send(client, path, 0, MP3)) == (409, "offset_conflict")
    assert await embedded.job_count() == 1


async def test_creation_may_bring_the_beginning_or_all(client, embedded):
    said = {**STREAM, "Upload-Length": str(len(MP3)), "Upload-Metadata": metadata(filename="a.mp3")}
    part = await client.post(UPLOADS, content=MP3[:70_000], headers=said)
    assert (part.status_code, part.headers["Upload-Offset"]) == (201, "70000")
    whole = await client.post(UPLOADS, content=MP3, headers=said)
    assert (whole.status_code, whole.headers["Upload-Offset"]) == (201, str(len(MP3)))
    assert (await client.get(f"/api/stt/jobs/{whole.headers['Stt-Job-Id']}/media")).content == MP3


async def test_what_there_is_is_told_to_anybody_and_in_any_version(client):
    answer = await client.options(UPLOADS)
    assert answer.status_code == 204
    assert answer.headers["Tus-Version"] == "1.0.0"
    assert answer.headers["Tus-Max-Size"] == str(8 * 1024 * 1024)
    assert set(answer.headers["Tus-Extension"].split(",")) == set(EXTENSIONS)
    assert {"sha1", "sha256"} <= set(answer.headers["Tus-Checksum-Algorithm"].split(","))


@pytest.mark.parametrize("version", [{}, {"Tus-Resumable": "0.2.2"}])
async def test_another_version_is_refused(client, version):
    path = await create(client)
    answers = [
        await client.post(UPLOADS, headers={"Upload-Length": "1", **version}),
        await client.head(path, headers=version),
        await client.patch(path, content=b"", headers={**version, "Upload-Offset": "0"}),
        await client.delete(path, headers=version),
    ]
    assert [answer.status_code for answer in answers] == [412] * 4
    assert {answer.headers["Tus-Version"] for answer in answers} == {"1.0.0"}


async def test_every_answer_says_its_version(client):
    path = await create(client)
    answers = [
        await client.get(path), await client.get(f"{UPLOADS}/none"), await client.put(path),
        await client.options(UPLOADS), await send(client, path, 5, b"x"),
    ]  # fmt: skip
    assert {answer.headers["Tus-Resumable"] for answer in answers} == {"1.0.0"}
    assert "Tus-Resumable" not in (await client.get("/api/stt/jobs")).headers


async def test_another_offset_is_a_conflict_that_tells_the_right_one(client):
    path = await create(client)
    await send(client, path, 0, MP3[:70_000])
    answer = await send(client, path, 60_000, MP3[60_000:])
    assert code(answer) == (409, "offset_conflict")
    assert answer.json()["offset"] == 70_000


@pytest.mark.parametrize("algorithm", ["sha1", "sha256"])
async def test_what_has_another_checksum_is_not_kept(client, algorithm):
    path = await create(client)
    await send(client, path, 0, MP3[:70_000])
    right = checksum(MP3[70_000:], algorithm)
    wrong = await send(client, path, 70_000, b"x" + MP3[70_001:], **{"Upload-Checksum": right})
    assert code(wrong) == (460, "checksum_mismatch")
    assert wrong.json()["title"] == "Checksum Mismatch"
    assert (await client.head(path, headers=TUS)).headers["Upload-Offset"] == "70000"
    kept = await send(client, path, 70_000, MP3[70_000:], **{"Upload-Checksum": right})
    assert (await client.get(f"/api/stt/jobs/{kept.headers['Stt-Job-Id']}/media")).content == MP3


@pytest.mark.parametrize("said", ["crc32 abcd", "sha1 !!", "sha1"])
async def test_a_checksum_that_cannot_be_read_is_refused(client, said):
    path = await create(client)
    assert (await send(client, path, 0, MP3, **{"Upload-Checksum": said})).status_code in (400, 460)
    assert (await client.head(path, headers=TUS)).headers["Upload-Offset"] == "0"


async def test_more_than_was_said_is_refused(client, embedded):
    path = await create(client, MP3[:70_000])
    assert code(await send(client, path, 0, MP3)) == (413, "upload_too_long")
    assert await embedded.job_count() == 0


@pytest.mark.parametrize(
    ("headers", "refused"),
    [
        ({"Upload-Length": str(8 * 1024 * 1024 + 1)}, (413, "file_too_large")),
        ({"Upload-Length": "0"}, (400, "file_empty")),
        ({"Upload-Length": "-1"}, (400, "invalid_header")),
        ({"Upload-Length": "9" * 40}, (400, "invalid_header")),
        ({"Upload-Defer-Length": "1"}, (400, "invalid_header")),
        ({"Upload-Length": "5", "Upload-Metadata": "filename ***"}, (400, "invalid_header")),
        ({"Upload-Length": "5", "Upload-Metadata": metadata(language="klingon")}, (422, "unknown_language")),
        ({"Upload-Length": "5", "Upload-Metadata": metadata(webhook_url="ftp://x")}, (422, "url_not_allowed")),
        ({"Upload-Length": "5", "Upload-Metadata": metadata(metadata="[]")}, (422, "invalid_metadata")),
    ],
)
async def test_what_can_be_wrong_is_said_before_a_byte_is_sent(client, headers, refused):
    assert code(await client.post(UPLOADS, headers={**TUS, **headers})) == refused


async def test_another_type_is_no_part_of_a_file(client):
    path = await create(client)
    answer = await client.patch(path, content=MP3, headers={**TUS, "Upload-Offset": "0"})
    assert code(answer) == (415, "offset_stream_expected")


@pytest.mark.parametrize("steps", [[200_000], [100, 199_900]])
async def test_what_is_no_audio_is_refused_and_nothing_of_it_stays(client, embedded, steps):
    text, offset, answer = b"no audio at all. " * 12_000, 0, None
    path = await create(client, text[: sum(steps)], filename="a.txt")
    for step in steps:
        answer = await send(client, path, offset, text[offset : offset + step])
        offset += step
    assert code(answer) == (415, "unsupported_format")
    assert (await client.head(path, headers=TUS)).status_code == 404
    assert await embedded.nothing_is_left()


async def test_an_upload_is_ended_with_all_that_came(client, embedded):
    path = await create(client)
    await send(client, path, 0, MP3[:70_000])
    assert (await client.delete(path, headers=TUS)).status_code == 204
    answers = [await client.delete(path, headers=TUS), await client.get(path), await send(client, path, 70_000, b"")]
    assert [code(answer) for answer in answers] == [(404, "upload_not_found")] * 3
    assert await embedded.nothing_is_left()


async def test_to_end_a_finished_upload_leaves_its_job(client):
    path = await create(client)
    job_id = (await send(client, path, 0, MP3)).headers["Stt-Job-Id"]
    assert (await client.delete(path, headers=TUS)).status_code == 204
    assert (await client.get(f"/api/stt/jobs/{job_id}/media")).content == MP3


async def test_who_deletes_the_job_has_the_upload_forgotten(client):
    path = await create(client)
    job_id = (await send(client, path, 0, MP3)).headers["Stt-Job-Id"]
    await client.delete(f"/api/stt/jobs/{job_id}")
    assert (await client.get(path)).status_code == 404


async def test_an_expired_upload_is_none(client, embedded):
    path = await create(client)
    answer = await client.head(path, headers=TUS)
    assert parsedate_to_datetime(answer.headers["Upload-Expires"]).tzinfo is not None
    passed = update(UploadRow).values(expires_at=1.0)
    await embedded.database.write(lambda connection: connection.execute(passed))
    assert code(await client.get(path)) == (404, "upload_not_found")
    assert code(await send(client, path, 0, MP3)) == (404, "upload_not_found")


async def test_methods_that_a_client_cannot_send_may_be_named(client):
    path = await create(client)
    said = {**STREAM, "Upload-Offset": "0", "X-HTTP-Method-Override": "PATCH"}
    assert (await client.post(path, content=MP3[:70_000], headers=said)).headers["Upload-Offset"] == "70000"
    answer = await client.post(path, headers={**TUS, "X-HTTP-Method-Override": "DELETE"})
    assert answer.status_code == 204
    assert (await client.get(path)).status_code == 404
    assert code(await client.post(path, headers=TUS)) == (405, "method_not_allowed")


async def test_of_two_that_send_at_once_one_goes_on(client, embedded):
    path = await create(client)
    begun, go_on = asyncio.Event(), asyncio.Event()

    async def slowly():
        yield MP3[:70_000]
        begun.set()
        await go_on.wait()
        yield MP3[70_000:]

    first = asyncio.create_task(send(client, path, 0, slowly()))
    await begun.wait()
    second = await send(client, path, 0, MP3)
    assert code(second) == (423, "upload_busy")
    assert (await client.head(path, headers=TUS)).headers["Upload-Offset"] == "0"
    go_on.set()
    job_id = (await first).headers["Stt-Job-Id"]
    assert (await client.get(f"/api/stt/jobs/{job_id}/media")).content == MP3
    assert await embedded.job_count() == 1


async def test_a_line_that_only_looks_alive_does_not_hold_an_upload(client, embedded):
    path = await create(client)
    begun, go_on = asyncio.Event(), asyncio.Event()

    async def stalling():
        yield MP3[:70_000]
        begun.set()
        await go_on.wait()
        yield MP3[70_000:]

    stalled = asyncio.create_task(send(client, path, 0, stalling()))
    await begun.wait()
    lapsed = update(UploadRow).values(held_until=1.0)
    await embedded.database.write(lambda connection: connection.execute(lapsed))
    assert (await send(client, path, 0, MP3)).status_code == 204
    go_on.set()
    late = await stalled
    assert code(late) == (409, "offset_conflict")
    job_id = path.rpartition("/")[2]
    assert (await client.get(f"/api/stt/jobs/{job_id}/media")).content == MP3
    assert await embedded.job_count() == 1


async def test_an_upload_of_another_owner_is_none(embedded):
    keys = [await embedded.keys.create(Wanted("test", scopes=frozenset(Scope))) for _ in range(2)]
    mine, other = ({"Authorization": f"Bearer {key.secret}"} for key in keys)
    transport = httpx.ASGITransport(embedded.app())
    async with httpx.AsyncClient(transport=transport, base_url="http://stt") as client:
        path = await create(client, headers=mine)
        answers = [
            await client.get(path, headers=other),
            await client.head(path, headers={**TUS, **other}),
            await send(client, path, 0, MP3, **other),
            await client.delete(path, headers={**TUS, **other}),
        ]
        assert [answer.status_code for answer in answers] == [404] * 4
        assert (await send(client, path, 0, MP3, **mine)).status_code == 204


async def test_an_upload_counts_as_the_job_that_it_will_be(embedded):
    wanted = Wanted("test", scopes=frozenset(Scope), limits=Limits(jobs_at_once=1))
    key = {"Authorization": f"Bearer {(await embedded.keys.create(wanted)).secret}"}
    transport = httpx.ASGITransport(embedded.app())
    async with httpx.AsyncClient(transport=transport, base_url="http://stt") as client:
        path = await create(client, headers=key)
        said = {**TUS, **key, "Upload-Length": "5"}
        assert code(await client.post(UPLOADS, headers=said)) == (429, "limit_reached")
        assert (await send(client, path, 0, MP3, **key)).status_code == 204
        assert code(await client.post(UPLOADS, headers=said)) == (429, "limit_reached")
        await client.delete(f"/api/stt/jobs/{path.rpartition('/')[2]}", headers=key)
        await create(client, headers=key)


async def test_pages_of_allowed_origins_read_what_the_protocol_says(embedded):
    transport = httpx.ASGITransport(embedded.app(cors_origins=["https://page.example"]))
    async with httpx.AsyncClient(transport=transport, base_url="http://stt") as client:
        asked = {"Origin": "https://page.example", "Access-Control-Request-Method": "PATCH"}
        preflight = await client.options(UPLOADS, headers=asked)
        assert "PATCH" in preflight.headers["Access-Control-Allow-Methods"]
        said = {**TUS, "Upload-Length": "5", "Origin": "https://page.example"}
        answer = await client.post(UPLOADS, headers=said)
        exposed = answer.headers["Access-Control-Expose-Headers"]
        for name in ("Location", "Upload-Offset", "Upload-Length", "Tus-Resumable", "Upload-Expires", "Stt-Job-Id"):
            assert name in exposed
