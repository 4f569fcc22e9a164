"""How often a session's version went up for answers alone."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("live_session", sa.Column("ballot_versions", sa.Integer(), nullable=False, server_default="0"))
