"""Webhooks: what happens to a job is sent to a URL of its owner, as Standard Webhooks 1.0.0 has it."""

import base64
import hashlib
import hmac
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from stt.domain.access.owner import Owner

RETRY_SECONDS = (5.0, 300.0, 1800.0, 7200.0, 18_000.0, 36_000.0, 50_400.0, 72_000.0, 86_400.0)
"""How long after each failed attempt the next one comes: the schedule that the specification recommends."""
JITTER = 0.1
"""Up to this part longer, so that what failed together does not come back together."""
LONGEST_DELAY_SECONDS = RETRY_SECONDS[-1] * (1 + JITTER)
MOST_FAILURES = 10
"""After so many attempts in a row that failed, whatever they were to deliver, nothing more is sent."""
GONE = 410
"""The status by which a receiver says that it wants no more."""
OVERLAP_SECONDS = 24 * 3600.0
"""How long messages are signed with the secret before as well, once there is a new one."""
KEPT_SECONDS = 7 * 24 * 3600.0
"""How long deliveries are kept; the last attempt comes after three days."""
SECRET_BYTES = 32
SECRET_PREFIX = "whsec_"  # noqa: S105  it is what every secret begins with
TEST = "webhook.test"
MOST_OF_EVERY_JOB = 10
"""How many webhooks of an owner may be told of every job: each end is a message to each of them."""


class DeliveryStatus(StrEnum):
    """WAITING → DELIVERED | FAILED; HELD while its webhook is paused."""

    WAITING = "WAITING"
    HELD = "HELD"
    DELIVERED = "DELIVERED"
    FAILED = "FAILED"


class Pause(StrEnum):
    """Why nothing is sent to a webhook."""

    GONE = "gone"
    """The receiver said so, by 410."""
    FAILURES = "failures"
    ASKED = "asked"
    """Its owner wants it so."""


@dataclass(frozen=True)
class Webhook:
    """A URL that is sent what happens to jobs; `failures` are those since the last success.

    `every_job_url` is where it is sent the ends of all jobs, and `None` where it is for jobs that name it.
    """

    webhook_id: str
    owner: Owner
    url: str
    failures: int
    paused: Pause | None
    created_at: datetime
    every_job_url: str | None = None

    @property
    def every_job(self) -> bool:
        """Whether it is told of every job of its owner."""
        return self.every_job_url is not None


@dataclass(frozen=True)
class Attempt:
    """One request of a delivery: when it began (UTC), how many seconds it took, and the status or why there is none."""

    at: datetime
    seconds: float
    status: int | None
    error: str | None = None
    retry_after: float | None = None
    """Seconds that the receiver asks to be left alone."""

    @property
    def succeeded(self) -> bool:
        """Whether the receiver has it."""
        return self.status is not None and 200 <= self.status < 300


@dataclass(frozen=True)
class Delivery:
    """A message on its way to a URL; its id stays the same over all attempts, so that a receiver knows it again."""

    delivery_id: str
    webhook_id: str
    url: str
    kind: str
    job_id: str | None
    data: Mapping[str, Any]
    status: DeliveryStatus
    created_at: datetime
    next_at: datetime | None = None
    attempts: Sequence[Attempt] = ()

    @property
    def body(self) -> bytes:
        """What is sent, the same at every attempt."""
        message = {"type": self.kind, "timestamp": self.created_at.isoformat(), "data": self.data}
        return json.dumps(message, ensure_ascii=False).encode()


def new_secret(random: bytes) -> str:
    """A secret as receivers' libraries read it."""
    return SECRET_PREFIX + base64.b64encode(random).decode()


def signatures(secrets: Sequence[str], delivery_id: str, timestamp: int, body: bytes) -> str:
    """The header `webhook-signature`: by each secret HMAC-SHA256 of id, timestamp and body, in base64."""
    signed = f"{delivery_id}.{timestamp}.".encode() + body
    keys = (base64.b64decode(secret.removeprefix(SECRET_PREFIX)) for secret in secrets)
    return " ".join(f"v1,{base64.b64encode(hmac.digest(key, signed, hashlib.sha256)).decode()}" for key in keys)


def retry_delay(failures: int, retry_after: float | None, chance: float) -> float | None:
    """Seconds from the last of so many failed attempts to the next, `None` where there is none.

    `chance` is a number from 0 to 1. A receiver may ask for more time, up to the longest delay.
    """
    if failures > len(RETRY_SECONDS):
        return None
    planned = RETRY_SECONDS[failures - 1] * (1 + JITTER * chance)
    return min(max(planned, retry_after or 0.0), LONGEST_DELAY_SECONDS)


def endpoint_of(url: str) -> str:
    """The URL by which a webhook is known: what stands behind `?` may differ from job to job."""
    return url.partition("#")[0].partition("?")[0]
