"""Transcripts that people change, through the whole application."""

import json

import pytest

from stt.domain.access.owner import ANONYMOUS
from stt.domain.transcripts.speakers import Turn
from stt.domain.transcripts.transcript import Segment, Word
from stt.repositories.jobs.job_list import JobList
from stt.repositories.version_repository import VersionRepository
from stt.worker.upkeep.indexer import Indexer
from tests.unit.api.test_job_routes import complete, upload

SEGMENTS = (
    Segment(0.1, 0.9, "xin chao", (Word("xin", 0.1, 0.4, 0.9), Word("chao", 0.5, 0.9, 0.3)), speaker="S1"),
    Segment(1.0, 1.9, "tạm biệt", (Word("tạm", 1.0, 1.4, 0.9), Word("biệt", 1.5, 1.9, 0.9)), speaker="S2"),
)
CORRECT = {"op": "text", "segment": 0, "text": "xin chào"}
NAME = {"op": "name", "speaker": "S2", "name": "Lan"}


@pytest.fixture
async def job(client, embedded):
    """The path of a completed job."""
    job_id = await upload(client)
    turns = (Turn(0.1, 0.9, "S1"), Turn(1.0, 1.9, "S2"))
    await complete(embedded, job_id, segments=SEGMENTS, text="xin chao\n\ntạm biệt", turns=turns)
    return f"/api/stt/jobs/{job_id}"


@pytest.fixture
def patch(client, job):
    async def patch(tag, *operations):
        headers = {} if tag is None else {"If-Match": tag}
        return await client.patch(f"{job}/transcript", json={"operations": operations}, headers=headers)

    return patch


async def read(client, job, **query):
    answer = await client.get(f"{job}/transcript", params=query)
    assert answer.status_code == 200
    return answer


async def test_an_edit_is_read_by_default_and_the_words_of_the_machine_stay(client, job, patch):
    first = await read(client, job)
    made = await patch(first.headers["etag"], CORRECT, NAME)
    assert (made.status_code, made.headers["etag"], made.json()["version"]) == (200, '"v1"', 1)
    assert made.json()["operations"] == [CORRECT | {"words": None}, NAME]
    now = (await read(client, job)).json()
    assert now["text"] == "xin chào\n\ntạm biệt"
    assert now["version"] == 1
    assert now["segments"][0]["words"][1] == {"word": "chào", "start": 0.5, "end": 0.9, "probability": 1.0}
    assert now["speakers"] == [{"id": "S1", "name": "Speaker 1"}, {"id": "S2", "name": "Lan"}]
    for version in ("machine", "0"):
        machine = await read(client, job, version=version)
        assert (machine.content, machine.headers["etag"][:4]) == (first.content, '"v0.')
    assert (await client.get(f"/api/stt/result/{job.rsplit('/', 1)[1]}")).json()["text"] == "xin chao\n\ntạm biệt"


@pytest.mark.parametrize(
    ("form", "expected"),
    [
        ("txt", "Speaker 1: xin chào\n\nLan: tạm biệt\n"),
        ("tsv", "start\tend\ttext\n100\t900\t[S1] xin chào\n1000\t1900\t[Lan] tạm biệt\n"),
        ("srt", "[Lan] tạm biệt"),
        ("vtt", "<v Lan>tạm biệt</v>"),
        ("rttm", "SPEAKER talk.mp3 1 0.100 0.800 <NA> <NA> S1 <NA> <NA>"),
        ("verbose_json", '"text": "xin chào tạm biệt"'),
    ],
)
async def test_every_form_has_what_was_edited_and_a_tag_to_edit_it_further(client, job, patch, form, expected):
    await patch('"v0"', CORRECT, NAME)
    answer = await read(client, job, format=form)
    assert expected in answer.text
    assert (await patch(answer.headers["etag"], CORRECT)).status_code == 200


async def test_a_tag_that_a_proxy_made_weak_names_the_version_all_the_same(client, job, patch):
    assert (await patch('W/"v0"', CORRECT)).json()["version"] == 1
    assert (await patch('W/"v0"', NAME)).status_code == 412


@pytest.mark.parametrize("tag", ["v0", "0", '"v0'])
async def test_what_is_no_tag_is_not_said_to_be_an_old_version(client, job, patch, tag):
    answer = await patch(tag, CORRECT)
    assert (answer.status_code, answer.json()["code"]) == (400, "invalid_header")
    assert 'such as "v3"' in answer.json()["detail"]


async def test_every_version_is_read_and_led_back_to(client, job, patch):
    texts = ["xin chao", "a b", "c", "d e f"]
    for number, text in enumerate(texts[1:]):
        made = await patch(f'"v{number}"', CORRECT | {"text": text})
        assert made.json()["version"] == number + 1
    for number, text in enumerate(texts):
        assert (await read(client, job, version=number)).json()["segments"][0]["text"] == text
    undone = await patch('"v3"', *made.json()["inverse"])
    assert (await read(client, job)).json()["segments"] == (await read(client, job, version=2)).json()["segments"]
    assert undone.json()["version"] == 4
    back = await client.post(f"{job}/versions/0/revert", headers={"If-Match": '"v4"'})
    assert (back.status_code, back.json()["version"]) == (200, 5)
    now, machine = [(await read(client, job, version=each)).json() for each in ("edited", "machine")]
    assert (now["segments"], now["text"], now["turns"]) == (machine["segments"], machine["text"], machine["turns"])
    listed = (await client.get(f"{job}/versions", params={"limit": 2})).json()
    assert ([each["version"] for each in listed["data"]], listed["has_more"]) == ([5, 4], True)
    shown = await client.get(f"{job}/versions/3")
    assert shown.json()["operations"][0]["text"] == "d e f"
    assert shown.headers["etag"] == '"v3"'


