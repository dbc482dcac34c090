"""Tables. Times are seconds since 1970 by the database's clock; positions in audio are seconds from its start."""

from typing import Any, ClassVar

from sqlalchemy import JSON, BigInteger, Double, ForeignKey, Index, Integer, Text, UniqueConstraint, false, text
from sqlalchemy.dialects.postgresql import TSVECTOR
from sqlalchemy.orm import Mapped, declared_attr, mapped_column

from stt.core.database import Base, now
from stt.domain.jobs.claim import LONGEST_DELAY_SECONDS


class Claimable(Base):
    """Columns of a row that is work.

    `available_at` says all about whether it may be claimed: from that moment on, or never while it is NULL (held,
    finished). A claim pushes it past the lease, a heartbeat further, a retry past its delay.
    """

    __abstract__ = True
    longest_delay: ClassVar[float] = LONGEST_DELAY_SECONDS
    """Seconds; what nobody holds waits no longer for its next attempt."""

    id: Mapped[str] = mapped_column(Text, primary_key=True)
    rank: Mapped[int] = mapped_column(default=0)
    available_at: Mapped[float | None] = mapped_column(Double)
    attempt: Mapped[int] = mapped_column(default=0)
    """Counts every claim and is never set back: the fence."""
    outcomes: Mapped[int] = mapped_column(default=0)
    """Counts the attempts that told how they ended; the others ended with their process, or were too slow."""
    tries: Mapped[int] = mapped_column(default=0)
    """Counts the attempts that told of a failure of the work itself; an outage of a server is none."""
    worker_id: Mapped[str | None] = mapped_column(Text)

    @declared_attr.directive
    def __table_args__(cls) -> tuple[Any, ...]:  # noqa: N805  SQLAlchemy calls it with the class
        table: str = cls.__tablename__
        claimable = Index(
            f"{table}_claimable",
            "rank",
            "available_at",
            postgresql_where=text("available_at IS NOT NULL"),
            sqlite_where=text("available_at IS NOT NULL"),
        )
        return (claimable, *cls.constraints())

    @classmethod
    def constraints(cls) -> tuple[Any, ...]:
        """Constraints and indexes besides the one for claiming."""
        return ()


