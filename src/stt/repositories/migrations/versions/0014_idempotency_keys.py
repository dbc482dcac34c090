"""Keys by which a request that is sent again is known."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0014"
down_revision: str | None = "0013"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def upgrade() -> None:
    """Add the table."""
    op.create_table(
        "idempotency_keys",
        sa.Column("owner", sa.Text(), primary_key=True),
        sa.Column("key", sa.Text(), primary_key=True),
        sa.Column("token", sa.Text(), nullable=False),
        sa.Column("until", sa.Double(), nullable=False),
        sa.Column("job_id", sa.Text(), sa.ForeignKey("jobs.id", ondelete="CASCADE")),
        sa.Column("fingerprint", sa.Text()),
        sa.Column("answer", sa.JSON()),
    )
    op.create_index("idempotency_keys_by_end", "idempotency_keys", ["until"])
    op.create_index("idempotency_keys_of_job", "idempotency_keys", ["job_id"])


def downgrade() -> None:
    """Drop it."""
    op.drop_table("idempotency_keys")
