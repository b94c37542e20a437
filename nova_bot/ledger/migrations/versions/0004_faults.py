"""What the checks found wrong with a step's answer."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    op.create_table(
        "fault",
        *(sa.Column(name, sa.Integer, primary_key=True) for name in ("run", "step", "n")),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("what", sa.Text, nullable=False),
        sa.Column("claim", sa.Integer),
        sa.ForeignKeyConstraint(["run", "step"], ["step.run", "step.n"]),
    )
