"""Finished jobs without the work: their rows, files and transcripts are put where a consumer would have put them."""

import asyncio
import json
import os
import uuid
import wave
from concurrent.futures import ThreadPoolExecutor
from unittest import mock

from stt.bootstrap.foundation import foundation
from stt.core.config import Settings
from stt.domain.access.owner import ANONYMOUS
from stt.domain.audio.peaks import PER_SECOND
from stt.domain.jobs.chunk import ChunkPlan, Span
from stt.domain.jobs.claim import Priority
from stt.domain.jobs.keys import job_id_from, peaks_key, result_key, upload_key
from stt.repositories.jobs.new_jobs import NewJob

WORDS = "xin chào các bạn hôm nay chúng ta nói về một chuyện dài ở Hà Nội".split()
WORD_SECONDS = 0.36
GAP = {"start": 6.0, "end": 7.5, "reason": "no_words"}
LEFT_OUT = {"start": 12.0, "end": 13.0, "text": "Hãy đăng ký kênh nhé!", "reason": "hallucination"}


def talk(words, *, words_a_segment=12):
    """A result document of so many words, a doubtful one in fifty."""
    segments = []
    for first in range(0, words, words_a_segment):
        spoken = [
            {
                "word": WORDS[number % len(WORDS)],
                "start": round(number * WORD_SECONDS, 3),
                "end": round((number + 0.9) * WORD_SECONDS, 3),
                "probability": 0.3 if number % 50 == 7 else 0.95,
            }
            for number in range(first, min(words, first + words_a_segment))
        ]
        text = " ".join(word["word"] for word in spoken)
        times = {"start": spoken[0]["start"], "end": spoken[-1]["end"]}
        segments.append({"id": len(segments), **times, "text": text, "words": spoken})
    duration = round(words * WORD_SECONDS, 3)
    coverage = {
        "speech": duration,
        "words": duration - 2.5,
        "silence": 0.0,
        "sound": 0.0,
        "suppressed": 1.0,
        "gap": 1.5,
    }
    return {
        "language": "vi",
        "duration": duration,
        "text": " ".join(segment["text"] for segment in segments),
        "segments": segments,
        "coverage": coverage | {"ratio": 0.99},
        "gaps": [GAP],
        "suppressed": [LEFT_OUT],
        "broke_off": None,
        "notes": [],
        "model": "demo",
        "engine": "faster-whisper",
        "created_at": "2026-01-31T08:15:00+00:00",
    }


def silence(path, seconds):
    """A WAV file of that length, of as few samples a second as browsers take."""
    with wave.open(str(path), "wb") as recording:
        recording.setparams((1, 1, 3000, 0, "NONE", ""))
        recording.writeframes(b"\x80" * int(seconds * 3000))
    return path


def finished_job(service, document, filename, audio):
    """The id of a completed job of this name; no consumer may run, because it would take the job."""
    with mock.patch.dict(os.environ, service.environment, clear=True):
        settings = Settings(_env_file=None)
    # In a thread of its own: Playwright runs a loop in this one.
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(lambda: asyncio.run(_finished(settings, document, filename, audio))).result()


async def _finished(settings, document, filename, audio):
    job_id = job_id_from(uuid.uuid4())
    key, duration = upload_key(job_id, filename), document["duration"]
    async with foundation(settings) as base:
        await base.storage.put(key, _blocks(audio))
        peaks = bytes(60 + 190 * (number * 37 % 97) // 97 for number in range(int(duration * PER_SECOND)))
        await base.storage.write(peaks_key(job_id), peaks)
        stored = json.dumps({"job_id": job_id, **document}, ensure_ascii=False)
        await base.storage.write(result_key(job_id), stored.encode())
        size = audio.stat().st_size
        # Before whatever else waits, so that it is the one that is claimed.
        new = NewJob(ANONYMOUS, job_id, filename, key, "vi", "demo", priority=Priority.HIGH, file_size=size)
        await base.jobs.add(new)
        job, claim = await base.jobs.claim("test", 600)
        assert job.job_id == job_id
        await base.chunks.add(claim, job, ChunkPlan(0, Span(0, duration), Span(0, 0), ()), None)
        await base.jobs.finish_prepare(claim, duration=duration, chunks_total=1, broke_off=None)
        _, claim = await base.jobs.claim("test", 600)
        await base.jobs.complete(claim, result_key(job_id))
    return job_id


async def _blocks(path):
    with path.open("rb") as file:
        while block := file.read(2**20):
            yield block
