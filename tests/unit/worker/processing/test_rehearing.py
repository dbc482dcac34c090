"""A span of a completed job heard again: its words replaced, everything else as it was."""

import json
from dataclasses import replace

import numpy as np
import pytest

from stt.domain.access.owner import ANONYMOUS
from stt.domain.edits.document import document_of, edition_of
from stt.domain.edits.operations import Name, Remove, Text
from stt.domain.edits.version import NewVersion
from stt.domain.errors import ClaimLost, JobFailure
from stt.domain.jobs.chunk import ChunkPlan, Span
from stt.domain.jobs.job import JobStatus, Stage
from stt.domain.jobs.redo import SpanRedo
from stt.repositories.jobs.redo_repository import RedoRepository
from stt.repositories.messages.event_repository import EventRepository
from stt.worker.audio import flac
from stt.worker.constants import SAMPLE_RATE
from stt.worker.preparation.prepared import PreparedAudio, PreparedChunk
from stt.worker.processing.processor import Processor
from tests.unit.worker.listener import Listener, clock, speech
from tests.unit.worker.processing.test_processor import (  # noqa: F401  fixtures
    SECONDS,
    TRUTH,
    WORDS,
    Voiced,
    let_lease_run_out,
    parts,
    storage,
    told_apart,
)

OTHERS = speech([f"n{number}" for number in range(len(WORDS))], [0.4])
"""What another model writes of the same speech."""


class Cutter:
    """Cuts the wanted part of a file of bare samples into chunks of four seconds that overlap by two."""

    def __init__(self):
        self.parts = []

    async def prepare(self, source, channels, track, longest, part):
        self.parts.append(part)
        pcm, index, start = np.frombuffer(source.read_bytes(), np.int16), 0, part.start
        while start < part.end:
            owned = Span(start, min(start + 4, part.end))
            audio = Span(max(part.start, owned.start - 1), min(part.end, owned.end + 1))
            samples = pcm[round(audio.start * SAMPLE_RATE) : round(audio.end * SAMPLE_RATE)]
            yield PreparedChunk(ChunkPlan(index, owned, audio, (audio,)), flac.encode(samples))
            start, index = owned.end, index + 1
        yield PreparedAudio(part.end, None)


@pytest.fixture
async def first(parts, storage):  # noqa: F811
    """The transcript of a job of sixteen seconds and forty words, two people's, whose audio is stored."""
    await storage.write("k", clock(SECONDS).tobytes())
    return await told_apart(replace(parts, ear=Voiced()), storage, "2")


def asked(start, end, **changes):
    return replace(SpanRedo(start, end, "demo", None, "vi", "", "key_1"), **changes)


async def begun(parts, redo):  # noqa: F811
    assert await parts.redos.begin(ANONYMOUS, "j", redo)
    return await parts.jobs.claim("w", 60)


async def reheard(parts, redo, **listening):  # noqa: F811
    """The newest version of the transcript when that is done."""
    listener = Listener(**{"truth": OTHERS, **listening})
    cutter = Cutter()
    await Processor(replace(parts, listener=listener, preparer=cutter)).work_on_job(*await begun(parts, redo))
    return await newest(parts)


async def newest(parts):  # noqa: F811
    job = await parts.jobs.get(ANONYMOUS, "j")
    machine = json.loads(await parts.storage.read(job.result_path))
    number, changes = await parts.versions.newest(ANONYMOUS, "j")
    return document_of(machine, edition_of(machine, changes), number)


async def write(parts, base, *operations):  # noqa: F811
    job = await parts.jobs.get(ANONYMOUS, "j")
    machine = json.loads(await parts.storage.read(job.result_path))
    _, changes = await parts.versions.newest(ANONYMOUS, "j")
    new = NewVersion.of(base, machine, edition_of(machine, changes), operations, "key_2")
    return await parts.versions.add(ANONYMOUS, "j", new)


def words_of(document):
    return [word for segment in document["segments"] for word in segment["words"]]


def expected(start, end):
    return [new.word if start <= old.midpoint <= end else old.word for old, new in zip(TRUTH, OTHERS, strict=True)]


@pytest.mark.parametrize(
    ("start", "end"),
    [(4.0, 8.0), (4.1, 8.1), (4.3, 8.3), (4.19, 4.5), (0.0, 3.0), (12.1, SECONDS), (0.0, SECONDS), (7.9, 8.05)],
)
async def test_the_words_of_the_span_are_others_and_all_else_stays_as_it_is(parts, first, start, end):  # noqa: F811
    document = await reheard(parts, asked(start, end))
    after, before = words_of(document), words_of(first)
    assert [word["word"] for word in after] == expected(start, end)
    stays = [place for place, word in enumerate(TRUTH) if not start <= word.midpoint <= end]
    assert [after[place] for place in stays] == [before[place] for place in stays]
    assert [word["speaker"] for word in after] == [word["speaker"] for word in before]
    assert document["text"].split() == expected(start, end)
    assert (document["speakers"], document["turns"]) == (first["speakers"], first["turns"])
    assert len({segment["id"] for segment in document["segments"]}) == len(document["segments"])
    job = await parts.jobs.get(ANONYMOUS, "j")
    assert json.loads(await parts.storage.read(job.result_path)) == first  # the machine's words are never changed


@pytest.mark.parametrize("jitter", [0.0, 0.15])
@pytest.mark.parametrize("start", [2.0, 3.05, 4.2, 5.39])
@pytest.mark.parametrize("length", [0.5, 3.3, 7.0])
async def test_no_word_is_torn_or_doubled_whatever_the_borders_cut(parts, first, jitter, start, length):  # noqa: F811
    document = await reheard(parts, asked(start, start + length), truth=TRUTH, jitter=jitter)
    assert [word["word"] for word in words_of(document)] == WORDS


