"""Alembic's entry: runs migrations on the connection that `stt.repositories.schema` hands over."""

from alembic import context

from stt.core.database import Base
from stt.repositories.tables import jobs as models

assert models.JobRow.metadata is Base.metadata  # importing the models fills the metadata
connection = context.config.attributes["connection"]
context.configure(connection=connection, target_metadata=Base.metadata, render_as_batch=True)
with context.begin_transaction():
    context.run_migrations()
