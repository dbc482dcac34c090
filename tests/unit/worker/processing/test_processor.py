"""The merge of a job whose chunks disagree about what was said around their cut."""

import json
from dataclasses import replace

import numpy as np
import pytest
from sqlalchemy import update

from stt.core.storage.local import LocalStorage
from stt.domain.access.owner import ANONYMOUS
from stt.domain.errors import ClaimLost
from stt.domain.jobs.chunk import ChunkPlan, Span
from stt.domain.jobs.claim import Claim
from stt.domain.jobs.guidance import Guidance
from stt.domain.jobs.job import JobStatus, Stage
from stt.domain.jobs.keys import chunk_key, peaks_key, result_key
from stt.domain.transcripts.known_speaker import Sample
from stt.domain.whisper.engine import Engine
from stt.repositories.jobs.call_repository import CallRepository
from stt.repositories.jobs.chunk_repository import ChunkRepository
from stt.repositories.jobs.deletions import DeletionRepository
from stt.repositories.jobs.job_repository import JobRepository
from stt.repositories.jobs.new_jobs import NewJob
from stt.repositories.jobs.redo_repository import RedoRepository
from stt.repositories.known_speaker_repository import Introduced, KnownSpeakerRepository
from stt.repositories.messages.event_repository import EventRepository
from stt.repositories.tables.jobs import JobRow
from stt.repositories.version_repository import VersionRepository
from stt.worker.audio import flac
from stt.worker.constants import SAMPLE_RATE
from stt.worker.errors import ModelUnavailable
from stt.worker.models import ModelStore, SpeakerStore
from stt.worker.preparation.prepared import PreparedAudio, PreparedChunk
from stt.worker.processing.ear import Ear
from stt.worker.processing.processor import Processor
from stt.worker.processing.processor_parts import ProcessorParts
from stt.worker.recognition import cuts
from stt.worker.speakers.naming import Known
from stt.worker.suppression.suppression import Hallucinations
from stt.worker.upkeep import sweeper
from stt.worker.upkeep.sweeper import Sweeper
from tests.unit.worker.listener import Listener, clock, speech
from tests.unit.worker.speakers.voices import chunk_of, voice
from tests.unit.worker.spoken import say

WORDS = [f"w{i}" for i in range(40)]
TRUTH = speech(WORDS, [0.4])
SECONDS = 16.0
PLANS = [
    ChunkPlan(0, Span(0, 8), Span(0, 11), (Span(0, 11),)),
    ChunkPlan(1, Span(8, SECONDS), Span(5, SECONDS), (Span(5, SECONDS),)),
]
MISHEARD = 21
"""A word of 8.4 to 8.8 s, which the chunk that owns it heard wrong and the other right."""


class Quiet:
    def notify(self, lane, body):
        pass


@pytest.fixture
async def storage(tmp_path):
    storage = LocalStorage(tmp_path / "objects")
    await storage.prepare()
    return storage


@pytest.fixture
def parts(database, storage, tmp_path):
    return ProcessorParts(
        jobs=JobRepository(database),
        chunks=ChunkRepository(database),
        redos=RedoRepository(database),
        acquaintances=KnownSpeakerRepository(database),
        versions=VersionRepository(database),
        storage=storage,
        notifier=Quiet(),
        preparer=None,
        listener=Listener(TRUTH),
        models=ModelStore(tmp_path / "models", downloads=False),
        ear=Ear(SpeakerStore(tmp_path / "models", downloads=False).resolve, at_once=1),
        scratch_root=tmp_path,
        engine=Engine.FASTER_WHISPER,
        beam_size=1,
        hallucinations=Hallucinations({}),
    )


def heard(plan, wrong=None):
    inside = [i for i, w in enumerate(TRUTH) if plan.audio.start <= w.start and w.end <= plan.audio.end + 1e-6]
    words = ["nonsense" if i == wrong else WORDS[i] for i in inside]
    return say(" ".join(words), TRUTH[inside[0]].start, pace=0.4)


async def due(parts, model="demo"):
    """Prepare a job and transcribe it chunk by chunk as above; now it is to be merged."""
    await parts.jobs.add(NewJob(ANONYMOUS, "j", "f", "k", "vi", model))
    job, claim = await parts.jobs.claim("w", 60)
    for plan in PLANS:
        await parts.chunks.add(claim, job, plan, chunk_key("j", plan.index))
    await parts.jobs.finish_prepare(claim, duration=SECONDS, chunks_total=2, broke_off=None)
    for _ in PLANS:
        chunk, job, chunk_claim = await parts.chunks.claim("w", 60)
        segment = heard(chunk.plan, MISHEARD if chunk.plan.index == 1 else None)
        await parts.chunks.complete(chunk, chunk_claim, [segment], [])


