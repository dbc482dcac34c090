"""What has to be true of a service that has been through faults, by its tables, storage, folders and processes."""

import asyncio
import contextlib
from collections import Counter
from itertools import zip_longest
from pathlib import Path
from unittest import mock

from sqlalchemy import select, update

from stt import bootstrap
from stt.core.storage import local
from stt.domain.events.event import EventKind
from stt.domain.jobs.keys import peaks_key
from stt.repositories.jobs.deletions import DeletionRepository
from stt.repositories.jobs.retention import RetentionRepository
from stt.repositories.tables.idempotency import IdempotencyKeyRow
from stt.repositories.tables.jobs import ChunkRow, EventRow, JobRow
from stt.repositories.tables.uploads import UploadRow
from stt.repositories.tables.versions import VersionRow
from stt.repositories.tables.webhooks import DeliveryRow
from stt.repositories.upload_repository import UploadRepository
from stt.worker import scratch
from stt.worker.upkeep import reconciler, remover, sweeper, upload_sweeper
from stt.worker.upkeep.expiry import Expiry
from stt.worker.upkeep.reconciler import Reconciler
from stt.worker.upkeep.remover import Remover
from stt.worker.upkeep.upload_sweeper import UploadSweeper
from tests.chaos.account import account
from tests.chaos.story import End, transcript_of
from tools.service import wait_for

BEGUN, ENDS = EventKind.ACCEPTED, {kind for kind in EventKind if kind.is_end}


class Losses(AssertionError):
    """What was lost, doubled or left behind; `account` is what is known of the jobs it is about."""

    def __init__(self, found, account=()):
        super().__init__("\n".join([f"{len(found)} losses", *found[:20], *account]))
        self.found = found


def check(campaign, reference, *, swept=True):
    """Stop the service and look behind it; `reference` are undisturbed transcripts, by file. Raises `Losses`."""
    service, found = campaign.service, []
    if service.processes:
        service.wait_until_ready()
        found += _wrong_transcripts(campaign, reference)
        wait_for(lambda: _is_delivered(service), 30, service.logs)
        for name in list(service.processes):
            service.stop(name)
    behind, rows = asyncio.run(_look_behind(service, campaign, swept=swept))
    found += behind
    with contextlib.suppress(AssertionError):
        wait_for(lambda: not service.left_over(), 10, str)
    found += [f"process {pid} is left" for pid in service.left_over()]
    if found:
        raise Losses(found, account(found, rows, service))


def _wrong_transcripts(campaign, reference):
    for asked in campaign.asked:
        status = campaign.service.get(f"/api/stt/jobs/{asked.job_id}")
        if asked.end is End.DELETED:
            if status.status_code != 404:
                yield f"{asked}: deleted, but {status.text}"
            continue
        wanted = "FAILED" if asked.end is End.FAILED else "COMPLETED"
        job = status.json()
        if job["status"] != wanted:
            yield f"{asked}: {job}"
        elif asked.end is End.COMPLETED:
            is_, was = transcript_of(campaign.service, asked.job_id), reference[asked.file]
            if is_ != was:
                place = max(0, next(n for n, pair in enumerate(zip_longest(is_, was)) if len(set(pair)) > 1) - 40)
                is_, was = is_[place:][:120], was[place:][:120]
                yield f"{asked}: another transcript than that of an undisturbed run; {is_} where there was {was}"


def _is_delivered(service):
    """Whether nothing waits to be sent; what never is shows in the rows."""

    async def waiting():
        async with _foundation(service) as base:
            left = select(DeliveryRow.id).where(DeliveryRow.status == "WAITING").limit(1)
            return await base.database.read(lambda connection: connection.scalar(left))

    return asyncio.run(waiting()) is None


@contextlib.asynccontextmanager
async def _foundation(service):
    async with bootstrap.foundation(service.settings()) as base:
        yield base


async def _look_behind(service, campaign, *, swept):
    async with _foundation(service) as base:
        if swept:
            await _sweep(base)
        rows = await base.database.read(_rows)
        keys = await base.storage.keys("")
        found = [*_of_jobs(campaign, rows), *_of_webhooks(campaign, rows), *_of_storage(rows, keys)]
    found += [f"{path} is left" for path in _files(base.settings)]
    return found, rows


async def _sweep(base):
    """What comes by itself within the hour, and for uploads that nobody goes on with within a day."""
    await base.database.write(lambda connection: connection.execute(update(UploadRow).values(expires_at=0.0)))
    nothing = {"SETTLING_SECONDS": 0.0}
    with (
        mock.patch.multiple(sweeper, **nothing),
        mock.patch.multiple(remover, **nothing),
        mock.patch.multiple(upload_sweeper, **nothing),
        mock.patch.object(reconciler, "LEFT_SECONDS", 0.0),
        mock.patch.object(local, "STALE_SECONDS", 0.0),
        mock.patch.object(scratch, "STALE_SECONDS", 0.0),
    ):
        await Remover(DeletionRepository(base.database), base.storage).remove()
        await Expiry(RetentionRepository(base.database), base.storage).expire()
        await UploadSweeper(UploadRepository(base.database), base.storage).sweep()
        await bootstrap.consumer_side._sweeper(base).sweep()
        await Reconciler(base.jobs, base.storage).reconcile()
        scratch.sweep(base.settings.scratch_dir)


