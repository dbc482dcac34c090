"""What is done in each stage of a job: prepare, detect, transcribe, merge."""

import asyncio
import contextlib
from collections.abc import Sequence
from datetime import UTC, datetime

import structlog

from stt.core.metrics.table import AUDIO_SECONDS, SEAMS_DISPUTED
from stt.core.storage.base import blocks_of
from stt.domain.errors import JobFailure, NotFound, ObjectMissing, WorkFailure
from stt.domain.jobs.chunk import Chunk, ChunkStatus
from stt.domain.jobs.claim import Claim
from stt.domain.jobs.job import Job, Stage
from stt.domain.jobs.keys import chunk_key, chunk_prefix, peaks_key, result_key, result_prefix
from stt.domain.jobs.line import Kind
from stt.domain.jobs.messages import ChunkMessage, JobMessage, Lane
from stt.domain.jobs.redo import Redo, SpeakersRedo
from stt.domain.jobs.stages import RULES
from stt.domain.merging.assembly import NO_LANGUAGE, Track, assemble, tracks_of
from stt.domain.merging.seam import Hearings
from stt.domain.text.search import terms_of
from stt.domain.transcripts.speakers import ToldApart
from stt.worker.audio import flac
from stt.worker.audio.pcm import Pcm
from stt.worker.patience import patiently
from stt.worker.preparation.prepared import PreparedAudio, PreparedChunk
from stt.worker.processing.metering import count_completed
from stt.worker.processing.processor_parts import ProcessorParts, longest_preparation
from stt.worker.processing.rehearing import rehear
from stt.worker.processing.remains import remove_remains
from stt.worker.processing.remembering import remembered
from stt.worker.processing.retelling import retell
from stt.worker.recognition.cuts import disputes_of, heard_again
from stt.worker.recognition.recognizer import recognize
from stt.worker.speakers.telling_apart import heard_in, tell_apart

log = structlog.get_logger()

FIRST = 1
"""The attempt of which nobody has cut a chunk before."""


