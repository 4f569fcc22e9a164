"""People without a phone, whose answers the facilitator enters."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # Not as a batch: that would make the table anew, and dropping the old one would take people's answers along.
    op.add_column("participant", sa.Column("by_hand", sa.Boolean(), nullable=False, server_default=sa.false()))
