"""Themes, and the theme that an idea belongs to."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "theme",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("session_id", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("component", sa.String(), nullable=False),
        sa.Column("who", sa.String(), nullable=False),
        sa.Column("who_chosen", sa.Boolean(), nullable=False),
        sa.Column("shown", sa.Boolean(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["session_id"], ["live_session.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_theme_session_id", "theme", ["session_id"])
    with op.batch_alter_table("idea", table_kwargs={"sqlite_with_rowid": False}) as idea:
        idea.add_column(sa.Column("theme_id", sa.String(), nullable=True))
        idea.create_foreign_key("idea_theme_id_fkey", "theme", ["theme_id"], ["id"], ondelete="SET NULL")
        idea.create_index("ix_idea_theme_id", ["theme_id"])
