"""Runs the migrations on the connection that `app/store/migrate.py` hands over, or on a scratch file for comparing."""

from alembic import context
from sqlmodel import SQLModel

from app.store import every_table  # noqa: F401  fills the metadata

connection = context.config.attributes["connection"]
context.configure(connection=connection, target_metadata=SQLModel.metadata, render_as_batch=True)
with context.begin_transaction():
    context.run_migrations()
