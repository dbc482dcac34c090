"""The table of uploads."""

from typing import Any

from sqlalchemy import JSON, BigInteger, Boolean, Double, Index, Text, false
from sqlalchemy.orm import Mapped, mapped_column

from stt.core.database import Base, now


class UploadRow(Base):
    """A file that is expected, by tus or directly; its id is the one that its job will have."""

    __tablename__ = "uploads"

    id: Mapped[str] = mapped_column(Text, primary_key=True)
    owner: Mapped[str] = mapped_column(Text)
    filename: Mapped[str] = mapped_column(Text)
    object_key: Mapped[str] = mapped_column(Text)
    length: Mapped[int] = mapped_column(BigInteger)
    offset: Mapped[int] = mapped_column("arrived", BigInteger, default=0)
    notes: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    """What the store needs to go on from the offset."""
    options: Mapped[dict[str, Any]] = mapped_column(JSON)
    written: Mapped[str] = mapped_column("metadata", Text)
    """`Upload-Metadata`; SQLAlchemy has another use for the column's name."""
    kept_seconds: Mapped[float] = mapped_column(Double)
    expires_at: Mapped[float] = mapped_column(Double)
    """From then on nobody sees it, and the sweeper removes it."""
    token: Mapped[str | None] = mapped_column(Text)
    """Of the request that sends it, which holds it until `held_until`, and longer if nobody else asks."""
    held_until: Mapped[float | None] = mapped_column(Double)
    finished_at: Mapped[float | None] = mapped_column(Double)
    """When its job was made."""
    is_direct: Mapped[bool] = mapped_column(Boolean, server_default=false())
    """Whether it goes straight to the object store, and is confirmed."""
    sha256: Mapped[str | None] = mapped_column(Text)
    created_at: Mapped[float] = mapped_column(Double, default=now())

    __table_args__ = (Index("uploads_by_end", "expires_at"), Index("uploads_owned", "owner"))
