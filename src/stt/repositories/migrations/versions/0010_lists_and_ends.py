"""Lists of jobs, the search in them, and jobs and texts that come to their end."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import TSVECTOR

from stt.domain.access.owner import Owner
from stt.domain.text.search import terms_of

revision: str = "0010"
down_revision: str | None = "0009"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

AT_ONCE = 1000
MOMENTS = ("deleted_at", "audio_deleted_at", "text_deleted_at", "audio_due_at", "text_due_at")
SPANS = ("delete_audio_after", "delete_text_after")
PARTIAL = {
    "jobs_unsearchable": ("completed_at", "status = 'COMPLETED' AND NOT searchable"),
    "jobs_deleted": ("deleted_at", "deleted_at IS NOT NULL"),
    "jobs_audio_due": ("audio_due_at", "audio_due_at IS NOT NULL AND audio_deleted_at IS NULL"),
    "jobs_text_due": ("text_due_at", "text_due_at IS NOT NULL AND text_deleted_at IS NULL"),
}
_SEARCHABLE = sa.table("searchable", sa.column("job_id"), sa.column("terms"))
LISTED = {"jobs_by_status": "status", "jobs_by_language": "spoken_language", "jobs_by_model": "model"}

_SQLITE_INDEX = (
    """CREATE VIRTUAL TABLE search_terms USING fts5(
        terms, content='searchable', content_rowid='number', detail=none, columnsize=0,
        tokenize="ascii tokenchars '=_@'"
    )""",
    """CREATE TRIGGER searchable_added AFTER INSERT ON searchable BEGIN
        INSERT INTO search_terms(rowid, terms) VALUES (new.number, new.terms);
    END""",
    """CREATE TRIGGER searchable_removed AFTER DELETE ON searchable BEGIN
        INSERT INTO search_terms(search_terms, rowid, terms) VALUES ('delete', old.number, old.terms);
    END""",
    """CREATE TRIGGER searchable_changed AFTER UPDATE ON searchable BEGIN
        INSERT INTO search_terms(search_terms, rowid, terms) VALUES ('delete', old.number, old.terms);
        INSERT INTO search_terms(rowid, terms) VALUES (new.number, new.terms);
    END""",
)


def upgrade() -> None:
    """Add columns, indexes and tables; jobs that are there are found by their names, by their texts after a sweep."""
    for name in (*MOMENTS, *SPANS):
        op.add_column("jobs", sa.Column(name, sa.Double()))
    op.add_column("jobs", sa.Column("spoken_language", sa.Text()))
    op.add_column("jobs", sa.Column("searchable", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.execute("UPDATE jobs SET spoken_language = coalesce(detected_language, language)")
    for name, column in LISTED.items():
        op.create_index(name, "jobs", ["owner", column, "created_at", "id"])
    for name, (column, condition) in PARTIAL.items():
        where = sa.text(condition)
        op.create_index(name, "jobs", [column], postgresql_where=where, sqlite_where=where)
    op.create_table(
        "searchable",
        sa.Column("number", sa.BigInteger().with_variant(sa.Integer, "sqlite"), primary_key=True, autoincrement=True),
        sa.Column("job_id", sa.Text(), sa.ForeignKey("jobs.id", ondelete="CASCADE"), nullable=False, unique=True),
        sa.Column("terms", sa.Text().with_variant(TSVECTOR(), "postgresql"), nullable=False),
        sqlite_autoincrement=True,
    )
    if op.get_bind().dialect.name == "postgresql":
        op.execute("CREATE INDEX searchable_terms ON searchable USING gin (terms)")
    else:
        for statement in _SQLITE_INDEX:
            op.execute(statement)
    _enter_names()


def _enter_names() -> None:
    connection = op.get_bind()
    is_postgresql = connection.dialect.name == "postgresql"
    written = sa.func.array_to_tsvector(sa.cast(sa.bindparam("found_by"), sa.ARRAY(sa.Text)))
    enter = sa.insert(_SEARCHABLE).values(terms=written if is_postgresql else sa.bindparam("found_by"))
    jobs = connection.execute(sa.text("SELECT id, owner, filename FROM jobs ORDER BY created_at, id")).all()
    for start in range(0, len(jobs), AT_ONCE):
        rows = [(job.id, terms_of(Owner(job.owner), job.filename)) for job in jobs[start : start + AT_ONCE]]
        connection.execute(enter, [{"job_id": i, "found_by": t if is_postgresql else " ".join(t)} for i, t in rows])


def downgrade() -> None:
    """Drop them; jobs that are marked as deleted go for good."""
    if op.get_bind().dialect.name != "postgresql":
        op.execute("DROP TABLE search_terms")
    op.drop_table("searchable")
    op.execute("DELETE FROM jobs WHERE deleted_at IS NOT NULL")
    for name in (*LISTED, *PARTIAL):
        op.drop_index(name, "jobs")
    for name in (*MOMENTS, *SPANS, "spoken_language", "searchable"):
        op.drop_column("jobs", name)