async def merged(parts, model="demo"):
    """The words of such a job once it is merged."""
    await due(parts, model)
    job, claim = await parts.jobs.claim("w", 60)
    assert job.stage is Stage.MERGE
    await Processor(parts).work_on_job(job, claim)
    job = await parts.jobs.get(ANONYMOUS, "j")
    assert (job.status, job.result_path) == (JobStatus.COMPLETED, result_key("j"))
    return await words_of(parts)


async def words_of(parts):
    """Those of the transcript that the job has."""
    return json.loads(await parts.storage.read((await parts.jobs.get(ANONYMOUS, "j")).result_path))["text"].split()


async def let_lease_run_out(jobs):
    expired = update(JobRow).where(JobRow.available_at.is_not(None)).values(available_at=0.0)
    await jobs._database.write(lambda connection: connection.execute(expired))


async def keep_audio(storage):
    for plan in PLANS:
        pcm = clock(SECONDS)[round(plan.audio.start * SAMPLE_RATE) : round(plan.audio.end * SAMPLE_RATE)]
        await storage.write(chunk_key("j", plan.index), flac.encode(pcm))


async def test_what_two_chunks_disagree_about_is_heard_again(parts, storage):
    await keep_audio(storage)
    assert await merged(parts) == WORDS
    assert len(parts.listener.heard) == 3
    before, behind = (plan.audio for plan in PLANS)
    spans = [(span.start, span.end) for span in parts.listener.heard]
    assert all(start < behind.start and before.end < end for start, end in spans), "neither edge is heard again"


async def test_a_merge_that_finds_no_audio_any_more_still_ends_well(parts):
    assert await merged(parts) == [*WORDS[:MISHEARD], "nonsense", *WORDS[MISHEARD + 1 :]]


async def test_so_does_one_that_finds_the_audio_of_one_of_the_two_chunks(parts, storage):
    await keep_audio(storage)
    await storage.delete(chunk_key("j", 0))
    assert await merged(parts) == [*WORDS[:MISHEARD], "nonsense", *WORDS[MISHEARD + 1 :]]


async def test_a_model_that_is_gone_costs_the_further_hearings_and_not_the_job(parts, storage):
    await keep_audio(storage)

    class Gone(Listener):
        async def transcribe(self, windows, request):
            raise ModelUnavailable("It was removed.")

    words = await merged(replace(parts, listener=Gone(TRUTH)))
    assert len(words) == len(WORDS)


async def overtaken(parts):
    """A merge that lost its lease and, hearing nothing any more, comes to its end behind that of its successor."""
    await due(parts)
    stale = await parts.jobs.claim("paused", 60)
    await let_lease_run_out(parts.jobs)
    await Processor(parts).work_on_job(*await parts.jobs.claim("successor", 60))
    with pytest.raises(ClaimLost):
        await Processor(replace(parts, listener=Listener([]))).work_on_job(*stale)


async def test_a_merge_that_lost_its_claim_replaces_no_transcript_and_removes_no_audio(parts, storage, monkeypatch):
    await keep_audio(storage)
    await overtaken(parts)
    assert await words_of(parts) == WORDS
    assert await storage.keys("chunks/j/") == [chunk_key("j", 0), chunk_key("j", 1)]
    monkeypatch.setattr(sweeper, "SETTLING_SECONDS", 0.0)
    calls, events = (repository(parts.jobs._database) for repository in (CallRepository, EventRepository))
    await Sweeper(parts.jobs, parts.chunks, storage, calls, [events], orphan_seconds=300).sweep()
    assert await storage.keys("chunks/") == []
    assert await storage.keys("results/") == [(await parts.jobs.get(ANONYMOUS, "j")).result_path]


async def test_if_all_attempts_wrote_to_one_place_the_transcript_would_be_replaced(parts, storage, monkeypatch):
    """Negative control."""
    monkeypatch.setattr(Claim, "mark", "")
    await keep_audio(storage)
    await overtaken(parts)
    assert await words_of(parts) != WORDS


async def test_a_merge_that_is_repeated_hears_again_what_the_first_one_heard(parts, storage):
    await keep_audio(storage)
    await due(parts)

    class Dies(JobRepository):
        async def complete(self, claim, result_path, terms):
            raise KeyboardInterrupt

    dying = replace(parts, jobs=Dies(parts.jobs._database))
    with pytest.raises(KeyboardInterrupt):
        await Processor(dying).work_on_job(*await parts.jobs.claim("dies", 60))
    await let_lease_run_out(parts.jobs)
    await Processor(parts).work_on_job(*await parts.jobs.claim("w", 60))
    assert await words_of(parts) == WORDS


