"""What was answered about a mistake so far."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    op.create_table(
        "inquiry",
        sa.Column("n", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("id", sa.Text, nullable=False, unique=True),
        sa.Column("place", sa.Text, nullable=False),
        sa.Column("sender", sa.Text, nullable=False),
        sa.Column("answer", sa.Text, nullable=False),
        sa.Column("wrong", sa.Text, nullable=False),
        sa.Column("right", sa.Text, nullable=False),
        sa.Column("taps", sa.Integer, nullable=False),
        sa.Column("card", sa.Text, nullable=False),
        sa.Column("at", sa.Text, nullable=False),
    )
    op.create_index("inquiry_latest", "inquiry", ["place", "sender", "n"])
