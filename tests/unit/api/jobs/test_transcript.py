import io
import json

import docx
import pytest

from stt.api.answers.accept import preferred
from stt.domain.formats.rendering import Format
from tests.unit.api.test_job_routes import complete, upload

EXPECTED = {
    Format.TXT: "xin chào\n",
    Format.SRT: "1\n00:00:00,100 --> 00:00:01,100\nxin chào\n\n",
    Format.VTT: "WEBVTT\n\n1\n00:00:00.100 --> 00:00:01.100\nxin chào\n\n",
    Format.TSV: "start\tend\ttext\n100\t900\txin chào\n",
}


@pytest.fixture
async def url(client, embedded):
    job_id = await upload(client, "họp 1.mp3")
    await complete(embedded, job_id)
    return f"/api/stt/jobs/{job_id}/transcript"


@pytest.mark.parametrize("form", EXPECTED)
async def test_a_transcript_is_there_in_every_form_of_text(client, url, form):
    answer = await client.get(url, params={"format": form.value})
    assert answer.text == EXPECTED[form]
    assert answer.headers["content-type"].startswith(form.media_type)
    assert f"filename*=UTF-8''h%E1%BB%8Dp%201.{form}" in answer.headers["content-disposition"]


async def test_json_is_the_stored_document_byte_for_byte(client, embedded, url):
    job_id = url.split("/")[-2]
    odd = json.dumps(json.loads(await embedded.storage.read(f"results/{job_id}/transcription.json")) | {"odd": 1e300})
    await embedded.storage.write(f"results/{job_id}/transcription.json", odd.encode())
    answer = await client.get(url)
    assert answer.content == odd.encode()
    assert answer.headers["content-type"] == "application/json"
    again = await client.get(url, headers={"If-None-Match": answer.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")


async def test_verbose_json_is_what_openai_would_answer(client, url):
    document = (await client.get(url, params={"format": "verbose_json"})).json()
    assert (document["task"], document["language"], document["text"]) == ("transcribe", "vietnamese", "xin chào")
    assert [word["word"] for word in document["words"]] == ["xin", "chào"]


async def test_a_word_document_is_titled_as_the_file(client, url):
    answer = await client.get(url, params={"format": "docx"})
    assert answer.headers["content-type"] == Format.DOCX.media_type
    read = docx.Document(io.BytesIO(answer.content))
    assert [paragraph.text for paragraph in read.paragraphs] == ["họp 1.mp3", "00:00:00 xin chào"]


@pytest.mark.parametrize(
    ("accept", "form"),
    [
        ("text/vtt", Format.VTT),
        ("text/vtt;q=0.5, application/x-subrip", Format.SRT),
        ("text/plain, */*;q=0.1", Format.TXT),
        ("text/tab-separated-values", Format.TSV),
    ],
)
async def test_accept_chooses_the_form(client, url, accept, form):
    answer = await client.get(url, headers={"Accept": accept})
    assert answer.text == EXPECTED[form]
    assert answer.headers["vary"] == "Accept"


async def test_a_form_that_nobody_has_is_refused_with_those_that_there_are(client, url):
    answer = await client.get(url, headers={"Accept": "image/png"})
    assert answer.status_code == 406
    assert answer.json()["code"] == "not_acceptable"
    assert "text/vtt" in answer.json()["detail"]
    assert (await client.get(url, params={"format": "pdf"})).json()["code"] == "invalid_field"


async def test_the_limits_of_cues_are_those_of_subtitles(client, url):
    narrow = await client.get(url, params={"format": "srt", "max_chars_per_line": 10, "max_lines": 1, "max_seconds": 1})
    assert narrow.text == EXPECTED[Format.SRT]
    refused = await client.get(url, params={"format": "txt", "max_lines": 1})
    assert (refused.status_code, refused.json()["field"]) == (422, "max_lines")
    assert (await client.get(url, params={"format": "srt", "max_lines": 0})).status_code == 422


async def test_of_a_job_that_is_not_completed_or_whose_transcript_is_gone_that_is_said(client, embedded, url):
    waiting = await upload(client)
    assert (await client.get(f"/api/stt/jobs/{waiting}/transcript")).json()["code"] == "job_not_completed"
    assert (await client.get("/api/stt/jobs/nobody/transcript")).json()["code"] == "job_not_found"
    await embedded.storage.delete_prefix(f"results/{url.split('/')[-2]}/")
    for form in ("json", "srt"):
        answer = await client.get(url, params={"format": form})
        assert (answer.status_code, answer.json()["code"]) == (404, "result_missing")


def test_the_most_exact_range_of_accept_counts():
    offered = ("application/json", "text/plain", "text/vtt")
    assert preferred("", offered) == "application/json"
    assert preferred("text/*", offered) == "text/plain"
    assert preferred("text/*, text/plain;q=0", offered) == "text/vtt"
    assert preferred("*/*;q=0.5, text/vtt;q=nonsense", offered) == "text/vtt"
    assert preferred("image/*", offered) is None
