"""The tables that forecasts are made of."""

from sqlalchemy import Double, Text
from sqlalchemy.orm import Mapped, mapped_column

from stt.core.database import Base, now


class ConsumerRow(Base):
    """A consumer, and when it last told that it runs."""

    __tablename__ = "consumers"

    id: Mapped[str] = mapped_column(Text, primary_key=True)
    seen_at: Mapped[float] = mapped_column(Double, default=now())
    lacks_speakers: Mapped[str | None] = mapped_column(Text)
    """What it lacks to tell speakers apart, and what to do; NULL if it can."""
    duty: Mapped[str | None] = mapped_column(Text)
    """What it is wanted to do; NULL, as consumers are entered, is to work."""


class SpeedRow(Base):
    """Seconds of audio that consumers transcribed in so many seconds of work, so many of them side by side."""

    __tablename__ = "speeds"

    model: Mapped[str] = mapped_column(Text, primary_key=True)
    engine: Mapped[str] = mapped_column(Text, primary_key=True)
    """The one that jobs name, empty for those that leave it open."""
    consumers: Mapped[int] = mapped_column(primary_key=True)
    audio: Mapped[float] = mapped_column(Double)
    busy: Mapped[float] = mapped_column(Double)


class ForecastRow(Base):
    """What was estimated for a job, and what came of it."""

    __tablename__ = "forecasts"

    # No foreign key: what was learnt of a job outlives it.
    job_id: Mapped[str] = mapped_column(Text, primary_key=True)
    phase: Mapped[str] = mapped_column(Text, primary_key=True)
    magnitude: Mapped[int] = mapped_column(primary_key=True)
    estimated: Mapped[float] = mapped_column(Double)
    made_at: Mapped[float] = mapped_column(Double, default=now())
    took: Mapped[float | None] = mapped_column(Double)
    """Seconds from then to the end of the job; NULL until that has come."""
