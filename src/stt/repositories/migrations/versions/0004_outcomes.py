"""How many attempts at a row told how they ended."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0004"
down_revision: str | None = "0003"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

TABLES = ("jobs", "chunks")


def upgrade() -> None:
    """Add the column; of the attempts so far nothing bad is assumed.

    Processes of the version before do not count on: each of their attempts passes for one that died, which does no harm
    to work that is done within a dozen of them.
    """
    for table in TABLES:
        op.add_column(table, sa.Column("outcomes", sa.Integer(), nullable=False, server_default="0"))
        op.execute(f"UPDATE {table} SET outcomes = attempt WHERE available_at IS NOT NULL")  # noqa: S608


def downgrade() -> None:
    """Drop the column."""
    for table in TABLES:
        op.drop_column(table, "outcomes")
