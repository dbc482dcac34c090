"""Webhooks, and what is sent to them."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0013"
down_revision: str | None = "0011"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def upgrade() -> None:
    """Add the tables and the columns of a job; jobs that are there have neither labels nor a webhook."""
    op.add_column("jobs", sa.Column("metadata", sa.JSON(), nullable=False, server_default="{}"))
    op.add_column("jobs", sa.Column("webhook_url", sa.Text()))
    op.create_table(
        "webhooks",
        sa.Column("id", sa.Text(), primary_key=True),
        sa.Column("owner", sa.Text(), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("secrets", sa.JSON(), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("paused", sa.Text()),
        sa.Column("created_at", sa.Double(), nullable=False),
        sa.UniqueConstraint("owner", "url"),
    )
    op.create_table(
        "deliveries",
        sa.Column("id", sa.Text(), primary_key=True),
        sa.Column("webhook_id", sa.Text(), sa.ForeignKey("webhooks.id", ondelete="CASCADE"), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("job_id", sa.Text()),
        sa.Column("data", sa.JSON(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("error_message", sa.Text()),
        sa.Column("created_at", sa.Double(), nullable=False),
        sa.Column("rank", sa.Integer(), nullable=False),
        sa.Column("available_at", sa.Double()),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("outcomes", sa.Integer(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("worker_id", sa.Text()),
    )
    due = sa.text("available_at IS NOT NULL")
    op.create_index(
        "deliveries_claimable", "deliveries", ["rank", "available_at"], postgresql_where=due, sqlite_where=due
    )
    op.create_index("deliveries_of_webhook", "deliveries", ["webhook_id", "created_at"])
    op.create_index("deliveries_by_age", "deliveries", ["created_at"])
    op.create_table(
        "delivery_attempts",
        sa.Column("delivery_id", sa.Text(), sa.ForeignKey("deliveries.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("number", sa.Integer(), primary_key=True, autoincrement=False),
        sa.Column("began_at", sa.Double(), nullable=False),
        sa.Column("seconds", sa.Double(), nullable=False),
        sa.Column("status", sa.Integer()),
        sa.Column("error", sa.Text()),
    )


def downgrade() -> None:
    """Drop them."""
    op.drop_table("delivery_attempts")
    op.drop_table("deliveries")
    op.drop_table("webhooks")
    op.drop_column("jobs", "webhook_url")
    op.drop_column("jobs", "metadata")
