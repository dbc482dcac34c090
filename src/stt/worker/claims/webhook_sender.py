"""Sending a message to a webhook."""

import time
from collections.abc import Sequence
from datetime import UTC, datetime

import structlog

from stt import __version__
from stt.core.http_client import Answer, HttpClient, UrlRefused, UrlUnreachable
from stt.core.metrics.table import DELIVERIES, DELIVERY_SECONDS
from stt.domain.events.webhook import Attempt, Delivery, signatures
from stt.domain.jobs.claim import Claim
from stt.repositories.messages.delivery_repository import DeliveryRepository
from stt.worker.patience import patiently

log = structlog.get_logger()

SEND_SECONDS = 20.0
"""How long a receiver may take to answer: the specification recommends 15 to 30 s."""


class WebhookSender:
    """Makes one attempt at a delivery; what it comes to is for the database to say."""

    def __init__(self, deliveries: DeliveryRepository, http: HttpClient) -> None:
        self.deliveries, self._http = deliveries, http

    async def send(self, delivery: Delivery, secrets: Sequence[str], claim: Claim) -> None:
        """Send it, and record how that went; raises `ClaimLost` or `DatabaseUnavailable`."""
        attempt = await self._attempt(delivery, secrets)
        pause = await patiently(lambda: self.deliveries.settle(delivery, claim, attempt))
        DELIVERIES.labels(_outcome(attempt)).inc()
        DELIVERY_SECONDS.observe(attempt.seconds)
        log.info("webhook_sent", delivery=delivery.delivery_id, status=attempt.status, error=attempt.error)
        if pause is not None:
            log.warning("webhook_paused", webhook=delivery.webhook_id, reason=pause)

    async def _attempt(self, delivery: Delivery, secrets: Sequence[str]) -> Attempt:
        at, began, body = datetime.now(UTC), time.monotonic(), delivery.body
        timestamp = int(at.timestamp())
        headers = {
            "Content-Type": "application/json",
            "User-Agent": f"stt/{__version__}",
            "webhook-id": delivery.delivery_id,
            "webhook-timestamp": str(timestamp),
            "webhook-signature": signatures(secrets, delivery.delivery_id, timestamp, body),
        }
        try:
            answer = await self._http.post(delivery.url, body, headers, seconds=SEND_SECONDS)
        except (UrlRefused, UrlUnreachable) as error:
            return Attempt(at, time.monotonic() - began, None, error.message)
        attempt = Attempt(at, time.monotonic() - began, answer.status, retry_after=_retry_after(answer))
        return attempt if attempt.succeeded else _with_reason(attempt)


def _outcome(attempt: Attempt) -> str:
    if attempt.succeeded:
        return "delivered"
    return "unreachable" if attempt.status is None else "refused"


def _with_reason(attempt: Attempt) -> Attempt:
    error = f"It answered {attempt.status}; a message is delivered when it answers 200 to 299."
    return Attempt(attempt.at, attempt.seconds, attempt.status, error, attempt.retry_after)


def _retry_after(answer: Answer) -> float | None:
    written = answer.headers.get("retry-after", "")
    return float(written) if written.isascii() and written.isdigit() and len(written) < 9 else None
