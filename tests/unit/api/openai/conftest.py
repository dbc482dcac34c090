"""Calls that wait, and a worker that answers them."""

import asyncio
import json
from contextlib import asynccontextmanager

import pytest

from stt.domain.transcripts.coverage import Coverage
from stt.domain.transcripts.transcript import Segment, Transcript, Word
from tests.eventually import eventually
from tools.encoded_audio import encoded

WORDS = (Word("Xin", 0.1, 0.4, 0.9), Word("chào.", 0.5, 0.9, 0.8))
SEGMENTS = (Segment(0.1, 0.9, "Xin chào.", WORDS), Segment(3.0, 3.5, "Vâng.", (Word("Vâng.", 3.0, 3.5, 0.7),)))


@pytest.fixture
def worker(embedded):
    """Takes the next job and completes it with these segments, or fails it."""

    async def finish(segments=SEGMENTS, *, error=None, **told):
        job, claim = await eventually(lambda: embedded.jobs.claim("worker", 60))
        if error:
            await embedded.jobs.fail(claim, *error)
            return job
        await embedded.jobs.finish_prepare(claim, duration=4.0, chunks_total=0, broke_off=None)
        _, claim = await embedded.jobs.claim("worker", 60)
        transcript = Transcript(
            job_id=job.job_id,
            language="vi",
            duration=4.0,
            text="Xin chào.\n\nVâng.",
            segments=tuple(segments),
            coverage=Coverage(speech=1.8, words=1.3, silence=2.7, sound=0, suppressed=0, gap=0, ratio=1.0),
            gaps=(),
            model="demo",
            engine="faster-whisper",
            created_at="2026-01-31T08:15:00+00:00",
            **told,
        )
        key = f"results/{job.job_id}/transcription.json"
        await embedded.storage.write(key, json.dumps(transcript.to_dict()).encode())
        await embedded.jobs.complete(claim, key)
        return job

    return finish


@pytest.fixture
def answered(client, worker):
    """The answer to a call while the worker does what it is told."""

    async def ask(path="transcriptions", files=None, *, working=True, **fields):
        async with _call(client, path, files, fields) as call:
            if working:
                await worker()
            return await call

    return ask


@asynccontextmanager
async def _call(client, path, files, fields):
    files = files or {"file": ("talk.mp3", encoded(".mp3"))}
    call = asyncio.create_task(client.post(f"/v1/audio/{path}", files=files, data={"model": "demo", **fields}))
    try:
        yield call
    finally:
        call.cancel()
