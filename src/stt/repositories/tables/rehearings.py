"""The table of spans that were heard again."""

from sqlalchemy import Double, Index, Text
from sqlalchemy.orm import Mapped, mapped_column

from stt.core.database import Base, now


class RehearingRow(Base):
    """How much an owner had heard again, and when; counts for a day, whatever became of it and of its job."""

    __tablename__ = "rehearings"

    id: Mapped[str] = mapped_column(Text, primary_key=True)
    owner: Mapped[str] = mapped_column(Text)
    seconds: Mapped[float] = mapped_column(Double)
    begun_at: Mapped[float] = mapped_column(Double, default=now())

    __table_args__ = (Index("rehearings_of_owners", "owner", "begun_at"),)
