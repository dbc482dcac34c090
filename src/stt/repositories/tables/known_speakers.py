"""The table of people whose voices are known."""

from sqlalchemy import Double, ForeignKey, Index, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from stt.core.database import Base, now


class KnownSpeakerRow(Base):
    """Somebody whose voice an owner keeps, or who was introduced with one job and is known in that alone."""

    __tablename__ = "known_speakers"

    id: Mapped[str] = mapped_column(Text, primary_key=True)
    owner: Mapped[str] = mapped_column(Text)
    job_id: Mapped[str | None] = mapped_column(ForeignKey("jobs.id", ondelete="CASCADE"))
    """NULL for those that the owner keeps."""
    name: Mapped[str] = mapped_column(Text)
    sample: Mapped[bytes]
    seconds: Mapped[float] = mapped_column(Double)
    speech: Mapped[float] = mapped_column(Double)
    created_at: Mapped[float] = mapped_column(Double, default=now())

    __table_args__ = (
        Index(
            "known_speakers_kept",
            "owner",
            "name",
            unique=True,
            postgresql_where=text("job_id IS NULL"),
            sqlite_where=text("job_id IS NULL"),
        ),
        Index(
            "known_speakers_of_job",
            "job_id",
            postgresql_where=text("job_id IS NOT NULL"),
            sqlite_where=text("job_id IS NOT NULL"),
        ),
    )
