"""People whose voices an owner keeps."""

import httpx
import pytest

from stt.client import AsyncClient
from stt.domain.access.api_key import Wanted
from stt.domain.access.owner import ANONYMOUS
from stt.domain.transcripts.known_speaker import KnownSpeakers
from stt.repositories.known_speaker_repository import KnownSpeakerRepository
from tests.unit.api.openai.test_known_speakers import recording
from tools.encoded_audio import encoded

PATH = "/api/stt/speakers"


async def add(client, name="Lan", audio=None, **headers):
    files = {"file": ("lan.flac", recording(20.0) if audio is None else audio)}
    return await client.post(PATH, data={"name": name}, files=files, headers=headers)


async def names(client, **headers):
    return [known["name"] for known in (await client.get(PATH, headers=headers)).json()["data"]]


async def test_a_voice_is_kept_listed_and_removed(client):
    answer = await add(client, "  Lan   Anh ")
    assert answer.status_code == 201
    known = answer.json()
    assert (known["name"], known["seconds"]) == ("Lan Anh", 20.0)
    assert (await add(client, "An")).status_code == 201
    assert (await client.get(PATH)).json()["data"][1] == known
    assert await names(client) == ["An", "Lan Anh"]
    assert (await client.delete(f"{PATH}/{known['speaker_id']}")).status_code == 204
    assert await names(client) == ["An"]
    answer = await client.delete(f"{PATH}/{known['speaker_id']}")
    assert (answer.status_code, answer.json()["code"]) == (404, "speaker_not_found")


async def test_voices_are_their_owners_alone(embedded, client):
    keys = [(await embedded.keys.create(Wanted(name))).secret for name in ("one", "other")]
    one, other = ({"Authorization": f"Bearer {key}"} for key in keys)
    known = (await add(client, **one)).json()
    assert (await names(client, **one), await names(client, **other)) == (["Lan"], [])
    assert (await client.delete(f"{PATH}/{known['speaker_id']}", headers=other)).status_code == 404
    assert (await add(client, **other)).status_code == 201
    assert await names(client, **one) == ["Lan"]


@pytest.mark.parametrize(
    ("name", "audio", "status", "code"),
    [
        ("Lan", recording(1.5), 422, "invalid_field"),
        ("Lan", recording(61.0), 422, "invalid_field"),
        ("Lan", b"fLaC", 400, "audio_unreadable"),
        ("Lan", recording(1.95), 400, "no_speech"),
        ("Lan", b"<html>", 415, "content_mismatch"),
        ("Lan", b"", 400, "file_empty"),
        ("Lan", b"fLaC".ljust(16 * 1024**2 - 3, b"\0") + b"1234", 413, "file_too_large"),
        ("S1", recording(), 422, "invalid_field"),
        (" ", recording(), 422, "invalid_field"),
        ("x\0", recording(), 422, "invalid_field"),
    ],
)
async def test_what_cannot_be_kept_is_refused(client, embedded, name, audio, status, code):
    answer = await add(client, name, audio)
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert await names(client) == []


@pytest.mark.parametrize(
    ("form", "code", "field"),
    [
        ({"data": {"name": "Lan"}, "files": {"other": b"x"}}, "missing_field", "file"),
        ({"files": {"file": ("a.mp3", encoded(".mp3"))}}, "missing_field", "name"),
        ({"data": {"name": ["Lan", "An"]}, "files": {"file": ("a.mp3", encoded(".mp3"))}}, "duplicate_field", "name"),
    ],
)
async def test_a_form_that_is_none_is_refused(client, form, code, field):
    answer = await client.post(PATH, **form)
    assert (answer.status_code, answer.json()["code"], answer.json()["field"]) == (422, code, field)


async def test_there_is_one_of_a_name_and_no_end_of_voices(client, monkeypatch):
    monkeypatch.setattr("stt.repositories.known_speaker_repository.MOST_KEPT", 2)
    assert (await add(client)).status_code == 201
    answer = await add(client)
    assert (answer.status_code, answer.json()["code"]) == (409, "speaker_exists")
    await add(client, "An")
    answer = await add(client, "Bình")
    assert (answer.status_code, answer.json()["code"], answer.json()["limit"]) == (409, "too_many_speakers", 2)


@pytest.mark.parametrize(("fields", "speakers", "known"), [
    ({}, "off", []),
    ({"known_speakers": "all"}, "auto", ["Lan"]),
    ({"known_speakers": "ALL", "speakers": "2"}, "2", ["Lan"]),
    ({"known_speakers": "off", "speakers": "2"}, "2", []),
])  # fmt: skip
async def test_a_job_knows_them_only_if_it_asks(client, embedded, fields, speakers, known):
    await add(client)
    files = {"file": ("talk.mp3", encoded(".mp3"))}
    body = (await client.post("/api/stt/jobs", files=files, data=fields)).json()
    assert body["speakers"] == speakers
    job = await embedded.jobs.get(ANONYMOUS, body["job_id"])
    assert (job.guidance.known_speakers is KnownSpeakers.ALL) is bool(known)
    found = await KnownSpeakerRepository(embedded.database).of_job(job)
    assert [sample.name for sample in found] == known
    answer = await client.post("/api/stt/jobs", files=files, data={"known_speakers": "Lan"})
    assert (answer.status_code, answer.json()["code"]) == (422, "unknown_known_speakers")


async def test_the_client_adds_lists_and_removes(embedded, tmp_path):
    (tmp_path / "lan.flac").write_bytes(recording(20.0))
    async with AsyncClient("http://stt", transport=httpx.ASGITransport(embedded.app())) as client:
        known = await client.add_speaker("Lan", tmp_path / "lan.flac")
        assert [each["name"] for each in await client.speakers()] == ["Lan"]
        await client.remove_speaker(known["speaker_id"])
        assert await client.speakers() == []
