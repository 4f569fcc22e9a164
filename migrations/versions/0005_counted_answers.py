"""How many have answered each question, counted as answers come; and an index that counts who is in."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for side in ("customer", "supplier"):
        op.add_column("question", sa.Column(f"{side}_answered", sa.Integer(), nullable=False, server_default="0"))
        op.execute(f"""
            UPDATE question SET {side}_answered = (
                SELECT count(DISTINCT a.participant_id) FROM answer a JOIN participant p ON p.id = a.participant_id
                WHERE a.session_id = question.session_id AND a.question = question.key AND a.round = question.round
                AND p.side = '{side}' AND p.state = 'in')
        """)
    op.create_index("participant_in", "participant", ["session_id", "state", "side"])
    op.drop_index("ix_participant_session_id", "participant")