class JobRow(Claimable):
    """One uploaded file."""

    __tablename__ = "jobs"

    owner: Mapped[str] = mapped_column(Text, server_default="anonymous")
    status: Mapped[str] = mapped_column(Text)
    stage: Mapped[str] = mapped_column(Text)
    filename: Mapped[str] = mapped_column(Text)
    object_key: Mapped[str] = mapped_column(Text)
    language: Mapped[str] = mapped_column(Text)
    detected_language: Mapped[str | None] = mapped_column(Text)
    model: Mapped[str] = mapped_column(Text)
    engine: Mapped[str | None] = mapped_column(Text)
    priority: Mapped[str] = mapped_column(Text)
    guidance: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    labels: Mapped[dict[str, str]] = mapped_column("metadata", JSON, server_default="{}")
    """What the owner wrote on it; SQLAlchemy has another use for the column's name."""
    webhook_url: Mapped[str | None] = mapped_column(Text)
    file_size: Mapped[int | None] = mapped_column(BigInteger)
    ranks_behind: Mapped[int] = mapped_column(default=0, server_default="0")
    """By which it and its chunks stand behind, because its owner has others that have not ended."""
    is_long: Mapped[bool] = mapped_column(default=False)
    """Whether it waits to be prepared and that takes long, by its size or as was found."""
    duration: Mapped[float | None] = mapped_column(Double)
    broke_off: Mapped[float | None] = mapped_column(Double)
    notes: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list)
    tracks: Mapped[int] = mapped_column(default=1)
    """Channels transcribed apart: each has the whole duration to be done."""
    seconds_done: Mapped[float] = mapped_column(Double, default=0.0)
    chunks_total: Mapped[int | None]
    chunks_completed: Mapped[int] = mapped_column(default=0)
    retry_count: Mapped[int] = mapped_column(default=0)
    result_path: Mapped[str | None] = mapped_column(Text)
    redo: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    """What is done again with it, while that is done; NULL for all other jobs."""
    error_code: Mapped[str | None] = mapped_column(Text)
    error_message: Mapped[str | None] = mapped_column(Text)
    announced_at: Mapped[float | None] = mapped_column(Double)
    """When the queue confirmed the job's ticket; NULL asks the sweeper to issue it."""
    tidied_at: Mapped[float | None] = mapped_column(Double)
    """When the audio of the chunks was removed from storage; NULL asks the sweeper to do it once the job has ended."""
    fingerprint: Mapped[str | None] = mapped_column(Text)
    """Of the file's bytes and how it is transcribed, where a caller waits: who asks for the same joins it."""
    watched_until: Mapped[float | None] = mapped_column(Double)
    """Until when a caller has said to be waiting; NULL for jobs that nobody waits for on a connection."""
    spoken_language: Mapped[str | None] = mapped_column(Text)
    """The one detected for `auto`, otherwise the one asked for: what lists are filtered by."""
    searchable: Mapped[bool] = mapped_column(default=False, server_default=false())
    """Whether its text can be searched; its name can from the beginning."""
    delete_audio_after: Mapped[float | None] = mapped_column(Double)
    delete_text_after: Mapped[float | None] = mapped_column(Double)
    """Seconds from the end of the job after which its audio, and its text, are removed; NULL keeps them."""
    audio_due_at: Mapped[float | None] = mapped_column(Double)
    text_due_at: Mapped[float | None] = mapped_column(Double)
    audio_deleted_at: Mapped[float | None] = mapped_column(Double)
    text_deleted_at: Mapped[float | None] = mapped_column(Double)
    deleted_at: Mapped[float | None] = mapped_column(Double)
    """When its owner had it deleted: nobody sees it from then on, and the sweeper removes what is left of it."""
    created_at: Mapped[float] = mapped_column(Double, default=now())
    started_at: Mapped[float | None] = mapped_column(Double)
    completed_at: Mapped[float | None] = mapped_column(Double)

    @classmethod
    def constraints(cls) -> tuple[Any, ...]:
        """What the sweepers look for, slots that are kept for what is short, and what an owner has."""
        unannounced = text("announced_at IS NULL")
        untidy = text("completed_at IS NOT NULL AND tidied_at IS NULL")
        joinable = text("fingerprint IS NOT NULL")
        watched = text("watched_until IS NOT NULL AND completed_at IS NULL")
        short = text("available_at IS NOT NULL AND NOT is_long")
        is_open = text("completed_at IS NULL")
        ended = text("completed_at IS NOT NULL")
        unsearchable = text("status = 'COMPLETED' AND NOT searchable")
        deleted = text("deleted_at IS NOT NULL")
        audio_due = text("audio_due_at IS NOT NULL AND audio_deleted_at IS NULL")
        text_due = text("text_due_at IS NOT NULL AND text_deleted_at IS NULL")
        return (
            Index("jobs_short_claimable", "rank", "available_at", postgresql_where=short, sqlite_where=short),
            Index("jobs_unannounced", "created_at", postgresql_where=unannounced, sqlite_where=unannounced),
            Index("jobs_untidy", "completed_at", postgresql_where=untidy, sqlite_where=untidy),
            Index("jobs_joinable", "fingerprint", postgresql_where=joinable, sqlite_where=joinable),
            Index("jobs_watched", "watched_until", postgresql_where=watched, sqlite_where=watched),
            Index("jobs_owned", "owner", "created_at", "id"),
            Index("jobs_open", "owner", postgresql_where=is_open, sqlite_where=is_open),
            Index("jobs_ended", "completed_at", postgresql_where=ended, sqlite_where=ended),
            Index("jobs_by_status", "owner", "status", "created_at", "id"),
            Index("jobs_by_language", "owner", "spoken_language", "created_at", "id"),
            Index("jobs_by_model", "owner", "model", "created_at", "id"),
            Index("jobs_unsearchable", "completed_at", postgresql_where=unsearchable, sqlite_where=unsearchable),
            Index("jobs_deleted", "deleted_at", postgresql_where=deleted, sqlite_where=deleted),
            Index("jobs_audio_due", "audio_due_at", postgresql_where=audio_due, sqlite_where=audio_due),
            Index("jobs_text_due", "text_due_at", postgresql_where=text_due, sqlite_where=text_due),
        )


