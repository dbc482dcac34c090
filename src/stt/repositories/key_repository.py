"""Keys: made, found by their digest, expired, revoked."""

from dataclasses import dataclass

from sqlalchemy import Connection, Double, bindparam, case, cast, func, insert, null, select, update

from stt.core.database import Database, now
from stt.domain.access.api_key import ApiKey
from stt.domain.access.limits import Limits
from stt.domain.access.owner import Owner
from stt.domain.access.scopes import Scope
from stt.domain.errors import InvalidRequest, NotFound
from stt.repositories.tables.jobs import KeyRow
from stt.repositories.tables.rows import to_key

_WITH_TIME = select(*KeyRow.__table__.columns, (KeyRow.expires_at - now()).label("seconds_left"))
_BY_DIGEST = _WITH_TIME.where(KeyRow.sha256 == bindparam("sha256"))
_BY_ID = _WITH_TIME.where(KeyRow.id == bindparam("id"))


@dataclass(frozen=True)
class NewKey:
    """What a key is made of; `lifetime` in seconds, `None` for ever."""

    key_id: str
    owner: Owner
    name: str
    sha256: str
    prefix: str
    last_four: str
    scopes: frozenset[Scope]
    limits: Limits
    lifetime: float | None


@dataclass(frozen=True)
class FoundKey:
    """A key as it stands; `seconds_left` until it expires by the database's clock, `None` for ever."""

    key: ApiKey
    seconds_left: float | None

    @property
    def has_expired(self) -> bool:
        """Whether its time is over."""
        return self.seconds_left is not None and self.seconds_left <= 0


class KeyRepository:
    """The `keys` table; every method raises `DatabaseUnavailable` while the database is away."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def were_ever_made(self) -> bool:
        """Whether there is a key, good or not: one that is revoked does not open the service to everybody again."""
        return bool(await self._database.read(lambda connection: connection.scalar(select(select(KeyRow.id).exists()))))

    async def add(self, new: NewKey) -> ApiKey:
        """Store a key."""
        return await self._database.write(lambda connection: _insert(connection, new))

    async def all(self) -> list[ApiKey]:
        """All of them, the oldest first."""
        statement = select(KeyRow).order_by(KeyRow.created_at, KeyRow.id)
        return await self._database.read(lambda connection: [to_key(row) for row in connection.execute(statement)])

    async def get(self, key_id: str) -> FoundKey:
        """One of them, good or not; raises `NotFound`."""
        row = await self._database.row(_BY_ID, id=key_id)
        if row is None:
            raise _unknown(key_id)
        return FoundKey(to_key(row), row.seconds_left)

    async def find(self, sha256: str) -> FoundKey | None:
        """The one with that digest, good or not."""
        row = await self._database.row(_BY_DIGEST, sha256=sha256)
        return row and FoundKey(to_key(row), row.seconds_left)

    async def replace(self, key_id: str, new: NewKey, overlap_seconds: float) -> ApiKey:
        """Store the next key of the same holder; the one before works for so long still.

        Raises `InvalidRequest` (code `key_ended`) where that has been revoked, or has expired.
        """
        ends = now() + overlap_seconds
        sooner = case((KeyRow.expires_at < ends, KeyRow.expires_at), else_=ends)
        is_good = KeyRow.revoked_at.is_(None) & func.coalesce(KeyRow.expires_at > now(), True)
        ending = update(KeyRow).where(KeyRow.id == key_id, is_good).values(expires_at=sooner)

        def rotate(connection: Connection) -> ApiKey:
            # Asked here, where nobody can revoke it meanwhile: the next key would outlive it.
            if not connection.execute(ending).rowcount:
                raise InvalidRequest(f"The key {key_id} has ended; make a new one.", code="key_ended")
            return _insert(connection, new)

        return await self._database.write(rotate)

    async def revoke(self, key_id: str) -> ApiKey:
        """End a key at once; again is the same as once. Raises `NotFound`."""
        ending = (
            update(KeyRow)
            .where(KeyRow.id == key_id)
            .values(revoked_at=func.coalesce(KeyRow.revoked_at, now()))
            .returning(KeyRow)
        )

        def end(connection: Connection) -> ApiKey:
            row = connection.execute(ending).one_or_none()
            if row is None:
                raise _unknown(key_id)
            return to_key(row)

        return await self._database.write(end)

    async def note_use(self, key_id: str) -> None:
        """It was shown just now."""
        used = update(KeyRow).where(KeyRow.id == key_id).values(last_used_at=now())
        await self._database.write(lambda connection: connection.execute(used))


def _insert(connection: Connection, new: NewKey) -> ApiKey:
    expires_at = cast(null(), Double) if new.lifetime is None else now() + new.lifetime
    values = {
        "id": new.key_id,
        "owner": new.owner,
        "name": new.name,
        "sha256": new.sha256,
        "prefix": new.prefix,
        "last_four": new.last_four,
        "scopes": sorted(new.scopes),
        "limits": new.limits.to_dict(),
        "created_at": now(),
        "lifetime": new.lifetime,
        "expires_at": expires_at,
    }
    return to_key(connection.execute(insert(KeyRow).values(**values).returning(KeyRow)).one())


def _unknown(key_id: str) -> NotFound:
    return NotFound(f"There is no key {key_id[:64]!r}.", code="key_not_found")
