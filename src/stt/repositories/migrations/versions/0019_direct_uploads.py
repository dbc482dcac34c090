"""Uploads that go past the service, straight to the object store."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0019"
down_revision: str | None = "0018"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def upgrade() -> None:
    """Add the columns."""
    op.add_column("uploads", sa.Column("is_direct", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("uploads", sa.Column("sha256", sa.Text()))


def downgrade() -> None:
    """Drop them."""
    op.drop_column("uploads", "sha256")
    op.drop_column("uploads", "is_direct")