class Processor:
    """Carries out one claimed stage; every write it makes is fenced by the claim."""

    def __init__(self, parts: ProcessorParts) -> None:
        self._parts = parts

    async def work_on_job(self, job: Job, claim: Claim) -> None:
        """Carry out the stage the job is in."""
        if job.redo is not None:
            await self._redo(job, job.redo, claim)
            return
        stages = {Stage.PREPARE: self._prepare, Stage.DETECT: self._detect, Stage.MERGE: self._merge}
        await stages[job.stage](job, claim)

    async def overtaken(self, job: Job) -> None:
        """What was stored for a job that is another's by now, or nobody's, may have come behind the sweeper.

        It is removed here: whoever sweeps or removes the job at this moment may have looked before it came.
        """
        jobs, storage = self._parts.jobs, self._parts.storage
        await jobs.mark_untidy(job.job_id)
        try:
            await remove_remains(await jobs.get(job.owner, job.job_id), jobs, storage)
        except NotFound:  # deleted, whether its row is there still or not
            for prefix in (chunk_prefix(job.job_id), result_prefix(job.job_id)):
                await storage.delete_prefix(prefix)

    async def _prepare(self, job: Job, claim: Claim) -> None:
        parts = self._parts
        count, whole = 0, PreparedAudio(0.0, None)
        async with parts.source_of(job) as source:
            asked, longest = job.guidance, longest_preparation(job)
            cutting = parts.preparer.prepare(source, asked.channels, asked.track, longest)
            async with contextlib.aclosing(cutting) as prepared:
                async for item in prepared:
                    if isinstance(item, PreparedAudio):
                        whole = item
                    else:
                        if count == 0 and item.tracks > 1:
                            await self._note_tracks(claim, item.tracks)
                        await self._keep_chunk(job, claim, item)
                        count += 1
        await patiently(lambda: parts.storage.write(peaks_key(job.job_id), whole.peaks))
        if claim.attempt > FIRST:
            await parts.chunks.drop_from(claim, count)
        stage = await parts.jobs.finish_prepare(
            claim,
            duration=whole.duration,
            chunks_total=count,
            broke_off=whole.broke_off,
            tracks=whole.tracks,
            notes=whole.notes,
        )
        self._ring_for(job, stage)

    async def _note_tracks(self, claim: Claim, tracks: int) -> None:
        await patiently(lambda: self._parts.jobs.note_tracks(claim, tracks))

    async def _keep_chunk(self, job: Job, claim: Claim, item: PreparedChunk) -> None:
        parts = self._parts
        key = None if item.plan.is_silent else chunk_key(job.job_id, item.plan.index, claim.mark)
        if key is not None:
            await patiently(lambda: parts.storage.write(key, item.flac))
        await patiently(lambda: parts.chunks.add(claim, job, item.plan, key))
        if key is not None and job.spoken_language is not None:
            parts.notifier.notify(Lane.CHUNKS, ChunkMessage(job.job_id, item.plan.index).encode())

    async def _detect(self, job: Job, claim: Claim) -> None:
        parts = self._parts
        model = await parts.model_of(job)
        chunks = await parts.chunks.of_job(job.job_id)
        stage = await parts.jobs.decide_language(claim, await parts.spoken_in(job, model, chunks, self._audio_of))
        self._ring_for(job, stage)
        for chunk in chunks:
            if stage is Stage.TRANSCRIBE and not chunk.plan.is_silent:
                parts.notifier.notify(Lane.CHUNKS, ChunkMessage(job.job_id, chunk.plan.index).encode())

    async def work_on_chunk(self, chunk: Chunk, job: Job, claim: Claim) -> None:
        """Transcribe a chunk and store what was heard."""
        parts = self._parts
        model = await parts.model_of(job)
        request = parts.request(job, model, job.spoken_language or NO_LANGUAGE)
        with parts.speedometer.transcribing(Kind(job.model, job.engine or ""), chunk.plan.owned.duration):
            pcm, longest = await self._audio_of(chunk), parts.longest_window(model)
            listening = asyncio.create_task(parts.ear.hear(pcm, job.guidance))
            try:
                heard = await recognize(pcm, chunk.plan, parts.listener, request, longest, parts.hallucinations)
                voices = await listening
            finally:
                listening.cancel()
        last = await patiently(
            lambda: parts.chunks.complete(chunk, claim, heard.segments, heard.gaps, heard.suppressed, voices)
        )
        AUDIO_SECONDS.labels(model.name, request.engine).inc(chunk.plan.owned.duration)
        if last:
            self._ring_for(job, Stage.MERGE)

    async def _merge(self, job: Job, claim: Claim) -> None:
        parts = self._parts
        chunks = await parts.chunks.of_job(job.job_id)
        if chunks and all(chunk.status is ChunkStatus.FAILED for chunk in chunks if not chunk.plan.is_silent):
            failed = [chunk.error_message for chunk in chunks if chunk.status is ChunkStatus.FAILED]
            if failed:
                raise JobFailure(failed[0], code="transcription_failed")
        tracks = tracks_of(chunks)
        again = {track.channel: await self._heard_again(job, track) for track in tracks}
        told = await self._told_apart(job, tracks)
        engine = job.engine or parts.engine
        now = datetime.now(UTC)
        transcript = await asyncio.to_thread(lambda: assemble(job, tracks, again, engine=engine, now=now, told=told))
        key = result_key(job.job_id, claim.mark)
        await patiently(lambda: parts.storage.put(key, blocks_of(transcript.lines())))
        terms = await asyncio.to_thread(lambda: terms_of(job.owner, job.filename, transcript.text))
        await patiently(lambda: parts.jobs.complete(claim, key, terms))
        count_completed(transcript, tracks)

    async def _redo(self, job: Job, redo: Redo, claim: Claim) -> None:
        if isinstance(redo, SpeakersRedo):
            await retell(job, redo, claim, self._parts)
        else:
            await rehear(job, redo, claim, self._parts)

    async def _told_apart(self, job: Job, tracks: Sequence[Track]) -> ToldApart | None:
        wanted = job.guidance.wanted_speakers
        if wanted is None:
            return None
        kept = await self._parts.chunks.voices_of(job.job_id)
        known = await remembered(job, self._parts.acquaintances, self._parts.ear)
        return await asyncio.to_thread(lambda: tell_apart(heard_in(tracks, kept), wanted, known))

    async def _heard_again(self, job: Job, track: Track) -> dict[int, Hearings]:
        """Further hearings of the cuts of a track whose sides disagree; none where the model is gone."""
        disputes = await asyncio.to_thread(disputes_of, track)
        SEAMS_DISPUTED.inc(len(disputes))
        if not disputes:
            return {}
        parts = self._parts
        try:
            model = await parts.model_of(job)
        except JobFailure as error:
            log.warning("seams_not_heard_again", job_id=job.job_id, reason=error.message)
            return {}
        request = parts.request(job, model, job.spoken_language or NO_LANGUAGE)
        return await heard_again(track, disputes, self._audio_of, parts.listener, request, parts.longest_window(model))

    async def _audio_of(self, chunk: Chunk) -> Pcm:
        if chunk.object_key is None:
            raise WorkFailure(f"Chunk {chunk.plan.index} has no audio stored.")
        try:
            body = await self._parts.storage.read(chunk.object_key)
        except ObjectMissing as error:
            raise WorkFailure(f"The audio of chunk {chunk.plan.index} is not in storage.") from error
        return await asyncio.to_thread(flac.decode, body)

    def _ring_for(self, job: Job, stage: Stage) -> None:
        if RULES[stage].as_a_whole:
            self._parts.notifier.notify(Lane.JOBS, JobMessage.of(job).encode())
