"""Who may do what: every operation of the OpenAPI document is tried with every kind of key."""

import asyncio
from dataclasses import fields
from datetime import datetime, timedelta

import httpx
import pytest
import structlog
from sqlalchemy import update

from stt.api.app import Services, create_app
from stt.domain.access.api_key import Wanted, secret_of
from stt.domain.access.scopes import Scope
from stt.repositories.tables.jobs import KeyRow
from stt.services import key_service
from tests.access_matrix import REFUSED, challenge_of, code_of, lacking, operations, refusal
from tools.encoded_audio import encoded

OPERATIONS = list(operations(create_app(Services(*[None] * len(fields(Services)))).openapi()))
ASKING = [operation for operation in OPERATIONS if operation.asked]
MP3 = encoded(".mp3")
EVERYTHING = frozenset(Scope)


SOON = 0.05


@pytest.fixture
def quick(monkeypatch):
    """What is known of keys is looked up again after a moment."""
    monkeypatch.setattr(key_service, "TRUSTED_SECONDS", SOON)


async def never():
    raise AssertionError("The body was read.")


async def ask(app, operation, path, **headers):
    """The answer to a request whose body must not be read: nothing but the gate may answer."""
    sent = []

    async def send(message):
        sent.append(message)

    await app(scope_of(operation, path, headers), never, send)
    headers = [(name.decode(), value.decode()) for name, value in sent[0]["headers"]]
    return httpx.Response(sent[0]["status"], headers=headers, content=b"".join(m.get("body", b"") for m in sent[1:]))


async def status_of(app, operation, **headers):
    """The status of the answer, which may be one that never ends."""
    answered = asyncio.get_running_loop().create_future()

    async def send(message):
        if not answered.done():
            answered.set_result(message["status"])

    requested = [{"type": "http.request"}]

    async def receive():
        return requested.pop() if requested else await asyncio.Event().wait()

    asking = asyncio.create_task(app(scope_of(operation, operation.filled("nothing"), headers), receive, send))
    await asyncio.wait({asking, answered}, return_when=asyncio.FIRST_COMPLETED)
    asking.cancel()
    await asyncio.wait({asking})
    return answered.result()


def scope_of(operation, path, headers):
    given = {"host": "stt", **headers}
    return {
        "type": "http", "method": operation.method, "path": path, "raw_path": path.encode(), "query_string": b"",
        "headers": [(name.encode(), value.encode()) for name, value in given.items()], "http_version": "1.1",
        "scheme": "http", "server": ("stt", 80), "client": ("127.0.0.1", 1), "root_path": "",
    }  # fmt: skip


async def key(embedded, scopes=EVERYTHING, **wanted):
    return await embedded.keys.create(Wanted("test", scopes=frozenset(scopes), **wanted))


def bearer(made):
    return {"authorization": f"Bearer {made.secret if hasattr(made, 'secret') else made}"}


@pytest.fixture
async def shown(embedded):
    """By kind, the header of a caller who may not do what asks for a scope."""
    revoked, expired = await key(embedded), await key(embedded)
    await embedded.keys.revoke(revoked.key.key_id)
    ends = update(KeyRow).where(KeyRow.id == expired.key.key_id).values(expires_at=1.0)
    await embedded.database.write(lambda connection: connection.execute(ends))

    async def headers(kind, asked):
        match kind:
            case "no key":
                return {}
            case "mistyped key":
                return bearer(revoked.secret[:-1] + ("A" if revoked.secret[-1] != "A" else "B"))
            case "unknown key":
                return bearer(secret_of(7))
            case "revoked key":
                return bearer(revoked)
            case "expired key":
                return bearer(expired)
        return bearer(await key(embedded, lacking(asked)))

    return headers


@pytest.mark.parametrize("kind", REFUSED)
@pytest.mark.parametrize("operation", ASKING, ids=str)
async def test_an_operation_turns_away_who_may_not_do_it_before_it_reads_anything(embedded, shown, operation, kind):
    path = operation.filled("0b2f6d0e-5a1c-4d57-9f1e-0f4f3f8f9c55")
    answer = await ask(embedded.app(), operation, path, **await shown(kind, operation.asked))
    assert (answer.status_code, code_of(answer)) == refusal(kind, path)
    challenge = challenge_of(answer)
    assert challenge.get("error") == {"no key": None, "missing scope": "insufficient_scope"}.get(kind, "invalid_token")
    assert challenge.get("scope") == (operation.asked if kind == "missing scope" else None)


