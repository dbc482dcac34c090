"""Telling speakers apart again in a transcript that is there."""

import asyncio
import json
from dataclasses import replace
from datetime import UTC, datetime

from stt.core.storage.base import Storage, blocks_of
from stt.domain.errors import JobFailure, ObjectMissing
from stt.domain.jobs.claim import Claim
from stt.domain.jobs.job import Job
from stt.domain.jobs.keys import result_key
from stt.domain.jobs.redo import Redo
from stt.domain.merging.assembly import retold, tracks_of
from stt.domain.text.search import terms_of
from stt.domain.transcripts.transcript import Transcript
from stt.repositories.chunk_repository import ChunkRepository
from stt.repositories.redo_repository import RedoRepository
from stt.worker.patience import patiently
from stt.worker.speakers.telling_apart import heard_in, turns_of


async def retell(
    job: Job, redo: Redo, claim: Claim, redos: RedoRepository, chunks: ChunkRepository, storage: Storage
) -> None:
    """Store the transcript of a completed job beside itself, with as many speakers as are wanted, and complete the job.

    Until that is written the job has the transcript that it had. Raises `ClaimLost`, and `JobFailure` (code
    `result_missing`) where there is none.
    """
    guidance = replace(job.guidance, speakers=redo.speakers)
    wanted = guidance.wanted_speakers
    assert wanted is not None, "speakers are told apart by how many there are"
    tracks = tracks_of(await chunks.of_job(job.job_id))
    kept = await chunks.voices_of(job.job_id)
    try:
        document = await storage.read(job.transcript_key)
    except ObjectMissing as error:
        raise JobFailure("The transcript is not in storage.", code="result_missing") from error

    def anew() -> Transcript:
        turns = turns_of(heard_in(tracks, kept), wanted)
        return retold(Transcript.from_dict(json.loads(document)), turns, now=datetime.now(UTC))

    transcript = await asyncio.to_thread(anew)
    # Never the name of the one that it is made from, nor of another attempt.
    key = result_key(job.job_id, f"-{claim.attempt}")
    await patiently(lambda: storage.put(key, blocks_of(transcript.lines())))
    terms = await asyncio.to_thread(lambda: terms_of(job.owner, job.filename, transcript.text))
    await patiently(lambda: redos.complete(claim, key, guidance, terms))
