"""What consumers are wanted to do."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0025"
down_revision: str | None = "0024"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def upgrade() -> None:
    """Add the column."""
    op.add_column("consumers", sa.Column("duty", sa.Text()))


def downgrade() -> None:
    """Drop it."""
    op.drop_column("consumers", "duty")