class ChunkRow(Claimable):
    """About a minute of a job's audio."""

    __tablename__ = "chunks"

    job_id: Mapped[str] = mapped_column(ForeignKey("jobs.id", ondelete="CASCADE"))
    index: Mapped[int] = mapped_column("chunk_index")
    channel: Mapped[int | None]
    status: Mapped[str] = mapped_column(Text)
    start: Mapped[float] = mapped_column("start_time", Double)
    end: Mapped[float] = mapped_column("end_time", Double)
    audio_start: Mapped[float] = mapped_column(Double)
    audio_end: Mapped[float] = mapped_column(Double)
    speech: Mapped[list[list[float]]] = mapped_column(JSON)
    sound: Mapped[list[list[float]]] = mapped_column(JSON, server_default="[]")
    object_key: Mapped[str | None] = mapped_column(Text)
    transcription: Mapped[str | None] = mapped_column(Text)
    segments: Mapped[list[dict[str, Any]] | None] = mapped_column(JSON)
    gaps: Mapped[list[dict[str, Any]] | None] = mapped_column(JSON)
    suppressed: Mapped[list[dict[str, Any]] | None] = mapped_column(JSON)
    error_message: Mapped[str | None] = mapped_column(Text)
    processed_at: Mapped[float | None] = mapped_column(Double)

    @classmethod
    def constraints(cls) -> tuple[Any, ...]:
        """A chunk exists once."""
        return (UniqueConstraint("job_id", "chunk_index"),)


class SearchRow(Base):
    """What a job is found by, see `stt.domain.text.search`.

    On PostgreSQL the terms have an index; on SQLite they are text, and triggers keep the FTS5 table `search_terms`.
    """

    __tablename__ = "searchable"

    number: Mapped[int] = mapped_column(
        BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=True
    )
    """Counts up in the order in which jobs are made."""
    job_id: Mapped[str] = mapped_column(ForeignKey("jobs.id", ondelete="CASCADE"), unique=True)
    terms: Mapped[str] = mapped_column(Text().with_variant(TSVECTOR(), "postgresql"))

    __table_args__ = ({"sqlite_autoincrement": True},)


class EventRow(Base):
    """Something that happened to a job: the outbox, written in the transaction in which it happened."""

    __tablename__ = "events"

    id: Mapped[int] = mapped_column(BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=True)
    owner: Mapped[str] = mapped_column(Text)
    job_id: Mapped[str] = mapped_column(ForeignKey("jobs.id", ondelete="CASCADE"))
    kind: Mapped[str] = mapped_column(Text)
    data: Mapped[dict[str, Any]] = mapped_column(JSON)
    created_at: Mapped[float] = mapped_column(Double, default=now())

    # SQLite would give the ids of removed rows anew.
    __table_args__ = (Index("events_of_job", "job_id", "id"), {"sqlite_autoincrement": True})


class VoicesRow(Base):
    """What was heard of the voices in a chunk whose job tells speakers apart."""

    __tablename__ = "voices"

    chunk_id: Mapped[str] = mapped_column(ForeignKey("chunks.id", ondelete="CASCADE"), primary_key=True)
    heard: Mapped[bytes]


class KeyRow(Base):
    """A key by which a caller shows whose it is; what it reads is known to its holder alone."""

    __tablename__ = "keys"

    id: Mapped[str] = mapped_column(Text, primary_key=True)
    owner: Mapped[str] = mapped_column(Text)
    name: Mapped[str] = mapped_column(Text)
    sha256: Mapped[str] = mapped_column(Text, unique=True)
    prefix: Mapped[str] = mapped_column(Text)
    last_four: Mapped[str] = mapped_column(Text)
    scopes: Mapped[list[str]] = mapped_column(JSON)
    limits: Mapped[dict[str, Any]] = mapped_column(JSON)
    created_at: Mapped[float] = mapped_column(Double, default=now())
    lifetime: Mapped[float | None] = mapped_column(Double)
    """Seconds that the next key lasts as well when this one is rotated; NULL for ever."""
    expires_at: Mapped[float | None] = mapped_column(Double)
    revoked_at: Mapped[float | None] = mapped_column(Double)
    last_used_at: Mapped[float | None] = mapped_column(Double)
