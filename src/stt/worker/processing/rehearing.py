"""Hearing a span of a completed job again: a version of its transcript with other words there."""

import asyncio
import contextlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from stt.core.metrics.table import AUDIO_SECONDS
from stt.domain.edits.document import edition_of
from stt.domain.edits.edition import Edition
from stt.domain.edits.rehearing import borders_of, reheard
from stt.domain.edits.version import NewVersion, VersionOutdated
from stt.domain.errors import JobFailure, ObjectMissing
from stt.domain.jobs.chunk import Chunk, ChunkStatus, Span
from stt.domain.jobs.claim import Claim
from stt.domain.jobs.job import AUTO_LANGUAGE, MULTI_LANGUAGE, Job
from stt.domain.jobs.line import Kind
from stt.domain.jobs.redo import SpanRedo
from stt.domain.merging.assembly import Track, spelled, tracks_of
from stt.domain.transcripts.transcript import Segment
from stt.worker.audio import flac
from stt.worker.audio.pcm import Pcm
from stt.worker.inference.batcher import EngineRequest
from stt.worker.models import ResolvedModel
from stt.worker.patience import patiently
from stt.worker.preparation.prepared import PreparedChunk
from stt.worker.processing.processor_parts import ProcessorParts, longest_preparation
from stt.worker.recognition.cuts import disputes_of, heard_again
from stt.worker.recognition.recognizer import recognize

Heard = Mapping[int | None, Sequence[Segment]]
"""What is said now, by channel."""


async def rehear(job: Job, redo: SpanRedo, claim: Claim, parts: ProcessorParts) -> None:
    """Store a version with what is heard now between two seconds, and complete the job.

    Until that is written the job has the transcript that it had, and nothing else is stored. What people change
    meanwhile stays outside the span.

    Raises:
        ClaimLost: somebody else does it, or nobody any more.
        JobFailure: codes `result_missing`, `upload_missing`, and those of models and decoders.
    """
    try:
        machine = await asyncio.to_thread(json.loads, await parts.storage.read(job.transcript_key))
    except ObjectMissing as error:
        raise JobFailure("The transcript is not in storage.", code="result_missing") from error
    _, edition = await _newest(job, machine, parts)
    cut = await _cut(job, await asyncio.to_thread(_audio_around, job, redo, edition), parts)
    found = await _Rehearing(_as_wanted(job, redo), parts, cut).heard()
    heard = {channel: [_labelled(segment, job) for segment in segments] for channel, segments in found.items()}
    while not await _stored(job, redo, claim, parts, machine, heard):
        pass


async def _stored(
    job: Job, redo: SpanRedo, claim: Claim, parts: ProcessorParts, machine: Mapping[str, Any], heard: Heard
) -> bool:
    """Whether what was heard is stored as a version; not where somebody else has just made one."""
    number, edition = await _newest(job, machine, parts)
    new = await asyncio.to_thread(_version, number, machine, edition, redo, heard)
    try:
        await patiently(lambda: parts.redos.complete_span(claim, new))
    except VersionOutdated:
        return False
    return True


def _as_wanted(job: Job, redo: SpanRedo) -> Job:
    """The job as if it were done as the span is."""
    guidance = replace(job.guidance, prompt=redo.prompt)
    return replace(job, model=redo.model, engine=redo.engine, language=redo.language, guidance=guidance)


def _labelled(segment: Segment, job: Job) -> Segment:
    """The segment with its language, unless that is the one of the whole transcript."""
    return replace(segment, language=None) if segment.language == job.spoken_language else segment


async def _newest(job: Job, machine: Mapping[str, Any], parts: ProcessorParts) -> tuple[int, Edition]:
    number, changes = await parts.versions.newest(job.owner, job.job_id)
    return number, await asyncio.to_thread(edition_of, machine, changes)


def _audio_around(job: Job, redo: SpanRedo, edition: Edition) -> Span:
    """What has to be heard of all channels."""
    channels = range(job.tracks) if job.tracks > 1 else (None,)
    spans = [borders_of(edition, redo.span, channel).audio for channel in channels]
    end = max(span.end for span in spans)
    return Span(min(span.start for span in spans), min(end, job.duration or end))


