"""A call's answer as it grows, in OpenAI's server-sent events.

Clients take events of unknown types for others that they know, so what is no part of the answer is a comment.
"""

import json
import time
from collections.abc import AsyncGenerator
from dataclasses import dataclass
from typing import Any

from stt.api.answers.errors import refusal_of
from stt.api.answers.openai_errors import CallFailed, failure_of
from stt.api.openai.answers import callings, diarized, logprobs, usage
from stt.api.openai.form import Format, Wishes
from stt.domain.access.owner import Owner
from stt.domain.errors import Leaving, SttError
from stt.domain.jobs.job import JobStatus
from stt.domain.text.paragraphs import continued, running_text
from stt.domain.transcripts.transcript import Segment, Transcript
from stt.services.ingest.transcription_service import WATCH_SECONDS, TranscriptionService
from stt.services.jobs.job_result import PartialResult

LOOK_SECONDS = 0.25
"""How often it is looked for more text."""
COMMENT_SECONDS = 10.0
"""How often a silent connection is kept alive."""


async def events(service: TranscriptionService, owner: Owner, job_id: str, wishes: Wishes) -> AsyncGenerator[str, None]:
    """Frames: deltas, for diarized answers segments, one `done` with the whole text, and `[DONE]`; or an error."""
    growing = _Growing(wishes)
    try:
        yield ": accepted\n\n"
        async for page in _pages(service, owner, job_id):
            for frame in growing.add(page) if page is not None else [": waiting\n\n"]:
                yield frame
    except SttError as error:
        yield _frame(refusal_of(error).openai())
    else:
        yield "data: [DONE]\n\n"


async def _pages(
    service: TranscriptionService, owner: Owner, job_id: str
) -> AsyncGenerator[PartialResult | None, None]:
    """What is certain of the transcript, page by page, the last one complete; `None` where there was long nothing."""
    since, spoke = 0.0, time.monotonic()
    watched = spoke
    while True:
        page = await service.jobs.partial(owner, job_id, since=since, certain=True)
        status = page.job.status
        if status.is_terminal and status is not JobStatus.COMPLETED:
            raise failure_of(page.job)
        if page.partial.complete:
            # From the beginning: the whole text is part of the last event.
            yield await service.jobs.partial(owner, job_id)
            return
        if page.partial.transcript.segments:
            yield page
            spoke = time.monotonic()
        elif time.monotonic() - spoke > COMMENT_SECONDS:
            yield None
            spoke = time.monotonic()
        if time.monotonic() - watched > WATCH_SECONDS / 3:
            await service.watch(owner, job_id)
            watched = time.monotonic()
        since = max(since, page.partial.until)
        if service.jobs.is_leaving:
            raise Leaving
        await service.jobs.pause(LOOK_SECONDS)


@dataclass
class _Growing:
    """The text that was sent so far, and how many segments."""

    wishes: Wishes
    text: str = ""
    segments: int = 0

    def add(self, page: PartialResult) -> list[str]:
        transcript = page.partial.transcript
        told_apart = page.job.guidance.wanted_speakers is not None
        if not page.partial.complete:
            return self._grown(transcript.segments, with_speakers=not told_apart)
        whole = running_text(transcript.segments)
        if not whole.startswith(self.text):
            message = "What was sent already is not what the transcript says; ask without stream to read it."
            raise CallFailed(message, code="text_changed", file_at_fault=False)
        if told_apart:
            frames = [*self._rest(whole), *self._speaking(transcript)]
        else:
            frames = self._grown(transcript.segments[self.segments :])
        return [*frames, _frame(self._done(transcript, whole))]

    def _rest(self, whole: str) -> list[str]:
        """What is still to be sent of the text, which is cut into other segments once all who speak are known."""
        delta, self.text = whole[len(self.text) :], whole
        return [_frame({"type": "transcript.text.delta", "delta": delta})] if delta else []

    def _speaking(self, transcript: Transcript) -> list[str]:
        if self.wishes.format is not Format.DIARIZED_JSON:
            return []
        called = callings(transcript)
        return [_frame(diarized(number, segment, called)) for number, segment in enumerate(transcript.segments)]

    def _grown(self, segments: tuple[Segment, ...], *, with_speakers: bool = True) -> list[str]:
        frames = []
        for segment in segments:
            before, self.text = self.text, continued(self.text, segment)
            if delta := self.text[len(before) :]:
                event: dict[str, Any] = {"type": "transcript.text.delta", "delta": delta}
                if self.wishes.logprobs:
                    event["logprobs"] = logprobs([segment])
                frames.append(_frame(event))
            if with_speakers and self.wishes.format is Format.DIARIZED_JSON:
                frames.append(_frame(diarized(self.segments, segment, {})))
            self.segments += 1
        return frames

    def _done(self, transcript: Transcript, text: str) -> dict[str, Any]:
        event: dict[str, Any] = {"type": "transcript.text.done", "text": text, "usage": usage(transcript)}
        if self.wishes.logprobs:
            event["logprobs"] = logprobs(transcript.segments)
        if self.wishes.ignored:
            event["ignored"] = list(self.wishes.ignored)
        return event


def _frame(event: dict[str, Any]) -> str:
    return f"data: {json.dumps(event, ensure_ascii=False)}\n\n"
