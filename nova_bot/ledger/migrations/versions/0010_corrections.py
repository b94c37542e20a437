"""Corrections, and runs that are played again."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    op.create_table(
        "correction",
        sa.Column("was_run", sa.Integer, primary_key=True),
        sa.Column("was_n", sa.Integer, primary_key=True),
        sa.Column("now_run", sa.Integer),
        sa.Column("now_n", sa.Integer),
        sa.Column("cause", sa.Text, nullable=False),
        sa.Column("by", sa.Text, nullable=False),
        sa.Column("at", sa.Text, nullable=False),
        sqlite_with_rowid=False,
    )
    op.create_index("correction_now", "correction", ["now_run", "now_n"])
    op.create_table(
        "replay",
        sa.Column("run", sa.Integer, sa.ForeignKey("run.id"), primary_key=True),
        sa.Column("of_run", sa.Integer, sa.ForeignKey("run.id"), nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("what", sa.Text, nullable=False),
    )
    op.create_index("replay_of", "replay", ["of_run"])
