"""Keys: making and ending them, and telling whose a request is."""

import re
import secrets
import time
from dataclasses import dataclass

import structlog

from stt.domain.access.api_key import (
    OVERLAP_SECONDS,
    SECRETS,
    SHOWN_CHARACTERS,
    ApiKey,
    MadeKey,
    Wanted,
    digest_of,
    is_secret,
    secret_of,
)
from stt.domain.access.owner import Owner
from stt.domain.access.scopes import WITHOUT_KEY, Access, Scope
from stt.domain.errors import InvalidRequest, NotFound, SttError, Unauthorized
from stt.repositories.key_repository import KeyRepository, NewKey

log = structlog.get_logger()

TRUSTED_SECONDS = 2.0
"""How long a key that was found good is not looked up again, and so how long one that is revoked may still work."""
NOTED_SECONDS = 60.0
"""How often it is written that a key is used."""
MOST_TRUSTED = 10_000
MOST_LIFETIME_SECONDS = 3650 * 86400.0
MOST_OVERLAP_SECONDS = 90 * 86400.0

_KEY_ID = re.compile(r"key_[0-9a-f]{12}")
OWNER_PATTERN = r"[A-Za-z0-9][A-Za-z0-9._@-]{0,63}"
MOST_NAME_CHARACTERS = 100


@dataclass(frozen=True)
class _Trusted:
    access: Access
    until: float


class KeyService:
    """Makes keys and knows callers by them; every method raises `DatabaseUnavailable` while the database is away.

    As long as no key was ever made, whoever comes is let in if the deployment is `open_without_keys`.
    """

    def __init__(self, keys: KeyRepository, *, open_without_keys: bool = True) -> None:
        self._keys = keys
        self._open_without_keys = open_without_keys
        self._there_are_keys = False
        self._look_again_at = 0.0
        self._trusted: dict[str, _Trusted] = {}
        self._noted: dict[str, float] = {}

    async def create(self, wanted: Wanted) -> MadeKey:
        """Make a key; raises `InvalidRequest` with the code `invalid_key`."""
        _check(wanted)
        new, secret = _new(wanted)
        return MadeKey(await self._keys.add(new), secret)

    async def all(self) -> list[ApiKey]:
        """Every key that was ever made, the oldest first."""
        return await self._keys.all()

    async def rotate(self, key_id: str, overlap_seconds: float = OVERLAP_SECONDS) -> MadeKey:
        """Make the next key of the same holder, beside which the one before works for so long still.

        Raises:
            NotFound: code `key_not_found`.
            InvalidRequest: code `key_ended`; it was revoked, or has expired.
        """
        before = (await self._keys.get(_checked_id(key_id))).key
        if not 0 <= overlap_seconds <= MOST_OVERLAP_SECONDS:
            raise _invalid("overlap", f"is from 0 to {MOST_OVERLAP_SECONDS / 86400:g} days")
        new, secret = _new(Wanted(before.name, before.owner, before.scopes, before.lifetime, before.limits))
        return MadeKey(await self._keys.replace(key_id, new, overlap_seconds), secret)

    async def revoke(self, key_id: str) -> ApiKey:
        """End a key, everywhere within `TRUSTED_SECONDS`; raises `NotFound` (code `key_not_found`)."""
        key = await self._keys.revoke(_checked_id(key_id))
        # This process need not wait.
        self._trusted.clear()
        return key

    async def are_there(self) -> bool:
        """Whether a key was ever made."""
        return await self._keys.were_ever_made()

    async def are_needed(self) -> bool:
        """Whether a caller has to show a key."""
        if self._open_without_keys and not self._there_are_keys and time.monotonic() >= self._look_again_at:
            self._there_are_keys = await self._keys.were_ever_made()
            self._look_again_at = time.monotonic() + TRUSTED_SECONDS
        return self._there_are_keys or not self._open_without_keys

    async def access(self, secret: str | None) -> Access:
        """What a caller may do who shows this key, or none.

        Raises:
            Unauthorized: codes `key_missing`, `key_unknown`, `key_revoked`, `key_expired`.
        """
        if not await self.are_needed():
            return WITHOUT_KEY
        if secret is None:
            raise Unauthorized
        if not is_secret(secret):
            raise Unauthorized("This is no key of this service; a character is wrong or missing.", code="key_unknown")
        digest = digest_of(secret)
        trusted = self._trusted.get(digest)
        if trusted is None or time.monotonic() >= trusted.until:
            trusted = await self._looked_up(digest)
        return trusted.access

    async def _looked_up(self, digest: str) -> _Trusted:
        self._trusted.pop(digest, None)
        found = await self._keys.find(digest)
        if found is None:
            raise Unauthorized("This service has no such key.", code="key_unknown")
        key = found.key
        if key.revoked_at:
            raise Unauthorized(f"The key {key.key_id} was revoked.", code="key_revoked")
        if found.has_expired:
            raise Unauthorized(f"The key {key.key_id} has expired.", code="key_expired")
        seconds = TRUSTED_SECONDS if found.seconds_left is None else min(TRUSTED_SECONDS, found.seconds_left)
        if len(self._trusted) >= MOST_TRUSTED:
            self._trusted.clear()
        trusted = self._trusted[digest] = _Trusted(key.access, time.monotonic() + seconds)
        await self._note_use(key.key_id)
        return trusted

    async def _note_use(self, key_id: str) -> None:
        if time.monotonic() < self._noted.get(key_id, 0.0):
            return
        self._noted[key_id] = time.monotonic() + NOTED_SECONDS
        try:
            await self._keys.note_use(key_id)
        except SttError as error:
            # It is no reason to turn away whoever comes.
            log.warning("key_use_not_noted", key_id=key_id, reason=error.message)


