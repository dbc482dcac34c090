"""What happens to jobs, told to those who watch while it happens."""

import asyncio
import contextlib
from collections.abc import AsyncGenerator, Awaitable, Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial
from itertools import groupby
from typing import TypeVar

import structlog

from stt.domain.access.owner import Owner
from stt.domain.errors import NotFound, Unavailable
from stt.domain.events.event import Event, EventKind, state
from stt.domain.events.position import Position
from stt.domain.jobs.job import Job
from stt.domain.transcripts.transcript import Segment
from stt.repositories.messages.event_repository import AT_ONCE, EventRepository
from stt.services.events.happenings import Gone, Happening, Ready, Reset, Text, Told
from stt.services.jobs.job_service import JobService

log = structlog.get_logger()

LOOK_SECONDS = 0.25
"""How often it is looked for something new, once for all who watch."""
OUTAGE_SECONDS = 1.0
SEGMENTS_AT_ONCE = 200
"""Of the text that is there already: a quarter of an hour, 100 kB of JSON."""

Answer = TypeVar("Answer")


class EventService:
    """Tells what happens; an outage makes it late, but never leaves anything out.

    Everything is read from the database: it does not matter which process tells, and which did before it.
    """

    def __init__(self, events: EventRepository, jobs: JobService) -> None:
        self._events, self._jobs = events, jobs
        self._head = _Head(events, jobs)

    async def is_over(self, owner: Owner, job_id: str, position: Position | None) -> bool:
        """Whether a job has ended and all of it was told; raises `NotFound` (code `job_not_found`)."""
        job = await self._jobs.status(owner, job_id)
        if position is None or not job.status.is_terminal:
            return False
        kept = await self._events.kept()
        behind = await self._events.of_job(owner, job_id, position.event_id)
        return kept.leads_on_from(position.event_id) and not behind

    async def of_job(self, owner: Owner, job_id: str, position: Position | None) -> AsyncGenerator[Happening, None]:
        """Everything that happens to a job, and its text as it can be read, up to its end or that of the service.

        Without a position from the beginning of the job. Several chunks that are settled together are told of by the
        last of them.
        """
        telling = _Telling(self._events, self._jobs, owner, job_id)
        try:
            kept = await self._patiently(self._events.kept)
            if position is not None and not kept.leads_on_from(position.event_id):
                position = None
                yield Reset(Position())
            seen, events = await self._patiently(partial(telling.next, position))
            read = position or Position()
            news: list[Told | Text] = await self._patiently(partial(telling.tell, events, read))
            while not self._jobs.is_leaving:
                for happening in news:
                    read = happening.position
                    yield happening
                if events and events[-1].kind.is_end:
                    return
                if len(events) < AT_ONCE:
                    await self._head.beyond(seen)
                seen, events = await self._patiently(partial(telling.next, read))
                news = await self._patiently(partial(telling.tell, events, read)) if events else []
        except NotFound:
            yield Gone(job_id)
        except Unavailable:
            return

    async def of_owner(self, owner: Owner, position: Position | None) -> AsyncGenerator[Happening, None]:
        """Everything that happens to an owner's jobs, but their text; without a position from now on."""
        try:
            kept = await self._patiently(self._events.kept)
            after = position.event_id if position else kept.newest
            if position is None:
                yield Ready(Position(after))
            elif not kept.leads_on_from(after):
                after = kept.newest
                yield Reset(Position(after))
            while not self._jobs.is_leaving:
                seen = await self._patiently(self._events.kept)
                events = await self._patiently(partial(self._events.of_owner, owner, after))
                for event in events:
                    after = event.event_id
                    yield Told(event, Position(after))
                if len(events) < AT_ONCE:
                    await self._head.beyond(seen.newest)
        except Unavailable:
            return

    async def _patiently(self, question: Callable[[], Awaitable[Answer]]) -> Answer:
        """The answer once there is one; raises `Unavailable` only when the service leaves."""
        while True:
            try:
                return await question()
            except Unavailable as error:
                if self._jobs.is_leaving:
                    raise
                log.warning("events_delayed", reason=error.message)
                await self._jobs.pause(OUTAGE_SECONDS)


