"""The service as a whole, for the page's view of it."""

from stt.api.dependencies import Systems
from stt.api.guard.scopes import watching
from stt.api.routes.routing import new_router
from stt.api.schemas.error import refusals
from stt.api.schemas.system import SystemBody

router = new_router("/api/stt", "health")


@router.get("/system", responses=refusals(s503="The database does not answer (`database_unavailable`)."))
@watching
async def system(systems: Systems) -> SystemBody:
    """What waits, which consumers do what, how much was done in each of the last hours, and where audio goes.

    Takes a key with the scope `metrics`. It names jobs by their ids, whosever they are, and nothing of what is in them.
    """
    return SystemBody.of(await systems.look())
