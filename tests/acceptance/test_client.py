"""The Python client against real processes."""

import asyncio

import pytest

from stt.client import AsyncClient, Client, NoService, Refused
from stt.worker.models.store import PACKAGED
from tests.acceptance.service import Service
from tools.service import free_port

SAMPLE = PACKAGED / "sample-en.flac"


@pytest.fixture(scope="module")
def serving(tmp_path_factory):
    with Service(tmp_path_factory.mktemp("serving"), {"STT_DEFAULT_MODEL": "demo"}, consumers=0) as service:
        yield service


@pytest.fixture
def client(serving):
    with Client(serving.url) as client:
        yield client


def test_a_file_becomes_a_transcript(client, serving):
    sent, seen = [], []
    transcript = client.transcribe(SAMPLE, language="en", sent=sent.append, watch=lambda job: seen.append(job.status))
    assert transcript.text == serving.result(transcript.job_id)["text"] != ""
    assert (sent[-1], seen[-1]) == (100, "COMPLETED")
    assert asyncio.run(awaited(serving.url)) == transcript.text


async def awaited(url):
    async with AsyncClient(url) as client:
        one, two = await asyncio.gather(*[client.transcribe(SAMPLE, language="en") for _ in range(2)])
        assert one.text == two.text
        return one.text


def test_a_job_is_watched_read_listed_and_erased(client):
    job = client.create(SAMPLE, {"language": "en"}, metadata={"test": "resource"})
    assert client.create(SAMPLE, {"language": "en"}, metadata={"test": "resource"}, key="again").job_id != job.job_id
    events = list(client.events(job.job_id))
    assert [event.type for event in events if event.type != "job.progress"][-1] == "job.completed"
    assert "job.text" in {event.type for event in events}
    assert client.wait(job.job_id).progress == 100
    assert client.export(job.job_id, "srt", max_lines=1).startswith(b"1\n00:00:")
    assert client.export(job.job_id, "txt").decode().strip() == client.transcript(job.job_id).text
    listed = list(client.jobs(metadata={"test": "resource"}, language="en"))
    assert len(listed) == 2
    assert listed[1].metadata == {"test": "resource"}
    client.delete(job.job_id)
    assert len(list(client.jobs(metadata={"test": "resource"}))) == 1


def test_the_same_key_makes_one_job(client):
    first = client.create(SAMPLE, {"language": "en"}, key="one-and-the-same")
    assert client.create(SAMPLE, {"language": "en"}, key="one-and-the-same").job_id == first.job_id
    assert client.cancel(first.job_id).status in ("CANCELLED", "COMPLETED")


def test_what_is_refused_and_where_nobody_is(client, serving):
    with pytest.raises(Refused, match="stt models pull tiny"):
        client.transcribe(SAMPLE, model="tiny")
    with pytest.raises(NoService), Client(f"http://127.0.0.1:{free_port()}") as nobody:
        nobody.get("x")
