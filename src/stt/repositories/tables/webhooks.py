"""Tables of webhooks: whom to tell, what, and how that went."""

from typing import Any

from sqlalchemy import JSON, Double, ForeignKey, Index, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from stt.core.database import Base, now
from stt.domain.events.webhook import LONGEST_DELAY_SECONDS
from stt.repositories.tables.jobs import Claimable


class WebhookRow(Base):
    """A URL that its owner wants to be told at, with the secrets that messages to it are signed with."""

    __tablename__ = "webhooks"

    id: Mapped[str] = mapped_column(Text, primary_key=True)
    owner: Mapped[str] = mapped_column(Text)
    url: Mapped[str] = mapped_column(Text)
    secrets: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    """Each a `secret`, and `until`, the moment up to which it is used; the newest has none."""
    failures: Mapped[int] = mapped_column(default=0)
    paused: Mapped[str | None] = mapped_column(Text)
    every_job_url: Mapped[str | None] = mapped_column(Text)
    """Where the ends of all jobs of the owner are sent; `None` where only those of jobs that name it are."""
    created_at: Mapped[float] = mapped_column(Double, default=now())

    __table_args__ = (UniqueConstraint("owner", "url"),)


class DeliveryRow(Claimable):
    """A message to a webhook."""

    __tablename__ = "deliveries"
    longest_delay = LONGEST_DELAY_SECONDS

    webhook_id: Mapped[str] = mapped_column(ForeignKey("webhooks.id", ondelete="CASCADE"))
    url: Mapped[str] = mapped_column(Text)
    kind: Mapped[str] = mapped_column(Text)
    job_id: Mapped[str | None] = mapped_column(Text)
    data: Mapped[dict[str, Any]] = mapped_column(JSON)
    status: Mapped[str] = mapped_column(Text)
    error_message: Mapped[str | None] = mapped_column(Text)
    created_at: Mapped[float] = mapped_column(Double, default=now())

    @classmethod
    def constraints(cls) -> tuple[Any, ...]:
        """What owners look for, and the sweeper."""
        return (
            Index("deliveries_of_webhook", "webhook_id", "created_at"),
            Index("deliveries_by_age", "created_at"),
        )


class AttemptRow(Base):
    """A request that was to deliver a message, and how it ended."""

    __tablename__ = "delivery_attempts"

    delivery_id: Mapped[str] = mapped_column(ForeignKey("deliveries.id", ondelete="CASCADE"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    began_at: Mapped[float] = mapped_column(Double)
    seconds: Mapped[float] = mapped_column(Double)
    status: Mapped[int | None]
    error: Mapped[str | None] = mapped_column(Text)
