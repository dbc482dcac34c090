"""Telling what happens to a job, in the transaction in which it happens."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, false, func, insert, or_, select

from stt.core.database import now
from stt.domain.events.event import EventKind, state
from stt.domain.events.webhook import DeliveryStatus, endpoint_of
from stt.domain.jobs.job import JobStatus, Stage, progress_of
from stt.repositories.tables.jobs import EventRow, JobRow
from stt.repositories.tables.webhooks import DeliveryRow, WebhookRow

STATE: tuple[Any, ...] = (
    JobRow.id,
    JobRow.owner,
    JobRow.status,
    JobRow.stage,
    JobRow.seconds_done,
    JobRow.duration,
    JobRow.tracks,
    JobRow.chunks_completed,
    JobRow.chunks_total,
    JobRow.webhook_url,
)
"""Columns of a job that `event_of` reads; a statement that changes a job returns them."""
_LAST_IN_LINE = select(func.pg_advisory_xact_lock(7_385_109))
_INSERT = insert(EventRow)


@dataclass(frozen=True)
class NewEvent:
    """An event to be written, and the URL that its job names to be told of its end."""

    job_id: str
    owner: str
    kind: EventKind
    data: Mapping[str, Any]
    webhook_url: str | None

    @property
    def values(self) -> dict[str, Any]:
        """The row."""
        return {"owner": self.owner, "job_id": self.job_id, "kind": self.kind, "data": self.data}


def event_of(job: Row[Any], kind: EventKind, **more: object) -> NewEvent:
    """An event, by the `STATE` of its job."""
    status = JobStatus(job.status)
    progress = progress_of(status, job.seconds_done, job.duration, job.tracks)
    data = {**state(status, Stage(job.stage), progress), **more}
    return NewEvent(job.id, job.owner, kind, data, job.webhook_url)


def record(connection: Connection, *events: NewEvent) -> None:
    """Write events, as the last thing that a transaction locks anything for.

    Numbers are drawn under a lock that ends with the transaction: whoever has seen an event has seen all with smaller
    numbers, or they never come. SQLite has one writer at a time anyway.
    """
    if not events:
        return
    for event in events:
        if event.kind.is_end:
            _have_delivered(connection, event)
    if connection.dialect.name == "postgresql":
        connection.execute(_LAST_IN_LINE)
    connection.execute(_INSERT, [event.values for event in events])


def _have_delivered(connection: Connection, event: NewEvent) -> None:
    """Have the end of a job sent once to each webhook that is told of every job, and to that of the job's own URL."""
    named = WebhookRow.url == endpoint_of(event.webhook_url) if event.webhook_url else false()
    told = WebhookRow.owner == event.owner, or_(WebhookRow.every_job_url.is_not(None), named)
    columns = WebhookRow.id, WebhookRow.url, WebhookRow.every_job_url, WebhookRow.paused
    # Locked, so that whoever resumes it at this moment comes before, or finds the message held.
    found = connection.execute(select(*columns).where(*told).order_by(WebhookRow.id).with_for_update(read=True)).all()
    for webhook in found:
        own = event.webhook_url
        url = own if own and endpoint_of(own) == webhook.url else webhook.every_job_url
        data = {"job_id": event.job_id, **event.data}
        values = delivery_values(webhook.id, url, event.kind, data, held=webhook.paused is not None)
        connection.execute(insert(DeliveryRow).values(job_id=event.job_id, **values))


def delivery_values(webhook_id: str, url: str, kind: str, data: Mapping[str, Any], *, held: bool) -> dict[str, Any]:
    """The row of a new message, which is sent as soon as it can be, or when its webhook is resumed."""
    return {
        "id": f"msg_{uuid.uuid4().hex}",
        "webhook_id": webhook_id,
        "url": url,
        "kind": kind,
        "data": data,
        "status": DeliveryStatus.HELD if held else DeliveryStatus.WAITING,
        "available_at": None if held else now(),
    }
