"""Where a chunk is loud, whoever is heard there."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0007"
down_revision: str | None = "0006"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def upgrade() -> None:
    """Add the column; of chunks that are there, and those of a process of the version before, no sound is known."""
    op.add_column("chunks", sa.Column("sound", sa.JSON(), nullable=False, server_default="[]"))


def downgrade() -> None:
    """Drop the column."""
    op.drop_column("chunks", "sound")
