"""Uploads, by tus and direct ones: how far they came, and which request has them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Select, and_, delete, func, or_, select, update

from stt.core.database import Database, now
from stt.domain.access.limits import Limits
from stt.domain.access.owner import Owner
from stt.domain.errors import NotFound
from stt.domain.jobs.job import Job
from stt.domain.jobs.upload import LEASE_SECONDS, NewUpload, Upload, UploadBusy
from stt.repositories.statements.usage import admit
from stt.repositories.tables.jobs import JobRow
from stt.repositories.tables.uploads import UploadRow

_SEEN = UploadRow.expires_at > now()
_FREE = or_(UploadRow.token.is_(None), UploadRow.held_until < now())


class UploadRepository:
    """The `uploads` table; every method raises `DatabaseUnavailable` while the database is away."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def add(self, new: NewUpload, limits: Limits) -> Upload:
        """Store an upload, which counts as the job that it will be; raises `LimitReached`."""
        values = {
            "id": new.upload_id,
            "owner": new.owner,
            "filename": new.filename,
            "object_key": new.object_key,
            "length": new.length,
            "offset": 0,
            "notes": {},
            "options": dict(new.options),
            "written": new.metadata,
            "kept_seconds": new.kept_seconds,
            "is_direct": new.is_direct,
            "sha256": new.sha256,
            "expires_at": now() + new.kept_seconds,
            "created_at": now(),
        }
        statement = self._database.insert(UploadRow).values(**values).returning(*UploadRow.__table__.columns)

        def store(connection: Connection) -> Upload:
            admit(connection, new.owner, limits)
            return _upload(connection.execute(statement).one())

        return await self._database.write(store)

    async def get(self, owner: Owner, upload_id: str, *, is_direct: bool) -> Upload:
        """One upload; raises `NotFound`, as well where it has expired, is of the other kind or another owner's."""
        mine = UploadRow.id == upload_id, UploadRow.owner == owner, UploadRow.is_direct.is_(is_direct)
        found = await self._all(_uploads().where(*mine, _SEEN))
        if not found:
            raise NotFound(f"There is no upload {upload_id[:64]!r}.", code="upload_not_found")
        return found[0]

    async def hold(self, owner: Owner, upload_id: str, token: str) -> Upload | None:
        """Take an upload that is not finished for one request; `None` where there is none that is free."""
        mine = (UploadRow.id == upload_id, UploadRow.owner == owner, UploadRow.finished_at.is_(None), _SEEN, _FREE)
        held = update(UploadRow).where(*mine).values(token=token, held_until=now() + LEASE_SECONDS)
        statement = held.returning(*UploadRow.__table__.columns)

        def take(connection: Connection) -> Upload | None:
            row = connection.execute(statement).one_or_none()
            return None if row is None else _upload(row)

        return await self._database.write(take)

    async def renew(self, upload_id: str, token: str) -> None:
        """Bytes still come; raises `UploadBusy` where another request has taken the upload."""
        await self._change(upload_id, token, held_until=now() + LEASE_SECONDS)

    async def keep(self, upload_id: str, token: str, offset: int, notes: Mapping[str, Any]) -> None:
        """So much has arrived to stay; raises `UploadBusy` where another request has taken the upload."""
        longer = {"held_until": now() + LEASE_SECONDS, "expires_at": now() + UploadRow.kept_seconds}
        await self._change(upload_id, token, offset=offset, notes=dict(notes), **longer)

    async def release(self, upload_id: str, token: str) -> None:
        """Another request may go on."""
        freed = update(UploadRow).where(_held(upload_id, token)).values(token=None, held_until=None)
        await self._database.write(lambda connection: connection.execute(freed))

    async def end(self, owner: Owner, upload_id: str) -> bool:
        """Nobody sees it from now on, and the sweeper removes it; whether no job was made of it, nor will be."""
        mine = UploadRow.id == upload_id, UploadRow.owner == owner
        ended = update(UploadRow).where(*mine).values(expires_at=now(), token=None, held_until=None)
        statement = ended.returning(UploadRow.id, UploadRow.finished_at)
        row = await self._database.write(lambda connection: connection.execute(statement).one_or_none())
        return row is not None and row.finished_at is None

    async def unfinished(self, limit: int) -> list[Upload]:
        """Uploads that are whole, have no job yet and no request that makes it."""
        left = (UploadRow.offset == UploadRow.length, UploadRow.finished_at.is_(None), _SEEN, _FREE)
        return await self._all(_uploads().where(*left).order_by(func.random()).limit(limit))

    async def expired(self, *, before: float, limit: int) -> list[Upload]:
        """Uploads that nobody has seen for so many seconds, those that wait longest first."""
        gone = UploadRow.expires_at <= now() - before
        return await self._all(_uploads().where(gone).order_by(UploadRow.expires_at).limit(limit))

    async def without_audio(self, *upload_ids: str) -> set[str]:
        """Which of these became jobs whose audio was removed since: more of it may have been sent behind that."""
        removed = JobRow.id.in_(upload_ids), JobRow.audio_deleted_at.is_not(None)
        statement = select(JobRow.id).where(*removed)
        return await self._database.read(lambda connection: set(connection.scalars(statement)))

    async def remove(self, *upload_ids: str) -> None:
        """Nothing is left of these uploads: nor are their rows."""
        statement = delete(UploadRow).where(UploadRow.id.in_(upload_ids), UploadRow.expires_at <= now())
        await self._database.write(lambda connection: connection.execute(statement))

    async def _all(self, statement: Select[Any]) -> list[Upload]:
        return await self._database.read(lambda connection: [_upload(row) for row in connection.execute(statement)])

    async def _change(self, upload_id: str, token: str, **values: Any) -> None:
        statement = update(UploadRow).where(_held(upload_id, token)).values(**values)
        if not await self._database.write(lambda connection: connection.execute(statement).rowcount):
            raise UploadBusy


@dataclass(frozen=True)
class Delivery:
    """The promise that an upload becomes one job: both are written in one transaction, by the request that holds it."""

    upload_id: str
    token: str

    def hold(self, connection: Connection) -> None:
        """Return if the request still has the upload; raises `UploadBusy`."""
        held = select(UploadRow.id).where(_held(self.upload_id, self.token)).with_for_update()
        if connection.scalar(held) is None:
            raise UploadBusy

    def keep(self, connection: Connection, job: Job) -> None:
        """The job is made; that the upload was is told as long as the upload would have been kept."""
        told = {"expires_at": now() + UploadRow.kept_seconds, "notes": {}, "options": {}}
        made = update(UploadRow).where(UploadRow.id == job.job_id)
        connection.execute(made.values(finished_at=now(), token=None, held_until=None, **told))


def _uploads() -> Select[Any]:
    return select(*UploadRow.__table__.columns)


def _held(upload_id: str, token: str) -> ColumnElement[bool]:
    row = UploadRow
    return and_(row.id == upload_id, row.token == token, row.finished_at.is_(None), row.expires_at > now())


def _upload(row: Row[Any]) -> Upload:
    return Upload(
        owner=Owner(row.owner),
        upload_id=row.id,
        filename=row.filename,
        object_key=row.object_key,
        length=row.length,
        offset=row.arrived,
        metadata=row.metadata,
        expires_at=datetime.fromtimestamp(row.expires_at, UTC),
        is_finished=row.finished_at is not None,
        options=row.options,
        notes=row.notes,
        is_direct=row.is_direct,
        sha256=row.sha256,
    )
