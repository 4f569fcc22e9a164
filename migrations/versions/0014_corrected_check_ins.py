"""Check-ins that were corrected or taken back."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("check_in", sa.Column("state_before", sa.String(), nullable=False, server_default=""))
    op.add_column("check_in", sa.Column("corrected_by", sa.String(), nullable=False, server_default=""))
    op.add_column("check_in", sa.Column("corrected_at", sa.BigInteger(), nullable=True))
    op.add_column("check_in", sa.Column("removed", sa.Boolean(), nullable=False, server_default=sa.false()))
