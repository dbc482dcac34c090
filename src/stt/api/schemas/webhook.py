"""A webhook as its owner sees it."""

from datetime import datetime
from typing import Self

from pydantic import BaseModel, ConfigDict, Field, JsonValue

from stt.api.schemas.job import EXAMPLE_ID
from stt.domain.events.webhook import Delivery, DeliveryStatus, Pause, Webhook

EXAMPLE: dict[str, JsonValue] = {
    "webhook_id": "wh_8c1f0a7d",
    "url": "https://hooks.example/stt",
    "every_job": True,
    "failures": 0,
    "paused": None,
    "created_at": "2026-01-31T08:15:00Z",
}
DELIVERY: dict[str, JsonValue] = {
    "delivery_id": "msg_2f6d0e5a1c4d",
    "type": "job.completed",
    "job_id": EXAMPLE_ID,
    "url": "https://hooks.example/stt",
    "status": "DELIVERED",
    "created_at": "2026-01-31T08:20:00Z",
    "next_at": None,
    "attempts": [{"at": "2026-01-31T08:20:01Z", "seconds": 0.2, "status": 200, "error": None}],
}


class WebhookForm(BaseModel):
    """What is to be told."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"url": "https://hooks.example/stt"}]})

    url: str = Field(max_length=2048, description="http or https; what stands behind `?` may differ from job to job.")
    every_job: bool = Field(False, description="Whether it is told of every job; else of those that name it.")


class WebhookChange(BaseModel):
    """What is to be different."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"every_job": True}]})

    every_job: bool = Field(description="Whether it is told of every job; else of those that name it.")


class WebhookBody(BaseModel):
    """A URL that is told when jobs have ended: all of its owner's, or those that name it."""

    model_config = ConfigDict(json_schema_extra={"examples": [EXAMPLE]})

    webhook_id: str
    url: str
    every_job: bool
    failures: int = Field(description="Attempts that failed since the last one that did not.")
    paused: Pause | None = Field(
        description="Why nothing is sent: `gone` (it answered 410), `failures` (ten in a row) or `asked`."
    )
    created_at: datetime

    @classmethod
    def of(cls, webhook: Webhook) -> Self:
        """The body for a webhook."""
        return cls.model_validate(webhook, from_attributes=True)


class WebhookWithSecretBody(WebhookBody):
    """The same, once, with the secret that its messages are signed with."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [EXAMPLE | {"secret": "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD"}]}
    )

    secret: str = Field(description="Keep it: it is shown in this answer alone.", examples=["whsec_…"])

    @classmethod
    def with_secret(cls, webhook: Webhook, secret: str) -> Self:
        """The body for a webhook and its new secret."""
        return cls(**WebhookBody.of(webhook).model_dump(), secret=secret)


class AttemptBody(BaseModel):
    """One request."""

    at: datetime
    seconds: float = Field(description="How long it took.")
    status: int | None = Field(description="What was answered; `null` where nothing was.")
    error: str | None


class DeliveryBody(BaseModel):
    """A message; `delivery_id` is its `webhook-id`, the same at every attempt."""

    delivery_id: str
    type: str
    job_id: str | None
    url: str
    status: DeliveryStatus
    created_at: datetime
    next_at: datetime | None = Field(description="When it is attempted next.")
    attempts: list[AttemptBody]

    @classmethod
    def of(cls, delivery: Delivery) -> Self:
        """The body for a delivery."""
        attempts = [AttemptBody.model_validate(attempt, from_attributes=True) for attempt in delivery.attempts]
        return cls(**{**vars(delivery), "type": delivery.kind, "attempts": attempts})


class WebhookListBody(BaseModel):
    """All webhooks, oldest first."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"data": [EXAMPLE]}]})

    data: list[WebhookBody]


class DeliveryListBody(BaseModel):
    """The newest messages, a hundred at most."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"data": [DELIVERY]}]})

    data: list[DeliveryBody]


class SentBody(BaseModel):
    """The message that is on its way."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"delivery_id": "msg_2f6d0e5a1c4d"}]})

    delivery_id: str
