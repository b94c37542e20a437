"""Reminders, their firings, and the zones of those who set them."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"

_PENDING = sa.text("state = 'pending'")


def _text(name: str, *, null: bool = False) -> sa.Column[str]:
    return sa.Column(name, sa.Text, nullable=null)


def _number(name: str) -> sa.Column[int]:
    return sa.Column(name, sa.Integer, nullable=False)


def upgrade() -> None:
    op.create_table(
        "reminder",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("key", sa.Text, nullable=False, unique=True),
        *map(_text, ("person", "sender", "sender_name", "standing", "platform", "place", "who", "what", "agent")),
        *map(_text, ("rule", "start", "tz", "excepted")),
        sa.Column("elapsed", sa.Boolean, nullable=False),
        _text("due", null=True),
        *map(_text, ("tzdata", "state", "if_missed")),
        *map(_number, ("nag_seconds", "nagged")),
        _text("lang"),
        _number("integrity"),
        *map(_text, ("audience", "origin", "made")),
    )
    op.create_index("reminder_due", "reminder", ["due"], sqlite_where=_PENDING, postgresql_where=_PENDING)
    op.create_index("reminder_of_person", "reminder", ["person", "state"])
    op.create_table(
        "reminder_firing",
        sa.Column("reminder", sa.Integer, sa.ForeignKey("reminder.id"), primary_key=True),
        sa.Column("due", sa.Text, primary_key=True),
        sa.Column("envelope", sa.Integer, sa.ForeignKey("envelope.id")),
        _text("at"),
        _number("missed"),
    )
    op.create_table("person_zone", sa.Column("person", sa.Text, primary_key=True), _text("tz"), _text("learnt"))
