"""Telling speakers apart again in a transcript that is there, from what is stored alone."""

import json
from dataclasses import replace

import pytest

from stt.domain.access.owner import ANONYMOUS
from stt.domain.errors import ClaimLost, JobFailure
from stt.domain.jobs.job import JobStatus
from stt.domain.jobs.keys import chunk_key
from stt.domain.jobs.redo import SpeakersRedo
from stt.repositories.jobs.redo_repository import RedoRepository
from stt.worker.processing.processor import Processor
from tests.unit.worker.processing.test_processor import Voiced, let_lease_run_out, parts, storage, told_apart  # noqa: F401  fixtures


@pytest.fixture
async def first(parts, storage):  # noqa: F811
    document = await told_apart(replace(parts, ear=Voiced()), storage, "2")
    await storage.delete(chunk_key("j", 0))  # of which nothing is needed any more
    return document


def words_of(document):
    words = [word for segment in document["segments"] for word in segment["words"]]
    return [{name: word[name] for name in ("word", "start", "end", "probability")} for word in words]


async def redone(database, parts, speakers):  # noqa: F811
    assert await RedoRepository(database).begin(ANONYMOUS, "j", SpeakersRedo(speakers))
    return await parts.jobs.claim("w", 60)


async def document_of(parts):  # noqa: F811
    job = await parts.jobs.get(ANONYMOUS, "j")
    return job, json.loads(await parts.storage.read(job.result_path))


async def test_all_words_stay_and_are_as_many_peoples_as_are_wanted(database, parts, first):  # noqa: F811
    assert [speaker["id"] for speaker in first["speakers"]] == ["S1", "S2"]
    for speakers, labels in (("1", ["S1"]), ("2", ["S1", "S2"])):
        await Processor(parts).work_on_job(*await redone(database, parts, speakers))
        job, document = await document_of(parts)
        assert (job.status, job.guidance.speakers) == (JobStatus.COMPLETED, speakers)
        assert [speaker["id"] for speaker in document["speakers"]] == labels
        assert {word["speaker"] for segment in document["segments"] for word in segment["words"]} == set(labels)
        assert words_of(document) == words_of(first)
        for name in ("coverage", "gaps", "suppressed", "language", "duration", "engine"):
            assert document[name] == first[name]
    assert document["turns"] == first["turns"]


async def test_who_is_known_is_named_again(database, parts, storage):  # noqa: F811
    parts = replace(parts, ear=Voiced())
    await told_apart(parts, storage, "2", [("Bình", 1)])
    await Processor(parts).work_on_job(*await redone(database, parts, "2"))
    _, document = await document_of(parts)
    assert [speaker["name"] for speaker in document["speakers"]] == ["Speaker 1", "Bình"]


async def test_killed_between_any_two_writes_it_is_done_once_and_the_first_transcript_is_there(database, parts, first):  # noqa: F811
    job, dead = await redone(database, parts, "1")

    class Killed(RedoRepository):
        async def complete(self, *_, **__):
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        await Processor(replace(parts, redos=Killed(database))).work_on_job(job, dead)
    assert (await document_of(parts))[1] == first
    await let_lease_run_out(parts.jobs)
    job, claim = await parts.jobs.claim("another", 60)
    assert claim.deaths == 1
    await Processor(parts).work_on_job(job, claim)
    with pytest.raises(ClaimLost):
        await Processor(parts).work_on_job(job, dead)
    job, document = await document_of(parts)
    assert [speaker["id"] for speaker in document["speakers"]] == ["S1"]
    assert job.result_path.endswith(f"-{claim.attempt}.json")


async def test_without_the_transcript_it_cannot_be_done(database, parts, first):  # noqa: F811
    job, claim = await redone(database, parts, "1")
    await parts.storage.delete(job.result_path)
    with pytest.raises(JobFailure) as failed:
        await Processor(parts).work_on_job(job, claim)
    assert failed.value.error_code == "result_missing"
