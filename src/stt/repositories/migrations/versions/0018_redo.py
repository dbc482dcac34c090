"""What is done again with a completed job, and what consumers lack."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0018"
down_revision: str | None = "0017"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def upgrade() -> None:
    """Add the columns."""
    op.add_column("jobs", sa.Column("redo", sa.JSON()))
    op.add_column("consumers", sa.Column("lacks_speakers", sa.Text()))


def downgrade() -> None:
    """Drop them."""
    op.drop_column("consumers", "lacks_speakers")
    op.drop_column("jobs", "redo")
