"""A browser's own players read with a cookie; nothing is changed with it."""

import httpx
import pytest

from stt.api.guard.gate import COOKIE
from stt.domain.access.api_key import Wanted
from stt.domain.access.scopes import Scope
from tools.encoded_audio import encoded

MP3 = encoded(".mp3")


@pytest.fixture
async def secret(embedded):
    return (await embedded.keys.create(Wanted("test", scopes=frozenset({Scope.READ, Scope.WRITE})))).secret


@pytest.fixture
async def browser(embedded):
    transport = httpx.ASGITransport(embedded.app())
    async with httpx.AsyncClient(transport=transport, base_url="http://stt") as client:
        yield client


async def test_a_player_reads_with_the_cookie_and_changes_nothing(browser, secret):
    key = {"Authorization": f"Bearer {secret}"}
    made = await browser.post("/api/stt/jobs", files={"file": ("a.mp3", MP3)}, headers=key)
    url = f"/api/stt/jobs/{made.json()['job_id']}"
    assert (await browser.get(f"{url}/media")).status_code == 401
    given = await browser.get("/api/stt/session", headers=key)
    for promise in ("HttpOnly", "SameSite=strict", "Path=/api/stt/jobs"):
        assert promise in given.headers["set-cookie"]
    assert (given.status_code, given.headers["cache-control"]) == (204, "no-store")
    heard = await browser.get(f"{url}/media")
    assert (heard.status_code, heard.content) == (200, MP3)
    assert (await browser.post("/api/stt/jobs", files={"file": ("a.mp3", MP3)})).status_code == 401
    assert (await browser.get("/api/stt/options")).status_code == 401


async def test_a_header_counts_for_more_than_the_cookie(browser, secret):
    browser.cookies.set(COOKIE, secret)
    answer = await browser.get("/api/stt/jobs/no", headers={"Authorization": "Bearer stt_wrong"})
    assert answer.status_code == 401
    assert (await browser.get("/api/stt/jobs/no")).status_code == 404


async def test_without_a_key_there_is_no_cookie(browser):
    answer = await browser.get("/api/stt/session")
    assert answer.status_code == 204
    assert "Max-Age=0" in answer.headers["set-cookie"]