def _rows(connection):
    tables = (JobRow, ChunkRow, EventRow, DeliveryRow, IdempotencyKeyRow, VersionRow, UploadRow)
    everything = {table: select(*table.__table__.columns) for table in tables}
    everything[EventRow] = everything[EventRow].order_by(EventRow.id)
    return {table: connection.execute(statement).all() for table, statement in everything.items()}


def _of_jobs(campaign, rows):
    asked = {a.job_id: a for a in campaign.asked}
    made = {row.id: row for row in rows[JobRow]}
    for key, jobs in Counter(row.metadata.get("key") for row in made.values()).items():
        if jobs > 1:
            yield f"{jobs} jobs were made of the request with the key {key}"
    yield from (f"job {job_id} was promised to nobody" for job_id in made.keys() - asked.keys())
    for a in asked.values():
        if (a.job_id in made) == (a.end is End.DELETED):
            yield f"job {a.job_id}, which had to be {a.end.name}, is {'still there' if a.job_id in made else 'gone'}"
    for row in made.values():
        events = [(event.id, EventKind(event.kind)) for event in rows[EventRow] if event.job_id == row.id]
        yield from _of_job(row, [kind for _, kind in events if kind is not EventKind.EDITED], asked.get(row.id))
        yield from _of_callers(row, events, rows[VersionRow], asked.get(row.id))
    for row in rows[ChunkRow]:
        if row.available_at is not None or (row.status != "COMPLETED" and made[row.job_id].status == "COMPLETED"):
            yield f"chunk {row.id}: {row.status}"
    yield from (f"upload {row.id} is left" for row in rows[UploadRow])
    yield from (f"the key {row.key} is held by nobody" for row in rows[IdempotencyKeyRow] if row.job_id is None)


def _of_job(row, kinds, asked):
    """A job has ended once, each time that it was begun; `kinds` are those of its events."""
    if row.available_at is not None or row.chunks_completed != (row.chunks_total or 0):
        yield f"job {row.id}: {row.status}, {row.chunks_completed} of {row.chunks_total} chunks, {row.available_at}"
    begun, ended = kinds.count(BEGUN), sum(kind in ENDS for kind in kinds)
    if kinds[-1] not in ENDS or begun != ended or begun > 1 + (asked is not None and asked.retried):
        yield f"job {row.id} began {begun} times and ended {ended} times: {kinds}"


def _of_callers(row, events, versions, asked):
    """Who watched was told all, once; each change was made, once."""
    if asked is None:
        return
    if asked.follower is not None:
        yield from asked.follower.faults(events)
    made = sorted(version.number for version in versions if version.job_id == row.id)
    told = sum(kind is EventKind.EDITED for _, kind in events)
    if (made, told) != (list(range(1, asked.edits + 1)), asked.edits):
        yield f"job {row.id} was changed {asked.edits} times; its versions are {made}, of which {told} were told"


def _of_webhooks(campaign, rows):
    told = Counter()
    for event in rows[EventRow]:
        told[event.job_id] += event.kind in ENDS
    sent = {}
    for message in campaign.receiver.messages:
        sent.setdefault(message.job_id, {}).setdefault(message.message_id, set()).add(message.body)
    for asked in campaign.asked:
        if not asked.webhook:
            continue
        ids = sent.get(asked.job_id, {})
        if len(ids) != told[asked.job_id]:
            yield f"job {asked.job_id} ended {told[asked.job_id]} times, of which its webhook was told {len(ids)}"
        yield from (f"message {name} had {len(bodies)} bodies" for name, bodies in ids.items() if len(bodies) > 1)
    for row in rows[DeliveryRow]:
        if row.status != "DELIVERED":
            yield f"message {row.id} is {row.status}"


def _of_storage(rows, keys):
    wanted = set()
    for row in rows[JobRow]:
        wanted |= {row.object_key} if row.audio_deleted_at is None else set()
        if row.text_deleted_at is None and row.status == "COMPLETED":
            wanted |= {row.result_path, peaks_key(row.id)}
    yield from (f"object {key} is left" for key in sorted(set(keys) - wanted))
    yield from (f"object {key} is missing" for key in sorted(wanted - set(keys)))


def _files(settings):
    """Half files, and folders of attempts."""
    for folder in (settings.data_dir / "objects" / ".incoming", settings.scratch_dir):
        yield from Path(folder).iterdir() if folder.exists() else ()
