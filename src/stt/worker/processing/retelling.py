"""Telling speakers apart again in a transcript that is there."""

import asyncio
import json
from dataclasses import replace
from datetime import UTC, datetime

from stt.core.storage.base import blocks_of
from stt.domain.errors import JobFailure, ObjectMissing
from stt.domain.jobs.claim import Claim
from stt.domain.jobs.job import Job
from stt.domain.jobs.keys import result_key
from stt.domain.jobs.redo import SpeakersRedo
from stt.domain.merging.assembly import retold, tracks_of
from stt.domain.text.search import terms_of
from stt.domain.transcripts.transcript import Transcript
from stt.worker.patience import patiently
from stt.worker.processing.processor_parts import ProcessorParts
from stt.worker.processing.remembering import remembered
from stt.worker.speakers.telling_apart import heard_in, tell_apart


async def retell(job: Job, redo: SpeakersRedo, claim: Claim, parts: ProcessorParts) -> None:
    """Store the transcript of a completed job beside itself, with as many speakers as are wanted, and complete the job.

    Until that is written the job has the transcript that it had. Raises `ClaimLost`, and `JobFailure` (code
    `result_missing`) where there is none.
    """
    guidance = replace(job.guidance, speakers=redo.speakers)
    wanted = guidance.wanted_speakers
    assert wanted is not None, "speakers are told apart by how many there are"
    tracks = tracks_of(await parts.chunks.of_job(job.job_id))
    kept = await parts.chunks.voices_of(job.job_id)
    known = await remembered(job, parts.acquaintances, parts.ear)
    try:
        document = await parts.storage.read(job.transcript_key)
    except ObjectMissing as error:
        raise JobFailure("The transcript is not in storage.", code="result_missing") from error

    def anew() -> Transcript:
        told = tell_apart(heard_in(tracks, kept), wanted, known)
        return retold(Transcript.from_dict(json.loads(document)), told, now=datetime.now(UTC))

    transcript = await asyncio.to_thread(anew)
    # Never the name of the one that it is made from, nor of another attempt.
    key = result_key(job.job_id, f"-{claim.attempt}")
    await patiently(lambda: parts.storage.put(key, blocks_of(transcript.lines())))
    terms = await asyncio.to_thread(lambda: terms_of(job.owner, job.filename, transcript.text))
    await patiently(lambda: parts.redos.complete(claim, key, guidance, terms))
