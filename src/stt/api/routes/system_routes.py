"""The service as a whole, for the page's view of it, and what its consumers are wanted to do."""

import structlog

from stt.api.dependencies import CallerAccess, Systems
from stt.api.guard.scopes import admin, watching
from stt.api.routes.routing import new_router
from stt.api.schemas.error import refusals
from stt.api.schemas.system import DutyBody, SystemBody, WorkerBody

log = structlog.get_logger()

router = new_router("/api/stt", "health")


@router.get("/system", responses=refusals(s503="The database does not answer (`database_unavailable`)."))
@watching
async def system(systems: Systems) -> SystemBody:
    """What waits, which consumers do what, how much was done in each of the last hours, and where audio goes.

    Takes a key with the scope `metrics`. It names jobs by their ids, whosever they are, and nothing of what is in them.
    """
    return SystemBody.of(await systems.look())


@router.put(
    "/workers/{worker_id}",
    responses=refusals(
        s404="No consumer that runs is called so (`worker_not_found`).",
        s409="It drains already, which cannot be taken back (`worker_draining`).",
        s422="There is no such duty (`invalid_field`).",
        s503="The database does not answer (`database_unavailable`).",
    ),
)
@admin
async def give_duty(worker_id: str, wanted: DutyBody, systems: Systems, by: CallerAccess) -> WorkerBody:
    """Have a consumer work, pause or drain; it reads that within seconds, and keeps what it holds meanwhile."""
    held = await systems.want(worker_id, wanted.duty)
    log.info("duty_given", worker=worker_id, duty=wanted.duty.value, by=by.key_id)
    return WorkerBody.of(worker_id, wanted.duty, held)
