"""Support for ideas and themes, readiness by theme, and their published totals."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "support",
        sa.Column("session_id", sa.String(), nullable=False),
        sa.Column("participant_id", sa.String(), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("item_id", sa.String(), nullable=False),
        sa.Column("held", sa.Boolean(), nullable=False),
        sa.Column("tap", sa.BigInteger(), nullable=False),
        sa.Column("published", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["participant_id"], ["participant.id"], ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["session_id"], ["live_session.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("session_id", "participant_id", "round", "item_id"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_support_participant_id", "support", ["participant_id"])
    op.create_table(
        "readiness",
        sa.Column("session_id", sa.String(), nullable=False),
        sa.Column("participant_id", sa.String(), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("theme_id", sa.String(), nullable=False),
        sa.Column("value", sa.String(), nullable=True),
        sa.Column("tap", sa.BigInteger(), nullable=False),
        sa.Column("published", sa.Boolean(), nullable=False),
        sa.Column("published_value", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(["participant_id"], ["participant.id"], ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["session_id"], ["live_session.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("session_id", "participant_id", "round", "theme_id"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_readiness_participant_id", "readiness", ["participant_id"])
    op.create_table(
        "tally",
        sa.Column("session_id", sa.String(), nullable=False),
        sa.Column("question", sa.String(), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.Column("kept", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["session_id"], ["live_session.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("session_id", "question", "round"),
    )
