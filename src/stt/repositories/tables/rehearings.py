"""The table of audio that counts beside that of the jobs there are: heard again, or of jobs that were removed."""

from sqlalchemy import Double, Index, Text
from sqlalchemy.orm import Mapped, mapped_column

from stt.core.database import Base, now


class RehearingRow(Base):
    """Seconds of an owner's audio, and when it was given; counts for a day, whatever became of its job."""

    __tablename__ = "rehearings"

    id: Mapped[str] = mapped_column(Text, primary_key=True)
    owner: Mapped[str] = mapped_column(Text)
    seconds: Mapped[float] = mapped_column(Double)
    begun_at: Mapped[float] = mapped_column(Double, default=now())

    __table_args__ = (Index("rehearings_of_owners", "owner", "begun_at"),)
