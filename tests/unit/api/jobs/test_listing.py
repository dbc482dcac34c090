import json
import re
from base64 import urlsafe_b64encode
from urllib.parse import quote

import pytest

from stt.domain.access.owner import Owner
from stt.repositories.jobs.new_jobs import NewJob
from tests.unit.api.test_job_routes import complete, upload
from tools.encoded_audio import encoded

PATH = "/api/stt/jobs"
MP3 = encoded(".mp3")


@pytest.fixture
async def three(client):
    return [await upload(client, f"họp {number}.mp3", language="en" if number == 1 else "vi") for number in range(3)]


async def ids(client, **params):
    return [job["job_id"] for job in (await client.get(PATH, params=params)).json()["data"]]


async def test_jobs_are_listed_newest_first_as_their_status_has_them(client, three):
    page = (await client.get(PATH)).json()
    assert (page["has_more"], page["next_cursor"]) == (False, None)
    assert [job["job_id"] for job in page["data"]] == three[::-1]
    assert page["data"][0] == (await client.get(f"{PATH}/{three[2]}")).json()


async def test_a_link_leads_to_the_next_page_with_the_same_filter(client, three):
    await upload(client, "other", language="fr")
    first = await client.get(PATH, params={"limit": 1, "language": "vi"})
    assert first.json()["has_more"] is True
    link = re.fullmatch(r'<(.*)>; rel="next"', first.headers["link"])[1]
    second = (await client.get(link)).json()
    assert [job["job_id"] for page in (first.json(), second) for job in page["data"]] == [three[2], three[0]]
    assert second["has_more"] is False
    assert "link" not in (await client.get(link)).headers
    assert await ids(client, limit=1, language="vi", cursor=first.json()["next_cursor"]) == [three[0]]


async def test_a_cursor_of_another_list_or_of_none_is_refused(client, three):
    cursor = (await client.get(PATH, params={"limit": 1})).json()["next_cursor"]
    found = (await client.get(PATH, params={"limit": 1, "q": "hop"})).json()["next_cursor"]
    wrong = [{"status": "FAILED"}, {"q": "hop"}]
    nested = urlsafe_b64encode(b"[" * 30_000).decode()
    others = (found, "x", "é", cursor[:-3], nested)
    for params in [{"cursor": cursor, **w} for w in wrong] + [{"cursor": c} for c in others]:
        answer = await client.get(PATH, params=params)
        assert (answer.status_code, answer.json()["code"]) == (400, "invalid_cursor"), params


@pytest.mark.parametrize(
    "query",
    [
        "limit=0",
        "limit=201",
        "status=DONE",
        "state=FAILED",
        "created_from=x",
        "created_before=0.5",
        "metadata=x",
        "q=%22!%22",
    ],
)
async def test_parameters_that_are_none_are_refused(client, query):
    answer = await client.get(f"{PATH}?{query}")
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid_field")
    assert answer.json()["field"] == query.partition("=")[0]


async def test_jobs_are_found_by_their_metadata(client):
    async def made(**metadata):
        fields = {"metadata": json.dumps(metadata)}
        return (await client.post(PATH, files={"file": ("a.mp3", MP3)}, data=fields)).json()["job_id"]

    first, second = await made(customer="42", day="1"), await made(customer="42", day="2")
    assert await ids(client, **{"metadata[customer]": "42"}) == [second, first]
    assert await ids(client, **{"metadata[customer]": "42", "metadata[day]": "1"}) == [first]
    assert await ids(client, **{"metadata[customer]": "43"}) == []


@pytest.mark.parametrize("path", ["/api/stt/jobs?model=a%00", "/api/stt/webhooks/%00"])
async def test_a_null_character_is_refused(client, path):
    answer = await client.get(path)
    assert (answer.status_code, answer.json()["code"]) == (400, "malformed_request")


async def test_filters_of_every_kind(client, embedded, three):
    await complete(embedded, three[0])
    assert await ids(client, status="COMPLETED") == [three[0]]
    assert await ids(client, language="en") == [three[1]]
    assert await ids(client, model="nothing") == []
    created = (await client.get(f"{PATH}/{three[1]}")).json()["created_at"]
    assert await ids(client, created_from=created) == three[:0:-1]
    assert await ids(client, created_before=created.removesuffix("Z")) == [three[0]]


async def test_names_are_found_page_by_page(client, three):
    first = (await client.get(f"{PATH}?limit=2&q={quote('họp')}")).json()
    second = (await client.get(f"{PATH}?limit=2&q={quote('họp')}&cursor={first['next_cursor']}")).json()
    assert [job["job_id"] for page in (first, second) for job in page["data"]] == three[::-1]
    assert await ids(client, q="hop 1", language="en") == [three[1]]


async def test_nobody_sees_or_finds_anothers_jobs(client, embedded):
    await embedded.jobs.add(NewJob(Owner("another"), "foreign", "họp.mp3", "k", "vi", "demo"))
    assert await ids(client) == await ids(client, q="hop") == []
