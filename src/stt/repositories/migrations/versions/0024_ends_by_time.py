"""An index of when jobs ended, which is what past hours are told by."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0024"
down_revision: str | None = "0023"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

_ENDED = sa.text("completed_at IS NOT NULL")


def upgrade() -> None:
    """Add it."""
    op.create_index("jobs_ended", "jobs", ["completed_at"], postgresql_where=_ENDED, sqlite_where=_ENDED)


def downgrade() -> None:
    """Drop it."""
    op.drop_index("jobs_ended", "jobs")
