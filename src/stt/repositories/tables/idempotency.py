"""The table of idempotency keys."""

from typing import Any

from sqlalchemy import JSON, Double, ForeignKey, Index, Text
from sqlalchemy.orm import Mapped, mapped_column

from stt.core.database import Base


class IdempotencyKeyRow(Base):
    """A key that a request was sent with: held while it runs, then kept with its answer."""

    __tablename__ = "idempotency_keys"

    owner: Mapped[str] = mapped_column(Text, primary_key=True)
    key: Mapped[str] = mapped_column(Text, primary_key=True)
    token: Mapped[str] = mapped_column(Text)
    until: Mapped[float] = mapped_column(Double)
    """When it lapses: soon, where the request still runs, and after a day where it was answered."""
    job_id: Mapped[str | None] = mapped_column(ForeignKey("jobs.id", ondelete="CASCADE"))
    """The job that was made; NULL while the request runs."""
    fingerprint: Mapped[str | None] = mapped_column(Text)
    answer: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))

    __table_args__ = (Index("idempotency_keys_by_end", "until"), Index("idempotency_keys_of_job", "job_id"))