async def test_a_merge_does_not_wait_for_further_hearings_for_ever(parts, storage, monkeypatch):
    monkeypatch.setattr(cuts, "HEARING_SECONDS", 0.0)
    await keep_audio(storage)
    assert await merged(parts) == [*WORDS[:MISHEARD], "nonsense", *WORDS[MISHEARD + 1 :]]
    assert parts.listener.heard == []


class Cutter:
    """Prepares every file into the chunks that are given."""

    def __init__(self, *plans, flac=b"audio", peaks=b""):
        self.plans, self.flac, self.peaks = plans, flac, peaks

    async def prepare(self, source, channels, track, longest):
        for plan in self.plans:
            yield PreparedChunk(plan, self.flac)
        yield PreparedAudio(SECONDS, None, peaks=self.peaks)


async def test_a_preparation_that_lost_its_claim_replaces_no_audio(parts, storage):
    """Another version, or one with other settings, may cut otherwise."""
    await storage.write("k", b"audio")
    await parts.jobs.add(NewJob(ANONYMOUS, "j", "f", "k", "vi", "demo"))
    whole = ChunkPlan(0, Span(0, SECONDS), Span(0, SECONDS), (Span(0, SECONDS),))
    stale = await parts.jobs.claim("paused", 60)
    await let_lease_run_out(parts.jobs)
    fresh = await parts.jobs.claim("successor", 60)
    await Processor(replace(parts, preparer=Cutter(whole, flac=b"new"))).work_on_job(*fresh)
    with pytest.raises(ClaimLost):
        await Processor(replace(parts, preparer=Cutter(PLANS[0], flac=b"old"))).work_on_job(*stale)
    [chunk] = await parts.chunks.of_job("j")
    assert (chunk.plan, await storage.read(chunk.object_key)) == (whole, b"new")


async def test_what_an_earlier_attempt_cut_and_a_later_one_did_not_is_gone(parts, storage):
    await storage.write("k", b"audio")
    await parts.jobs.add(NewJob(ANONYMOUS, "j", "f", "k", "vi", "demo"))
    whole = ChunkPlan(0, Span(0, SECONDS), Span(0, SECONDS), (Span(0, SECONDS),))
    job, claim = await parts.jobs.claim("w", 60)
    for plan in PLANS:
        await parts.chunks.add(claim, job, plan, chunk_key("j", plan.index))
    await parts.jobs.give_back(claim, delay_seconds=0, counted=True, reason="It died.")
    job, claim = await parts.jobs.claim("w", 60)
    await Processor(replace(parts, preparer=Cutter(whole))).work_on_job(job, claim)
    assert [chunk.plan for chunk in await parts.chunks.of_job("j")] == [whole]
    job = await parts.jobs.get(ANONYMOUS, "j")
    assert (job.stage, job.chunks_total) == (Stage.TRANSCRIBE, 1)


async def test_the_outline_of_a_recording_is_stored_and_not_swept_away(parts, storage, database, monkeypatch):
    await storage.write("k", b"audio")
    await parts.jobs.add(NewJob(ANONYMOUS, "j", "f", "k", "vi", "demo"))
    silent = ChunkPlan(0, Span(0, SECONDS), Span(0, 0), ())
    worker = Processor(replace(parts, preparer=Cutter(silent, peaks=b"\1\2\3")))
    for _ in (Stage.PREPARE, Stage.MERGE):
        await worker.work_on_job(*await parts.jobs.claim("w", 60))
    job = await parts.jobs.get(ANONYMOUS, "j")
    await storage.write(f"{result_key('j')}.other", b"{}")
    monkeypatch.setattr(sweeper, "SETTLING_SECONDS", 0.0)
    calls, events = (repository(database) for repository in (CallRepository, EventRepository))
    await Sweeper(parts.jobs, parts.chunks, storage, calls, [events], orphan_seconds=300).sweep()
    assert sorted(await storage.keys("results/j/")) == sorted([peaks_key("j"), job.result_path])
    assert await storage.read(peaks_key("j")) == b"\1\2\3"


class Voiced:
    """An ear that hears the first person up to second 8 and the second behind it; samples are numbers of people."""

    def __init__(self):
        self.asked = []

    async def hear(self, pcm, asked):
        self.asked.append(asked.speakers)
        people = [[0, 1]] if len(pcm) > 10 * SAMPLE_RATE else []
        return chunk_of(people, np.random.default_rng(0), seconds=SECONDS).to_bytes() if asked.wanted_speakers else None

    async def known(self, samples):
        draw = np.random.default_rng(1)
        return [Known(sample.name, voice(int(sample.flac), draw, 0.1)) for sample in samples]