@pytest.mark.parametrize("operation", [operation for operation in OPERATIONS if operation.is_about_a_job], ids=str)
async def test_a_job_of_another_owner_is_none(embedded, operation):
    mine, other = await key(embedded), await key(embedded)
    async with http(embedded.app()) as client:
        made = await client.post("/api/stt/jobs", files={"file": ("a.mp3", MP3)}, headers=bearer(mine))
        foreign, unknown = made.json()["job_id"], "0b2f6d0e-5a1c-4d57-9f1e-0f4f3f8f9c55"
        answers = [
            await client.request(operation.method, operation.filled(job_id), headers=bearer(other))
            for job_id in (foreign, unknown)
        ]
        assert [answer.status_code for answer in answers] == [404, 404]
        told = [answer.json() | {"request_id": ""} for answer in answers]
        assert repr(told[0]) == repr(told[1]).replace(unknown, foreign)
        still = await client.get(f"/api/stt/status/{foreign}", headers=bearer(mine))
        assert still.json()["status"] == "PENDING"


@pytest.mark.parametrize("operation", ASKING, ids=str)
async def test_who_has_the_scope_is_let_in(embedded, operation):
    made = await key(embedded, {operation.asked})
    assert await status_of(embedded.app(), operation, **bearer(made)) not in (401, 403)


@pytest.mark.parametrize(
    "path", ["/", "/docs", "/docs/swagger-ui.css", "/openapi.json", "/health/live", "/health/ready"]
)
async def test_what_is_public_asks_for_no_key(embedded, path):
    await key(embedded)
    async with http(embedded.app()) as client:
        for headers in ({}, bearer("nonsense"), {"host": "elsewhere.example"}):
            assert (await client.get(path, headers=headers)).status_code == 200


async def test_a_route_that_says_nothing_is_closed(embedded):
    app = embedded.app()

    @app.get("/new")
    async def new():
        return "secret"

    made = await key(embedded)
    async with http(app) as client:
        assert [(await client.get(path)).status_code for path in ("/new", "/none", "/api/stt/jobs")] == [401] * 3
        assert (await client.head("/new")).status_code == 401
        assert (await client.get("/new", headers=bearer(made))).text == '"secret"'
        assert (await client.get("/none", headers=bearer(made))).status_code == 404


def http(app, **options):
    return httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://stt", **options)


async def test_without_any_key_all_but_keys_is_open_and_any_bearer_will_do(client, embedded):
    for headers in ({}, bearer("sk-anything"), {"authorization": "Basic eDp5"}):
        assert (await client.get("/v1/models", headers=headers)).status_code == 200
        assert (await client.get("/api/stt/status/nothing", headers=headers)).status_code == 404
        refused = await client.get("/api/stt/keys", headers=headers)
        assert (refused.status_code, refused.json()["code"]) == (403, "scope_missing")
        assert "stt keys create" in refused.json()["detail"]


async def test_the_first_key_closes_the_service_soon_and_its_end_does_not_open_it(client, embedded, quick):
    assert (await client.get("/v1/models")).status_code == 200
    made = await key(embedded)
    await asyncio.sleep(2 * SOON)
    assert (await client.get("/v1/models")).status_code == 401
    assert (await client.get("/v1/models", headers=bearer(made))).status_code == 200
    await embedded.keys.revoke(made.key.key_id)
    assert (await client.get("/v1/models")).status_code == 401


async def test_a_key_that_another_process_ends_works_for_a_moment_at_most(client, embedded, quick):
    made = await key(embedded)
    assert (await client.get("/v1/models", headers=bearer(made))).status_code == 200
    ends = update(KeyRow).values(revoked_at=1.0)
    await embedded.database.write(lambda connection: connection.execute(ends))
    await asyncio.sleep(2 * SOON)
    refused = await client.get("/v1/models", headers=bearer(made))
    assert (refused.status_code, refused.json()["error"]["code"]) == (401, "invalid_api_key")
    assert refused.headers["x-should-retry"] == "false"


@pytest.mark.parametrize(
    ("host", "allowed", "status"),
    [
        ("127.0.0.1:8000", (), 200), ("localhost:8000", (), 200), ("[::1]:8000", (), 200), ("10.1.2.3", (), 200),
        ("evil.example", (), 421), ("evil.example:8000", (), 421), ("localhost.evil.example", (), 421),
        ("stt.example", ("stt.example",), 200), ("STT.example.", ("stt.example",), 200),
        ("a.stt.example", ("*.stt.example",), 200), ("evil.example", ("*.stt.example",), 421),
        ("x.example", ("*",), 200),
    ],
)  # fmt: skip
@pytest.mark.parametrize("with_keys", [False, True])
async def test_a_name_that_a_page_could_make_its_own_is_refused(embedded, host, allowed, status, with_keys):
    headers = {"host": host}
    if with_keys:
        headers |= bearer(await key(embedded))
        status = status if allowed else 200
    async with http(embedded.app(allowed_hosts=allowed)) as client:
        answer = await client.get("/v1/models", headers=headers)
    assert answer.status_code == status
    assert status == 200 or code_of(answer) == "host_not_allowed"


