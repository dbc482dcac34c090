"""Messages to webhooks: claimed like all work, attempted, settled."""

import random
from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, Row, delete, insert, select, update

from stt.core.database import now
from stt.domain.access.owner import Owner
from stt.domain.errors import InvalidRequest, NotFound
from stt.domain.events.webhook import (
    GONE,
    KEPT_SECONDS,
    MOST_FAILURES,
    Attempt,
    Delivery,
    DeliveryStatus,
    Pause,
    retry_delay,
)
from stt.domain.jobs.claim import Claim
from stt.repositories.messages.webhook_repository import find_webhook
from stt.repositories.statements.claimable import ClaimableRepository
from stt.repositories.statements.claims import claim_best, claim_of, held_by, write_fenced
from stt.repositories.tables.rows import instant, to_claim
from stt.repositories.tables.webhooks import AttemptRow, DeliveryRow, WebhookRow

AT_ONCE = 500
_CLAIM = claim_of(DeliveryRow)


class DeliveryRepository(ClaimableRepository):
    """The `deliveries` table; every method raises `DatabaseUnavailable` while the database is away."""

    table = DeliveryRow

    async def claim(self, worker_id: str, lease_seconds: float) -> tuple[Delivery, tuple[str, ...], Claim] | None:
        """Take the best message to send, with the secrets to sign it with, the newest first."""

        def take(connection: Connection) -> tuple[Delivery, tuple[str, ...], Claim] | None:
            row = claim_best(connection, _CLAIM, worker_id, lease_seconds)
            if row is None:
                return None
            valid = select(WebhookRow.secrets, now().label("now")).where(WebhookRow.id == row.webhook_id)
            known = connection.execute(valid).one()
            secrets = [s["secret"] for s in known.secrets if s["until"] is None or s["until"] > known.now]
            return to_delivery(row), tuple(reversed(secrets)), to_claim(row)

        return await self._database.write(take)

    def _given_back(self, _failures: int, /) -> dict[str, Any]:
        return {}

    async def settle(self, delivery: Delivery, claim: Claim, attempt: Attempt) -> Pause | None:
        """Record how an attempt ended, and what follows from it; why the webhook is paused by it, if it is.

        Raises `ClaimLost`.
        """

        def settle(connection: Connection) -> Pause | None:
            webhook = _locked(connection, delivery.webhook_id)
            # Not a second time: what is settled again, because the answer to it was lost, is nobody's any more.
            held = held_by(DeliveryRow, claim), DeliveryRow.outcomes < DeliveryRow.attempt
            write_fenced(connection, update(DeliveryRow).where(*held).values(_outcome(claim, attempt)))
            connection.execute(insert(AttemptRow).values(**_attempt_values(delivery, claim, attempt)))
            return _count(connection, webhook, attempt)

        return await self._database.write(settle)

    async def give_up(self, claim: Claim, message: str) -> None:
        """Send it no more; raises `ClaimLost`."""
        await self._write_held(claim, {"status": DeliveryStatus.FAILED, "available_at": None, "error_message": message})

    async def of_webhook(self, owner: Owner, webhook_id: str, limit: int) -> list[Delivery]:
        """The newest messages to a webhook, with their attempts."""
        theirs = DeliveryRow.webhook_id.in_(select(WebhookRow.id).where(_of(owner, webhook_id)))
        newest = select(DeliveryRow).where(theirs).order_by(DeliveryRow.created_at.desc(), DeliveryRow.id).limit(limit)

        def read(connection: Connection) -> list[Delivery]:
            rows = connection.execute(newest).all()
            made = select(AttemptRow).where(AttemptRow.delivery_id.in_([row.id for row in rows]))
            attempts: dict[str, list[Attempt]] = {row.id: [] for row in rows}
            for row in connection.execute(made.order_by(AttemptRow.number)):
                attempts[row.delivery_id].append(Attempt(instant(row.began_at), row.seconds, row.status, row.error))
            return [to_delivery(row, attempts[row.id]) for row in rows]

        return await self._database.read(read)

    async def send_again(self, owner: Owner, webhook_id: str, delivery_id: str) -> None:
        """Have a message sent once more, now.

        Raises:
            NotFound: codes `webhook_not_found`, `delivery_not_found`.
            InvalidRequest: code `webhook_paused`.
        """
        again = update(DeliveryRow).where(DeliveryRow.id == delivery_id, DeliveryRow.webhook_id == webhook_id)
        # Counting up voids the claim of whoever sends it at this moment.
        counted = {"attempt": DeliveryRow.attempt + 1, "outcomes": DeliveryRow.attempt + 1, "tries": 0, "rank": 0}
        waiting = {"status": DeliveryStatus.WAITING, "available_at": now()}

        def write(connection: Connection) -> None:
            # Locked, so that whoever pauses it at this moment comes before, or finds the message waiting.
            if find_webhook(connection, owner, webhook_id, lock=True).paused:
                raise InvalidRequest("The webhook is paused; resume it first.", code="webhook_paused")
            if not connection.execute(again.values(**counted, **waiting)).rowcount:
                raise NotFound(f"There is no delivery {delivery_id[:64]!r} to this webhook.", code="delivery_not_found")

        await self._database.write(write)

    async def forget(self) -> int:
        """Remove some of what is too old; how many."""
        old = select(DeliveryRow.id).where(DeliveryRow.created_at < now() - KEPT_SECONDS).limit(AT_ONCE)
        statement = delete(DeliveryRow).where(DeliveryRow.id.in_(old))
        return await self._database.write(lambda connection: connection.execute(statement).rowcount)