async def _cut(job: Job, part: Span, parts: ProcessorParts) -> list[PreparedChunk]:
    """The part of the file in chunks, in memory: some megabytes."""
    cut = []
    async with parts.source_of(job) as source:
        asked = job.guidance.channels, job.guidance.track, longest_preparation(job), part
        async with contextlib.aclosing(parts.preparer.prepare(source, *asked)) as prepared:
            async for item in prepared:
                if isinstance(item, PreparedChunk):
                    cut.append(item)
    return cut


class _Rehearing:
    """Chunks of a job that is done as the span is wanted, heard as those of any other are."""

    def __init__(self, job: Job, parts: ProcessorParts, cut: Iterable[PreparedChunk]) -> None:
        self._job, self._parts = job, parts
        self._cut = {item.plan.index: item for item in cut}

    async def heard(self) -> dict[int | None, list[Segment]]:
        """What is said, by channel."""
        job, parts = self._job, self._parts
        model = await parts.model_of(job)
        chunks = [self._chunk(item) for item in self._cut.values()]
        language = await self._language(model, chunks)
        request = parts.request(job, model, language)
        seconds = sum(chunk.plan.owned.duration for chunk in chunks)
        with parts.speedometer.transcribing(Kind(job.model, job.engine or ""), seconds):
            tracks = tracks_of(await self._transcribed(chunks, request, parts.longest_window(model)))
            found = {track.channel: await self._joined(track, request, model) for track in tracks}
        AUDIO_SECONDS.labels(model.name, request.engine).inc(seconds)
        label = None if language == MULTI_LANGUAGE else language
        return {
            channel: [spelled(replace(segment, language=segment.language or label), job) for segment in segments]
            for channel, segments in found.items()
        }

    def _chunk(self, item: PreparedChunk) -> Chunk:
        name = f"{self._job.job_id}:{item.plan.index:05d}"
        return Chunk(name, self._job.job_id, item.plan, None, ChunkStatus.COMPLETED, (), (), None)

    async def _language(self, model: ResolvedModel, chunks: Sequence[Chunk]) -> str:
        if self._job.language != AUTO_LANGUAGE:
            return self._job.language
        return await self._parts.spoken_in(self._job, model, chunks, self._audio_of)

    async def _transcribed(self, chunks: Sequence[Chunk], request: EngineRequest, longest: float) -> list[Chunk]:
        """The chunks with what was heard; their windows share batches."""

        async def listen(chunk: Chunk) -> Chunk:
            if chunk.plan.is_silent:
                return chunk
            pcm, parts = await self._audio_of(chunk), self._parts
            heard = await recognize(pcm, chunk.plan, parts.listener, request, longest, parts.hallucinations)
            return replace(chunk, segments=heard.segments, gaps=heard.gaps, suppressed=heard.suppressed)

        tasks = [asyncio.create_task(listen(chunk)) for chunk in chunks]
        try:
            return await asyncio.gather(*tasks)
        finally:
            for task in tasks:
                task.cancel()

    async def _joined(self, track: Track, request: EngineRequest, model: ResolvedModel) -> list[Segment]:
        disputes = await asyncio.to_thread(disputes_of, track)
        again = await heard_again(
            track, disputes, self._audio_of, self._parts.listener, request, self._parts.longest_window(model)
        )
        return await asyncio.to_thread(track.segments, again)

    async def _audio_of(self, chunk: Chunk) -> Pcm:
        return await asyncio.to_thread(flac.decode, self._cut[chunk.plan.index].flac)


def _version(
    number: int,
    machine: Mapping[str, Any],
    edition: Edition,
    redo: SpanRedo,
    heard: Heard,
) -> NewVersion:
    after = reheard(machine, edition, redo.span, heard)
    return NewVersion.of(number, machine, edition, after.leading_from(edition), redo.key_id, redo)
