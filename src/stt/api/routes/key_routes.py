"""Keys over HTTP, for keys with the scope `admin`."""

import structlog
from fastapi import Response

from stt.api.dependencies import CallerAccess, Keys
from stt.api.guard.scopes import admin
from stt.api.routes.routing import new_router
from stt.api.schemas.error import refusals
from stt.api.schemas.key import KeyBody, KeysBody, MadeKeyBody, NewKeyBody, RotationBody

log = structlog.get_logger()

router = new_router("/api/stt/keys", "keys")
_UNKNOWN = "There is no such key (`key_not_found`)."
_SECRET = {"Cache-Control": "no-store"}


@router.get("")
@admin
async def list_keys(keys: Keys) -> KeysBody:
    """Every key that was made, good or not, the oldest first; never the secrets."""
    return KeysBody(data=[KeyBody.of(key) for key in await keys.all()])


@router.post(
    "",
    status_code=201,
    responses=refusals(s422="A field is missing or not understood (`invalid_field`, `invalid_key`)."),
)
@admin
async def create_key(wanted: NewKeyBody, keys: Keys, by: CallerAccess, response: Response) -> MadeKeyBody:
    """Make a key; this answer is the only one that shows it."""
    made = await keys.create(wanted.wanted())
    log.info("key_created", key_id=made.key.key_id, owner=made.key.owner, by=by.key_id)
    response.headers.update(_SECRET)
    return MadeKeyBody.made(made)


@router.post(
    "/{key_id}/rotate",
    status_code=201,
    responses=refusals(s404=_UNKNOWN, s409="It was revoked, or has expired (`key_ended`)."),
)
@admin
async def rotate_key(
    key_id: str, rotation: RotationBody, keys: Keys, by: CallerAccess, response: Response
) -> MadeKeyBody:
    """Make the next key of the same owner, with the same scopes, limits and lifetime; both work for a while."""
    made = await keys.rotate(key_id, rotation.overlap)
    log.info("key_rotated", key_id=key_id, next_key_id=made.key.key_id, by=by.key_id)
    response.headers.update(_SECRET)
    return MadeKeyBody.made(made)


@router.delete("/{key_id}", responses=refusals(s404=_UNKNOWN))
@admin
async def revoke_key(key_id: str, keys: Keys, by: CallerAccess) -> KeyBody:
    """End a key for good; every process of the service notices within two seconds."""
    key = await keys.revoke(key_id)
    log.info("key_revoked", key_id=key_id, by=by.key_id)
    return KeyBody.of(key)
