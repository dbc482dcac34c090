"""What forecasts of the end of jobs are made of."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0015"
down_revision: str | None = "0014"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def upgrade() -> None:
    """Add the tables."""
    op.create_table(
        "consumers",
        sa.Column("id", sa.Text(), primary_key=True),
        sa.Column("seen_at", sa.Double(), nullable=False),
    )
    op.create_table(
        "speeds",
        sa.Column("model", sa.Text(), primary_key=True),
        sa.Column("engine", sa.Text(), primary_key=True),
        sa.Column("consumers", sa.Integer(), primary_key=True),
        sa.Column("audio", sa.Double(), nullable=False),
        sa.Column("busy", sa.Double(), nullable=False),
    )
    op.create_table(
        "forecasts",
        sa.Column("job_id", sa.Text(), primary_key=True),
        sa.Column("phase", sa.Text(), primary_key=True),
        sa.Column("magnitude", sa.Integer(), primary_key=True),
        sa.Column("estimated", sa.Double(), nullable=False),
        sa.Column("made_at", sa.Double(), nullable=False),
        sa.Column("took", sa.Double()),
    )


def downgrade() -> None:
    """Drop them."""
    for table in ("forecasts", "speeds", "consumers"):
        op.drop_table(table)