def _new(wanted: Wanted) -> tuple[NewKey, str]:
    secret = secret_of(secrets.randbelow(SECRETS))
    key_id = f"key_{secrets.token_hex(6)}"
    return (
        NewKey(
            key_id=key_id,
            owner=Owner(wanted.owner or key_id),
            name=wanted.name.strip(),
            sha256=digest_of(secret),
            prefix=secret[:SHOWN_CHARACTERS],
            last_four=secret[-4:],
            scopes=wanted.scopes,
            limits=wanted.limits,
            lifetime=wanted.lifetime,
        ),
        secret,
    )


def _check(wanted: Wanted) -> None:
    name, limits = wanted.name.strip(), wanted.limits.to_dict()
    if not 0 < len(name) <= MOST_NAME_CHARACTERS or not name.isprintable():
        raise _invalid("name", f"is 1 to {MOST_NAME_CHARACTERS} printable characters, to know the key by")
    if wanted.owner is not None and not re.fullmatch(OWNER_PATTERN, wanted.owner):
        raise _invalid("owner", "is 1 to 64 letters, digits, '.', '_', '@' or '-'")
    if not wanted.scopes:
        raise _invalid("scopes", f"are one or more of {', '.join(Scope)}")
    if wanted.lifetime is not None and not 0 < wanted.lifetime <= MOST_LIFETIME_SECONDS:
        raise _invalid("lifetime", f"is more than 0 and at most {MOST_LIFETIME_SECONDS / 86400:g} days, or left out")
    if any(limit <= 0 for limit in limits.values()):
        raise _invalid(next(name for name, limit in limits.items() if limit <= 0), "is more than 0, or left out")


def _invalid(field: str, rule: str) -> InvalidRequest:
    return InvalidRequest(f"{field} {rule}.", code="invalid_key", field=field)


def _checked_id(key_id: str) -> str:
    if not _KEY_ID.fullmatch(key_id):
        raise NotFound(f"There is no key {key_id[:64]!r}.", code="key_not_found")
    return key_id