@pytest.mark.parametrize(
    ("headers", "accepted"),
    [
        ({}, True),
        ({"origin": "http://stt"}, True),
        ({"origin": "http://stt", "sec-fetch-site": "same-origin"}, True),
        ({"sec-fetch-site": "none"}, True),
        ({"origin": "https://evil.example"}, False),
        ({"origin": "http://localhost:3000", "sec-fetch-site": "same-site"}, False),
        ({"origin": "https://evil.example", "sec-fetch-site": "cross-site"}, False),
        ({"origin": "null", "sec-fetch-site": "cross-site"}, False),
        ({"origin": "null"}, False),
        ({"origin": "https://page.example", "sec-fetch-site": "cross-site"}, True),
    ],
)
async def test_a_form_that_another_page_posts_is_refused_where_no_key_is_needed(embedded, quick, headers, accepted):
    async with http(embedded.app(cors_origins=["https://page.example"])) as client:
        posted = await client.post("/api/stt/upload", files={"file": ("a.mp3", MP3)}, headers=headers)
        assert (await client.get("/v1/models", headers=headers)).status_code == 200
        if accepted:
            assert posted.is_success
        else:
            assert (posted.status_code, posted.json()["code"]) == (403, "origin_not_allowed")
            assert await embedded.nothing_is_left()
        made = await key(embedded)
        await asyncio.sleep(2 * SOON)
        again = await client.post("/api/stt/upload", files={"file": ("a.mp3", MP3)}, headers=headers | bearer(made))
        assert again.is_success


async def test_what_is_admitted_is_the_owners_and_joined_by_its_calls_alone(embedded):
    one, same, other = await key(embedded, owner="a"), await key(embedded, owner="a"), await key(embedded)
    async with http(embedded.app()) as client:
        made = await client.post("/api/stt/jobs", files={"file": ("a.mp3", MP3)}, headers=bearer(one))
        seen = [
            (await client.get(made.headers["location"], headers=bearer(who))).status_code for who in (one, same, other)
        ]
    assert seen == [200, 200, 404]


async def test_keys_are_made_rotated_and_ended_over_http_by_administrators(client, embedded):
    boss = bearer(await key(embedded, {Scope.ADMIN}))
    made = await client.post("/api/stt/keys", json={"name": "ci", "expires_in": 3600.0}, headers=boss)
    assert (made.status_code, made.headers["cache-control"]) == (201, "no-store")
    first = made.json()
    rotated = (await client.post(f"/api/stt/keys/{first['key_id']}/rotate", json={"overlap": 60}, headers=boss)).json()
    assert (rotated["owner"], rotated["scopes"]) == (first["owner"], ["jobs:read", "jobs:write"])
    for secret in (first["key"], rotated["key"]):
        assert (await client.get("/v1/models", headers=bearer(secret))).status_code == 200
    listed = (await client.get("/api/stt/keys", headers=boss)).json()["data"]
    assert "key" not in listed[1]
    assert listed[1]["last_used_at"] is not None
    assert timedelta(seconds=50) < _between(listed[1]) < timedelta(seconds=70)
    ended = await client.delete(f"/api/stt/keys/{rotated['key_id']}", headers=boss)
    assert ended.json()["revoked_at"] is not None
    assert (await client.get("/v1/models", headers=bearer(rotated["key"]))).status_code == 401
    again = await client.post(f"/api/stt/keys/{rotated['key_id']}/rotate", json={}, headers=boss)
    assert (again.status_code, again.json()["code"]) == (409, "key_ended")
    for body in ({"name": ""}, {"name": "x", "owner": "a b"}, {"name": "x", "scopes": []}, {"name": "x", "limit": 1}):
        assert (await client.post("/api/stt/keys", json=body, headers=boss)).status_code == 422
    assert (await client.delete("/api/stt/keys/key_000000000000", headers=boss)).json()["code"] == "key_not_found"


def _between(listed):
    return datetime.fromisoformat(listed["expires_at"]) - datetime.fromisoformat(listed["last_used_at"])


async def test_what_administrators_do_is_logged_without_any_key(client, embedded):
    boss = await key(embedded, {Scope.ADMIN})
    with structlog.testing.capture_logs() as logged:
        made = (await client.post("/api/stt/keys", json={"name": "ci"}, headers=bearer(boss))).json()
        await client.post(f"/api/stt/keys/{made['key_id']}/rotate", json={}, headers=bearer(boss))
        await client.get("/v1/models", headers=bearer(secret_of(7)))
        await client.delete(f"/api/stt/keys/{made['key_id']}", headers=bearer(boss))
    assert [line["event"] for line in logged if "by" in line] == ["key_created", "key_rotated", "key_revoked"]
    assert {line["by"] for line in logged if "by" in line} == {boss.key.key_id}
    assert "stt_" not in repr(logged)
