"""Jobs whose callers wait for the transcript on an open connection."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0003"
down_revision: str | None = "0002"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

_JOINABLE = sa.text("fingerprint IS NOT NULL")
_WATCHED = sa.text("watched_until IS NOT NULL AND completed_at IS NULL")


def upgrade() -> None:
    """Add the columns; NULL says that nobody waits, as for every job of the version before."""
    op.add_column("jobs", sa.Column("fingerprint", sa.Text()))
    op.add_column("jobs", sa.Column("watched_until", sa.Double()))
    op.create_index("jobs_joinable", "jobs", ["fingerprint"], postgresql_where=_JOINABLE, sqlite_where=_JOINABLE)
    op.create_index("jobs_watched", "jobs", ["watched_until"], postgresql_where=_WATCHED, sqlite_where=_WATCHED)


def downgrade() -> None:
    """Drop the columns."""
    op.drop_index("jobs_watched", "jobs")
    op.drop_index("jobs_joinable", "jobs")
    op.drop_column("jobs", "watched_until")
    op.drop_column("jobs", "fingerprint")