def to_delivery(row: Row[Any], attempts: list[Attempt] | None = None) -> Delivery:
    """A message as the rest of the program knows it."""
    return Delivery(
        delivery_id=row.id,
        webhook_id=row.webhook_id,
        url=row.url,
        kind=row.kind,
        job_id=row.job_id,
        data=row.data,
        status=DeliveryStatus(row.status),
        created_at=instant(row.created_at),
        next_at=instant(row.available_at) if row.available_at is not None else None,
        attempts=attempts or (),
    )


def _of(owner: Owner, webhook_id: str) -> Any:
    return (WebhookRow.owner == owner) & (WebhookRow.id == webhook_id)


def _locked(connection: Connection, webhook_id: str) -> Row[Any]:
    """The webhook, before any of its messages: two orders would be a deadlock."""
    return connection.execute(
        select(WebhookRow).where(WebhookRow.id == webhook_id).with_for_update(key_share=True)
    ).one()


def _outcome(claim: Claim, attempt: Attempt) -> dict[str, Any]:
    # An attempt that was told of makes up for those that were not: who holds it would not wait longer than a lease.
    told = {"outcomes": DeliveryRow.attempt, "error_message": attempt.error}
    if attempt.succeeded:
        return told | {"status": DeliveryStatus.DELIVERED, "available_at": None}
    delay = retry_delay(claim.tries, attempt.retry_after, random.random())  # noqa: S311
    if delay is None:
        return told | {"status": DeliveryStatus.FAILED, "available_at": None}
    return told | {"tries": DeliveryRow.tries + 1, "available_at": now() + delay}


def _attempt_values(delivery: Delivery, claim: Claim, attempt: Attempt) -> Mapping[str, Any]:
    made = {"began_at": attempt.at.timestamp(), "seconds": attempt.seconds}
    told = {"status": attempt.status, "error": attempt.error}
    return {"delivery_id": delivery.delivery_id, "number": claim.attempt, **made, **told}


def _count(connection: Connection, webhook: Row[Any], attempt: Attempt) -> Pause | None:
    """Note a success or a failure with the webhook, and pause it where it is time to."""
    if attempt.succeeded and not webhook.failures:
        return None
    failures = 0 if attempt.succeeded else webhook.failures + 1
    pause = Pause.GONE if attempt.status == GONE else Pause.FAILURES if failures >= MOST_FAILURES else None
    counted = {"failures": failures, "paused": pause or webhook.paused}
    connection.execute(update(WebhookRow).where(WebhookRow.id == webhook.id).values(counted))
    waiting = update(DeliveryRow).where(
        DeliveryRow.webhook_id == webhook.id, DeliveryRow.status == DeliveryStatus.WAITING
    )
    # Who fails goes behind all others: a receiver that is away keeps no slot from one that is there.
    held = {"status": DeliveryStatus.HELD, "available_at": None} if pause else {}
    connection.execute(waiting.values(rank=failures, **held))
    return pause