async def test_what_is_around_the_span_is_heard_with_it_but_not_the_whole_file(parts, first):  # noqa: F811
    cutter = Cutter()
    heard = replace(parts, listener=Listener(OTHERS), preparer=cutter)
    await Processor(heard).work_on_job(*await begun(parts, asked(6.0, 8.0)))
    [part] = cutter.parts
    assert 1.5 <= part.start < 6 - 0.8
    assert 8 + 0.8 < part.end <= 12.5


async def test_the_span_is_heard_as_it_was_asked_for(parts, first):  # noqa: F811
    listener = Listener(OTHERS, languages={"fr": Span(0, 60)})
    heard = replace(parts, listener=listener, preparer=Cutter())
    await Processor(heard).work_on_job(*await begun(parts, asked(6.0, 8.0, language="auto", prompt="So.")))
    assert {(options.language, options.prompt) for options in listener.requests} == {("fr", "So.")}
    document = await newest(parts)
    spoken = {(segment["text"][0], segment.get("language")) for segment in document["segments"]}
    assert spoken == {("w", None), ("n", "fr")}
    edit = await parts.versions.get(ANONYMOUS, "j", 1)
    assert (edit.version.redo, edit.version.key_id) == (asked(6.0, 8.0, language="auto", prompt="So."), "key_1")


async def test_what_people_have_changed_outside_the_span_stays_with_their_names_of_speakers(parts, first):  # noqa: F811
    line = first["segments"][0]
    await write(parts, 0, Text(line["id"], "anders", (0, 1)), Name("S1", "Lan"))
    document = await reheard(parts, asked(9.9, 11.0))
    said = expected(9.9, 11.0)
    assert [word["word"] for word in words_of(document)] == ["anders", *said[1:]]
    assert (document["version"], document["speakers"][0]["name"]) == (2, "Lan")


async def test_what_people_change_meanwhile_stays_as_well(database, parts, first):  # noqa: F811
    line = first["segments"][0]

    class Overtaken(RedoRepository):
        tries = 0

        async def complete_span(self, claim, new):
            self.tries += 1
            if self.tries == 1:
                await write(parts, 0, Text(line["id"], "anders", (0, 1)))
            await super().complete_span(claim, new)

    redos = Overtaken(database)
    document = await reheard(replace(parts, redos=redos), asked(9.9, 11.0))
    assert ([word["word"] for word in words_of(document)], redos.tries) == (["anders", *expected(9.9, 11.0)[1:]], 2)


async def test_words_are_found_where_none_were(parts, first):  # noqa: F811
    await write(parts, 0, Remove([segment["id"] for segment in first["segments"]]))
    document = await reheard(parts, asked(7.0, 9.0))
    inside = [number for number, word in enumerate(TRUTH) if 7 <= word.midpoint <= 9]
    assert [word["word"] for word in words_of(document)] == [f"n{number}" for number in inside]
    assert {(word["speaker"], word["start"] < 8) for word in words_of(document)} == {("S1", True), ("S2", False)}


async def test_while_it_is_done_the_job_says_so_and_then_tells_of_the_version(database, parts, first):  # noqa: F811
    await reheard(parts, asked(4.0, 8.0))
    job = await parts.jobs.get(ANONYMOUS, "j")
    assert (job.status, job.redo, job.error_code, job.stage) == (JobStatus.COMPLETED, None, None, Stage.REDO)
    events = await EventRepository(database).of_owner(ANONYMOUS, 0)
    told = [(event.kind, event.data["stage"], event.data.get("version")) for event in events[-3:]]
    assert told == [("job.stage", "redo", None), ("transcript.edited", None, 1), ("job.completed", None, None)]


async def test_killed_before_it_is_written_it_is_done_once_by_another(database, parts, first):  # noqa: F811
    class Killed(RedoRepository):
        async def complete_span(self, *_):
            raise KeyboardInterrupt

    heard = replace(parts, listener=Listener(OTHERS), preparer=Cutter())
    job, dead = await begun(parts, asked(4.0, 8.0))
    with pytest.raises(KeyboardInterrupt):
        await Processor(replace(heard, redos=Killed(database))).work_on_job(job, dead)
    assert (await parts.versions.newest(ANONYMOUS, "j"), (await newest(parts))["text"]) == ((0, ()), first["text"])
    await let_lease_run_out(parts.jobs)
    job, claim = await parts.jobs.claim("another", 60)
    await Processor(heard).work_on_job(job, claim)
    with pytest.raises(ClaimLost):
        await Processor(heard).work_on_job(job, dead)
    assert (await parts.versions.newest(ANONYMOUS, "j"))[0] == 1
    assert [word["word"] for word in words_of(await newest(parts))] == expected(4.0, 8.0)


async def test_without_its_audio_it_fails_and_the_transcript_is_as_before(parts, storage, first):  # noqa: F811
    job, claim = await begun(parts, asked(4.0, 8.0))
    await storage.delete("k")
    with pytest.raises(JobFailure) as failed:
        await Processor(replace(parts, preparer=Cutter())).work_on_job(job, claim)
    await parts.jobs.fail(claim, failed.value.error_code, failed.value.message)
    job = await parts.jobs.get(ANONYMOUS, "j")
    assert (job.status, job.redo, job.error_code) == (JobStatus.COMPLETED, None, failed.value.error_code)
    assert (await newest(parts))["text"] == first["text"]
