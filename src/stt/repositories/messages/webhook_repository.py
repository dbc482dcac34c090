"""Webhooks: made, shown, given new secrets, resumed, removed."""

import uuid
from typing import Any

from sqlalchemy import Connection, Row, delete, func, insert, select, update

from stt.core.database import Database, now
from stt.domain.access.owner import Owner
from stt.domain.errors import InvalidRequest, NotFound
from stt.domain.events.webhook import MOST_OF_EVERY_JOB, OVERLAP_SECONDS, TEST, DeliveryStatus, Pause, Webhook
from stt.repositories.statements.outbox import delivery_values
from stt.repositories.tables.rows import instant
from stt.repositories.tables.webhooks import DeliveryRow, WebhookRow


class WebhookRepository:
    """The `webhooks` table; every method raises `DatabaseUnavailable` while the database is away.

    Those that name one raise `NotFound` (code `webhook_not_found`) where its owner has no such webhook.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    async def add(self, owner: Owner, url: str, secret: str, *, every_job_url: str | None = None) -> Webhook | None:
        """Make a webhook; `None` if there is one for this URL.

        Raises `InvalidRequest` (code `too_many_webhooks`) where it is for every job and there are enough of these.
        """
        known = {"id": f"wh_{uuid.uuid4().hex}", "owner": owner, "url": url, "failures": 0}
        new = self._database.insert(WebhookRow).values(**known, secrets=[{"secret": secret, "until": None}])
        new = new.values(every_job_url=every_job_url)
        statement = new.on_conflict_do_nothing().returning(WebhookRow)

        def store(connection: Connection) -> Webhook | None:
            if every_job_url is not None:
                _make_room(connection, owner)
            row = connection.execute(statement).one_or_none()
            return to_webhook(row) if row else None

        return await self._database.write(store)

    async def exists(self, owner: Owner, url: str) -> bool:
        """Whether there is one for this URL."""
        statement = select(WebhookRow.id).where(WebhookRow.owner == owner, WebhookRow.url == url)
        return await self._database.read(lambda connection: connection.scalar(statement)) is not None

    async def of_owner(self, owner: Owner) -> list[Webhook]:
        """All of an owner, oldest first."""
        statement = select(WebhookRow).where(WebhookRow.owner == owner).order_by(WebhookRow.created_at)
        return await self._database.read(lambda connection: [to_webhook(row) for row in connection.execute(statement)])

    async def get(self, owner: Owner, webhook_id: str) -> Webhook:
        """One of them."""
        return to_webhook(await self._database.read(lambda connection: find_webhook(connection, owner, webhook_id)))

    async def remove(self, owner: Owner, webhook_id: str) -> None:
        """Remove it, with everything that was or is to be sent to it."""

        def remove(connection: Connection) -> None:
            row = find_webhook(connection, owner, webhook_id, lock=True)
            connection.execute(delete(WebhookRow).where(WebhookRow.id == row.id))

        await self._database.write(remove)

    async def rotate(self, owner: Owner, webhook_id: str, secret: str) -> Webhook:
        """Give it a new secret; the one before is used beside it for a while."""

        def rotate(connection: Connection) -> Webhook:
            row = find_webhook(connection, owner, webhook_id, lock=True)
            moment = connection.execute(select(now())).scalar_one()
            before = {**row.secrets[-1], "until": moment + OVERLAP_SECONDS}
            changed = update(WebhookRow).where(WebhookRow.id == row.id)
            connection.execute(changed.values(secrets=[before, {"secret": secret, "until": None}]))
            return to_webhook(row)

        return await self._database.write(rotate)

    async def change(self, owner: Owner, webhook_id: str, *, every_job: bool) -> Webhook:
        """Have it told of every job from now on, or only of those that name it.

        Raises `InvalidRequest` as `add` does.
        """

        def change(connection: Connection) -> Webhook:
            row = find_webhook(connection, owner, webhook_id, lock=True)
            if every_job and row.every_job_url is None:
                _make_room(connection, owner)
            url = (row.every_job_url or row.url) if every_job else None
            changed = update(WebhookRow).where(WebhookRow.id == row.id).values(every_job_url=url)
            return to_webhook(connection.execute(changed.returning(WebhookRow)).one())

        return await self._database.write(change)

    async def pause(self, owner: Owner, webhook_id: str) -> Webhook:
        """Send nothing to it until it is resumed; what comes meanwhile is held."""

        def pause(connection: Connection) -> Webhook:
            row = find_webhook(connection, owner, webhook_id, lock=True)
            of_it = DeliveryRow.webhook_id == row.id, DeliveryRow.status == DeliveryStatus.WAITING
            held = {"status": DeliveryStatus.HELD, "available_at": None}
            connection.execute(update(DeliveryRow).where(*of_it).values(held))
            paused = update(WebhookRow).where(WebhookRow.id == row.id).values(paused=row.paused or Pause.ASKED)
            return to_webhook(connection.execute(paused.returning(WebhookRow)).one())

        return await self._database.write(pause)

    async def resume(self, owner: Owner, webhook_id: str) -> Webhook:
        """Send to it again, first of all what was held meanwhile."""

        def resume(connection: Connection) -> Webhook:
            row = find_webhook(connection, owner, webhook_id, lock=True)
            resumed = update(WebhookRow).where(WebhookRow.id == row.id).values(failures=0, paused=None)
            of_it = DeliveryRow.webhook_id == row.id
            held = update(DeliveryRow).where(of_it, DeliveryRow.status == DeliveryStatus.HELD)
            waiting = {"status": DeliveryStatus.WAITING, "available_at": now(), "rank": 0, "tries": 0}
            connection.execute(held.values(waiting))
            return to_webhook(connection.execute(resumed.returning(WebhookRow)).one())

        return await self._database.write(resume)

    async def test(self, owner: Owner, webhook_id: str) -> str:
        """Have a test sent to it; the id of the delivery."""

        def test(connection: Connection) -> str:
            row = find_webhook(connection, owner, webhook_id, lock=True)
            values = delivery_values(row.id, row.url, TEST, {"webhook_id": row.id}, held=row.paused is not None)
            connection.execute(insert(DeliveryRow).values(values))
            return str(values["id"])

        return await self._database.write(test)


def to_webhook(row: Row[Any]) -> Webhook:
    """A webhook as the rest of the program knows it: without its secrets."""
    paused = Pause(row.paused) if row.paused else None
    return Webhook(row.id, Owner(row.owner), row.url, row.failures, paused, instant(row.created_at), row.every_job_url)


def _make_room(connection: Connection, owner: Owner) -> None:
    of_every_job = select(func.count()).where(WebhookRow.owner == owner, WebhookRow.every_job_url.is_not(None))
    if (connection.scalar(of_every_job) or 0) >= MOST_OF_EVERY_JOB:
        message = f"There are {MOST_OF_EVERY_JOB} webhooks that are told of every job, and no more may be; remove one."
        raise InvalidRequest(message, code="too_many_webhooks", limit=MOST_OF_EVERY_JOB)


def find_webhook(connection: Connection, owner: Owner, webhook_id: str, *, lock: bool = False) -> Row[Any]:
    """The row of a webhook of an owner; raises `NotFound` (code `webhook_not_found`)."""
    statement = select(WebhookRow).where(WebhookRow.owner == owner, WebhookRow.id == webhook_id)
    row = connection.execute(statement.with_for_update() if lock else statement).one_or_none()
    if row is None:
        raise NotFound(f"There is no webhook {webhook_id[:64]!r}.", code="webhook_not_found")
    return row
