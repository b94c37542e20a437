"""Calendars and to-dos."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"

LABEL = (("integrity", sa.Integer), ("audience", sa.Text), ("secret", sa.Boolean), ("origin", sa.Text))


def upgrade() -> None:
    op.create_table(
        "event",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("person", sa.Text, nullable=False),
        sa.Column("key", sa.Text, nullable=False, unique=True),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("place", sa.Text, nullable=False),
        sa.Column("start", sa.Text, nullable=False),
        sa.Column("end", sa.Text, nullable=False),
        *(sa.Column(name, kind, nullable=False) for name, kind in LABEL),
        sa.Column("made", sa.Text, nullable=False),
        sa.Column("cancelled", sa.Text),
    )
    op.create_index("event_of_person", "event", ["person", "start"])
    op.create_table(
        "todo",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("person", sa.Text, nullable=False),
        sa.Column("key", sa.Text, nullable=False, unique=True),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("due", sa.Text),
        *(sa.Column(name, kind, nullable=False) for name, kind in LABEL),
        sa.Column("made", sa.Text, nullable=False),
        sa.Column("finished", sa.Text),
    )
    op.create_index("todo_of_person", "todo", ["person"])