@dataclass(frozen=True)
class _Telling:
    """What one who watches a job is told."""

    events: EventRepository
    jobs: JobService
    owner: Owner
    job_id: str

    async def next(self, position: Position | None) -> tuple[int, list[Event]]:
        """The number of the newest event of all, and the events of the job that come next.

        Without a position all of them, or, where its beginning is forgotten, what stands for them: how it is now.
        """
        newest = (await self.events.kept()).newest
        events = await self.events.of_job(self.owner, self.job_id, position.event_id if position else 0)
        if position is not None or (events and events[0].kind is EventKind.ACCEPTED):
            return newest, events
        return newest, [_as_it_stands(await self.jobs.status(self.owner, self.job_id), newest)]

    async def tell(self, events: Sequence[Event], read: Position) -> list[Told | Text]:
        """The events, and the text that can be read by now: behind them, but before an end."""
        end = [event for event in events[-1:] if event.kind.is_end]
        told: list[Told | Text] = []
        for event in _condensed(events[: len(events) - len(end)]):
            read = replace(read, event_id=event.event_id)
            told.append(Told(event, read))
        texts = await self._text(read)
        read = texts[-1].position if texts else read
        return [*told, *texts, *(Told(event, replace(read, event_id=event.event_id)) for event in end)]

    async def _text(self, position: Position) -> list[Text]:
        try:
            page = await self.jobs.partial(self.owner, self.job_id, since=position.until)
        except NotFound as error:
            if error.error_code != "result_missing":
                raise
            return []
        segments, until = page.partial.transcript.segments, page.partial.until
        texts = []
        for part, reached in _parts(segments, until):
            if reached > position.until:
                after, position = position.until, replace(position, until=reached)
                texts.append(Text(self.job_id, after, reached, part, position))
        return texts


def _parts(segments: Sequence[Segment], until: float) -> Iterator[tuple[Sequence[Segment], float]]:
    """The segments, some at a time, and up to which second each part reaches: no part ends between two of one start."""
    first = 0
    while first < len(segments):
        last = first + SEGMENTS_AT_ONCE
        while last < len(segments) and segments[last].start == segments[last - 1].start:
            last += 1
        yield segments[first:last], segments[last].start if last < len(segments) else until
        first = last
    if not segments:
        yield (), until


def _condensed(events: Sequence[Event]) -> Iterator[Event]:
    """Of progress that follows upon progress only the last."""
    for kind, run in groupby(events, key=lambda event: event.kind):
        same = list(run)
        yield from same[-1:] if kind is EventKind.PROGRESS else same


def _as_it_stands(job: Job, event_id: int) -> Event:
    data = state(job.status, job.stage, job.progress)
    if job.error_code:
        data |= {"error_code": job.error_code, "error_message": job.error_message}
    return Event(event_id, job.job_id, EventKind.of(job.status), job.completed_at or datetime.now(UTC), data)


class _Head:
    """The number of the newest event, looked up by one task for all who wait for the next."""

    def __init__(self, events: EventRepository, jobs: JobService) -> None:
        self._events, self._jobs = events, jobs
        self._newest = self._waiting = 0
        self._looking: asyncio.Task[None] | None = None

    async def beyond(self, seen: int) -> None:
        """Return once there is a newer event than that, or when the service leaves."""
        self._waiting += 1
        try:
            while self._newest <= seen and not self._jobs.is_leaving:
                if self._looking is None or self._looking.done():
                    self._looking = asyncio.create_task(self._look(), name="events")
                await asyncio.shield(self._looking)
        finally:
            self._waiting -= 1
            if not self._waiting and self._looking is not None:
                self._looking.cancel()
                # Whoever comes before it has ended would be cancelled with it.
                self._looking = None

    async def _look(self) -> None:
        await self._jobs.pause(LOOK_SECONDS)
        with contextlib.suppress(Unavailable):
            self._newest = (await self._events.kept()).newest
