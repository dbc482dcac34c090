"""What a job asks beyond language and model, channels apart, and words left out."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0002"
down_revision: str | None = "0001"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def upgrade() -> None:
    """Add the columns to the rows that are there.

    The defaults are the database's: a process of the version before, still running, writes rows without them. No
    batch mode: on SQLite it would drop `jobs` for a moment, and the chunks with it.
    """
    op.add_column("jobs", sa.Column("guidance", sa.JSON(), nullable=False, server_default="{}"))
    op.add_column("jobs", sa.Column("tracks", sa.Integer(), nullable=False, server_default="1"))
    op.add_column("chunks", sa.Column("channel", sa.Integer()))
    op.add_column("chunks", sa.Column("suppressed", sa.JSON()))


def downgrade() -> None:
    """Drop the columns."""
    op.drop_column("chunks", "suppressed")
    op.drop_column("chunks", "channel")
    op.drop_column("jobs", "tracks")
    op.drop_column("jobs", "guidance")
