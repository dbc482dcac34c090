"""The table of versions of transcripts."""

from typing import Any

from sqlalchemy import JSON, Double, ForeignKey, Text
from sqlalchemy.orm import Mapped, mapped_column

from stt.core.database import Base, now


class VersionRow(Base):
    """A version that somebody made of a transcript; what the machine wrote is none, and lies in storage."""

    __tablename__ = "transcript_versions"

    job_id: Mapped[str] = mapped_column(ForeignKey("jobs.id", ondelete="CASCADE"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    count: Mapped[int] = mapped_column("operation_count")
    operations: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    inverse: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    changes: Mapped[list[dict[str, Any]] | None] = mapped_column(JSON(none_as_null=True))
    """What leads to it from the machine's transcript; NULL in all but the newest."""
    redo: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    """What was heard again for it, see `SpanRedo`; NULL for what people wrote."""
    key_id: Mapped[str | None] = mapped_column(Text)
    created_at: Mapped[float] = mapped_column(Double, default=now())