async def test_what_was_changed_meanwhile_is_not_written_over(client, job, patch):
    await patch('"v0"', CORRECT)
    for tag in ('"v0"', '"v9"', 'W/"v0"', '"else"'):
        answer = await patch(tag, NAME)
        assert (answer.status_code, answer.json()["code"], answer.json()["version"]) == (412, "version_outdated", 1)
        assert answer.headers["content-type"] == "application/problem+json"
    missing = await patch(None, NAME)
    assert (missing.status_code, missing.json()["code"]) == (428, "version_expected")
    revert = await client.post(f"{job}/versions/0/revert", headers={"If-Match": '"v0"'})
    assert revert.status_code == 412
    assert (await patch("*", NAME)).json()["version"] == 2
    assert (await patch('"v1", "v2"', NAME)).json()["version"] == 3


async def test_an_edit_that_is_sent_again_is_answered_as_it_was(client, job, patch):
    first = await patch('"v0"', CORRECT)
    await patch('"v1"', NAME)
    again = await patch('"v0"', CORRECT)
    assert (again.status_code, again.json()) == (200, first.json())
    assert (await read(client, job)).json()["version"] == 2
    reverted = await client.post(f"{job}/versions/0/revert", headers={"If-Match": '"v2"'})
    again = await client.post(f"{job}/versions/0/revert", headers={"If-Match": '"v2"'})
    assert again.json() == reverted.json()


@pytest.mark.parametrize(
    ("operations", "code"),
    [
        ([], "invalid_field"),
        ([{"op": "write"}], "invalid_field"),
        ([CORRECT | {"segmnt": 1}], "invalid_field"),
        ([CORRECT | {"segment": -1}], "invalid_field"),
        ([CORRECT | {"text": "\ud800"}], "invalid_field"),
        ([CORRECT | {"text": "a\0b"}], "invalid_field"),
        ([CORRECT | {"text": "\\\0"}], "invalid_field"),
        ([NAME, CORRECT | {"segment": 7}], "unknown_segment"),
        ([NAME, {"op": "times", "segment": 1, "start": 0, "end": 1}], "invalid_edit"),
        ([{"op": "times", "segment": 0, "start": 0, "end": 1e308}], "invalid_field"),
    ],
)
async def test_an_operation_that_cannot_be_done_changes_nothing(client, job, operations, code):
    body = json.dumps({"operations": operations})
    headers = {"If-Match": '"v0"', "Content-Type": "application/json"}
    answer = await client.patch(f"{job}/transcript", content=body, headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (422, code)
    if code != "invalid_field":
        assert answer.json()["operation"] == 1
    assert (await read(client, job)).headers["etag"].startswith('"v0.')


async def test_a_backslash_and_what_looks_like_a_null_character_are_text(client, job, patch):
    assert (await patch('"v0"', CORRECT | {"text": "\\u0000"})).json()["version"] == 1


async def test_what_is_not_there_is_said_to_be_missing(client, job, patch):
    for path in ("versions/1", "versions/0", f"versions/{2**40}", "transcript?version=1"):
        answer = await client.get(f"{job}/{path}")
        assert (answer.status_code, answer.json()["code"]) == (404, "version_not_found")
    revert = await client.post(f"{job}/versions/1/revert", headers={"If-Match": '"v0"'})
    assert (revert.status_code, revert.json()["code"]) == (404, "version_not_found")
    assert (await client.get(f"{job}/transcript?version=latest")).json()["code"] == "invalid_field"
    running = f"/api/stt/jobs/{await upload(client)}"
    answer = await client.patch(f"{running}/transcript", json={"operations": [CORRECT]}, headers={"If-Match": '"v0"'})
    assert (answer.status_code, answer.json()["code"]) == (400, "job_not_completed")


async def test_an_edited_transcript_that_is_known_is_not_sent_again(client, job, patch):
    await patch('"v0"', CORRECT)
    tag = (await read(client, job)).headers["etag"]
    again = await client.get(f"{job}/transcript", headers={"If-None-Match": tag})
    assert (again.status_code, again.content) == (304, b"")


async def test_a_job_is_found_by_what_was_written_into_it(client, job, patch, embedded):
    await patch('"v0"', CORRECT | {"text": "Quảng Ngãi"})
    versions = VersionRepository(embedded.database)
    await Indexer(JobList(embedded.database), versions, embedded.storage).index()
    for words, count in (("quang ngai", 1), ("xin", 0), ("biet", 1)):
        assert len((await client.get("/api/stt/jobs", params={"q": words})).json()["data"]) == count
    assert (await versions.newest(ANONYMOUS, job.rsplit("/", 1)[1]))[0] == 1


async def test_without_keys_nobody_is_named(client, embedded, job, patch):
    await patch('"v0"', CORRECT)
    assert (await client.get(f"{job}/versions")).json()["data"][0]["key"] is None
