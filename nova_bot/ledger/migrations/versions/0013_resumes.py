"""How often what a crash left was gone on with."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"


def upgrade() -> None:
    op.create_table(
        "resume",
        sa.Column("envelope", sa.Integer, sa.ForeignKey("envelope.id"), primary_key=True),
        sa.Column("times", sa.Integer, nullable=False),
        sa.Column("reached", sa.Integer, nullable=False),
        sa.Column("life", sa.Integer, nullable=False),
        sa.Column("since", sa.Text, nullable=False),
    )
