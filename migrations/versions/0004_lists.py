"""Indexes for lists of years of sessions, and for what the clock asks twice a second."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for index in ("ix_live_session_account_id", "ix_live_session_workspace_id", "live_session_by_age"):
        op.drop_index(index, "live_session")
    op.create_index("live_session_by_age", "live_session", ["workspace_id", "created_at", "id"])
    op.create_index("live_session_of_account", "live_session", ["account_id", "created_at", "id"])
    op.create_index("live_session_by_status", "live_session", ["status", "workspace_id", "created_at", "id"])
    to_seal, is_open = sa.text("status = 'closed' AND NOT sealed"), sa.text("status = 'open'")
    op.create_index(
        "live_session_to_seal", "live_session", ["closed_at"], sqlite_where=to_seal, postgresql_where=to_seal
    )
    op.create_index("question_timed", "question", ["closes_at"], sqlite_where=is_open, postgresql_where=is_open)