async def told_apart(parts, storage, speakers, known=()):
    """The transcript of a job of one chunk of sixteen seconds; `known` are names and the numbers of whose they are."""
    promise = Introduced([Sample(name, b"%d" % number, 3.0, 2.0) for name, number in known]) if known else None
    plan = ChunkPlan(0, Span(0, SECONDS), Span(0, SECONDS), (Span(0, SECONDS),))
    guidance = Guidance(speakers=speakers)
    await parts.jobs.add(NewJob(ANONYMOUS, "j", "f", "k", "vi", "demo", guidance=guidance, promise=promise))
    job, claim = await parts.jobs.claim("w", 60)
    await storage.write(chunk_key("j", 0), flac.encode(clock(SECONDS)))
    await parts.chunks.add(claim, job, plan, chunk_key("j", 0))
    await parts.jobs.finish_prepare(claim, duration=SECONDS, chunks_total=1, broke_off=None)
    chunk, job, held = await parts.chunks.claim("w", 60)
    await Processor(parts).work_on_chunk(chunk, job, held)
    job, claim = await parts.jobs.claim("w", 60)
    await Processor(parts).work_on_job(job, claim)
    return json.loads(await storage.read((await parts.jobs.get(ANONYMOUS, "j")).result_path))


async def test_speakers_are_heard_chunk_by_chunk_and_told_apart_in_the_merge(parts, storage):
    ear = Voiced()
    document = await told_apart(replace(parts, ear=ear), storage, "2")
    assert ear.asked == ["2"]
    assert [speaker["id"] for speaker in document["speakers"]] == ["S1", "S2"]
    words = [word for segment in document["segments"] for word in segment["words"]]
    assert {word["speaker"] for word in words if word["end"] < 7} == {"S1"}
    assert {word["speaker"] for word in words if word["start"] > 9} == {"S2"}
    assert " ".join(segment["text"] for segment in document["segments"]).split() == WORDS


async def test_who_is_known_has_the_name_and_a_stranger_none(parts, storage):
    document = await told_apart(replace(parts, ear=Voiced()), storage, "2", [("Bình", 1), ("Hà", 5)])
    assert document["speakers"] == [{"id": "S1", "name": "Speaker 1"}, {"id": "S2", "name": "Bình"}]


async def test_a_machine_without_the_model_ends_a_job_well_without_names(parts, storage):
    class Forgetful(Voiced):
        async def known(self, samples):
            raise ModelUnavailable("It was removed.")

    document = await told_apart(replace(parts, ear=Forgetful()), storage, "2", [("Bình", 1)])
    assert [speaker["name"] for speaker in document["speakers"]] == ["Speaker 1", "Speaker 2"]


async def test_a_job_without_speakers_says_nothing_of_them_and_needs_no_model(parts, storage):
    document = await told_apart(parts, storage, "off")
    assert not {"speakers", "turns"} & set(document)
    assert not any("speaker" in segment for segment in document["segments"])


async def test_without_the_model_of_speakers_a_job_that_wants_them_says_what_to_do(parts, storage):
    with pytest.raises(ModelUnavailable, match="stt models pull speakers"):
        await told_apart(parts, storage, "auto")


@pytest.mark.parametrize("end", ["over", "deleted", "deleted and removed", "begun again"])
async def test_what_comes_behind_the_sweeper_is_removed_by_who_stored_it(parts, storage, end):
    """A worker that slept through the end of its job, and the minute after it, stores one more object.

    Whoever sweeps or removes the job at that moment may have looked before: nobody would come again.
    """
    await due(parts)
    job, claim = await parts.jobs.claim("w", 60)
    await Processor(parts).work_on_job(job, claim)
    await parts.jobs.mark_tidied("j")
    kept = await storage.keys("results/j/")
    deletions = DeletionRepository(parts.jobs._database)
    if end.startswith("deleted"):
        await deletions.mark(ANONYMOUS, "j")
    if end.endswith("removed"):
        await deletions.remove("j")
    if end == "begun again":
        await parts.jobs._database.write(lambda c: c.execute(update(JobRow).values(completed_at=None)))
    await storage.write(chunk_key("j", 0, "-2"), b"late")
    await Processor(parts).overtaken(job)
    assert (await storage.keys("chunks/j/") == []) == (end != "begun again")
    assert (await storage.keys("results/j/") == kept) == (end in ("over", "begun again"))
    untidy = await parts.jobs.untidy(ended_before=0.0, limit=1)
    assert bool(untidy) == (end in ("over", "deleted"))
