"""Guards of the service, taken off: what a run with one of them off does not notice, it does not test.

`STT_CHAOS_WITHOUT` names one of `GUARDS`.
"""

from stt.core.database import now
from stt.domain.jobs.chunk import ChunkStatus
from stt.repositories.jobs import chunk_repository, job_repository, new_jobs
from stt.repositories.messages import delivery_repository
from stt.repositories.statements import claimable, claims, outbox
from stt.repositories.tables.jobs import ChunkRow, JobRow
from stt.services.jobs import upload

_later = []


async def after_commit(write):
    """What was left for a transaction of its own; nothing, as long as every guard is on."""
    works, _later[:] = list(_later), []
    for work in works:
        await write(work)


def _without_fence():
    """Whoever comes back writes, whatever became of the work meanwhile."""
    from sqlalchemy import Integer, bindparam, update

    for module in (claims, claimable, chunk_repository, job_repository, delivery_repository):
        if hasattr(module, "held_by"):
            module.held_by = lambda table, claim: table.id == claim.row_id
    any_attempt = (ChunkRow.id == bindparam("held_row")) & (bindparam("held_attempt", type_=Integer) > 0)
    chunk_repository._SETTLE = update(ChunkRow).where(any_attempt).values(available_at=None, processed_at=now())
    claimable.ClaimableRepository.void = _nothing_void


async def _nothing_void(_self, _claims):
    return set()


def _without_outbox():
    """The message to a webhook is written when the end of its job is committed."""
    deliver = outbox._have_delivered
    outbox._have_delivered = lambda _connection, event: _later.append(lambda c: deliver(c, event))


def _without_promise():
    """What an idempotency key was answered is written when its job is committed."""
    keep = new_jobs.SameAnswer.keep
    new_jobs.SameAnswer.keep = lambda self, _connection, job: _later.append(lambda c: keep(self, c, job))


def _without_door():
    """What has no sign of audio in it comes in too."""
    upload.check_media = lambda _filename, _head: None


def _without_distrust():
    """Leases and delays are read as they stand, whatever became of the clock since."""
    claims._is_due = lambda table: (table.available_at.is_not(None), table.available_at <= now())
    job_repository._CLAIM = job_repository._CLAIM_SHORT = claims.claim_of(JobRow, **job_repository._BEGUN)
    chunk_repository._CLAIM = chunk_repository._CLAIM_SHORT = claims.claim_of(ChunkRow, status=ChunkStatus.RUNNING)


GUARDS = {
    "distrust": _without_distrust,
    "door": _without_door,
    "fence": _without_fence,
    "outbox": _without_outbox,
    "promise": _without_promise,
}


def take_off(name):
    if name:
        GUARDS[name]()
