"""Jobs and chunks."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0001"
down_revision: str | None = None
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def _claimable() -> list[sa.Column[object]]:
    return [
        sa.Column("rank", sa.Integer(), nullable=False),
        sa.Column("available_at", sa.Double()),
        sa.Column("attempt", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("tries", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("worker_id", sa.Text()),
    ]


def _partial_index(name: str, table: str, columns: list[str], where: str) -> None:
    condition = sa.text(where)
    op.create_index(name, table, columns, postgresql_where=condition, sqlite_where=condition)


def upgrade() -> None:
    """Create both tables."""
    op.create_table(
        "jobs",
        sa.Column("id", sa.Text(), primary_key=True),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("stage", sa.Text(), nullable=False),
        sa.Column("filename", sa.Text(), nullable=False),
        sa.Column("object_key", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("detected_language", sa.Text()),
        sa.Column("model", sa.Text(), nullable=False),
        sa.Column("engine", sa.Text()),
        sa.Column("priority", sa.Text(), nullable=False),
        sa.Column("file_size", sa.BigInteger()),
        sa.Column("duration", sa.Double()),
        sa.Column("broke_off", sa.Double()),
        sa.Column("seconds_done", sa.Double(), nullable=False, server_default="0"),
        sa.Column("chunks_total", sa.Integer()),
        sa.Column("chunks_completed", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("retry_count", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("result_path", sa.Text()),
        sa.Column("error_code", sa.Text()),
        sa.Column("error_message", sa.Text()),
        sa.Column("announced_at", sa.Double()),
        sa.Column("tidied_at", sa.Double()),
        sa.Column("created_at", sa.Double(), nullable=False),
        sa.Column("started_at", sa.Double()),
        sa.Column("completed_at", sa.Double()),
        *_claimable(),
    )
    op.create_table(
        "chunks",
        sa.Column("id", sa.Text(), primary_key=True),
        sa.Column("job_id", sa.Text(), sa.ForeignKey("jobs.id", ondelete="CASCADE"), nullable=False),
        sa.Column("chunk_index", sa.Integer(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("start_time", sa.Double(), nullable=False),
        sa.Column("end_time", sa.Double(), nullable=False),
        sa.Column("audio_start", sa.Double(), nullable=False),
        sa.Column("audio_end", sa.Double(), nullable=False),
        sa.Column("speech", sa.JSON(), nullable=False),
        sa.Column("object_key", sa.Text()),
        sa.Column("transcription", sa.Text()),
        sa.Column("segments", sa.JSON()),
        sa.Column("gaps", sa.JSON()),
        sa.Column("error_message", sa.Text()),
        sa.Column("processed_at", sa.Double()),
        *_claimable(),
        sa.UniqueConstraint("job_id", "chunk_index"),
    )
    _partial_index("jobs_claimable", "jobs", ["rank", "available_at"], "available_at IS NOT NULL")
    _partial_index("jobs_unannounced", "jobs", ["created_at"], "announced_at IS NULL")
    _partial_index("jobs_untidy", "jobs", ["completed_at"], "completed_at IS NOT NULL AND tidied_at IS NULL")
    _partial_index("chunks_claimable", "chunks", ["rank", "available_at"], "available_at IS NOT NULL")


def downgrade() -> None:
    """Drop both tables."""
    op.drop_table("chunks")
    op.drop_table("jobs")
