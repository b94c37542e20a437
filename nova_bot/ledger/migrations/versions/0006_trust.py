"""Grants, the log of effects, and approvals."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"

_OPEN = sa.text("word = ''")


def _texts(*names: str) -> list[sa.Column[str]]:
    return [sa.Column(name, sa.Text, nullable=False) for name in names]


def _run() -> sa.Column[int]:
    return sa.Column("run", sa.Integer, sa.ForeignKey("run.id"), nullable=False)


def upgrade() -> None:
    for name in ("secret", "quarantined"):
        op.add_column("note", sa.Column(name, sa.Boolean, nullable=False, server_default=sa.text("0")))
    op.create_table(
        "grant",
        sa.Column("id", sa.Text, primary_key=True),
        _run(),
        *_texts("tool", "params"),
        sa.Column("uses", sa.Integer, nullable=False),
        *_texts("by"),
        sa.Column("expires", sa.Text),
        *_texts("parent"),
    )
    op.create_index("grant_of_run", "grant", ["run"])
    op.create_table(
        "effect",
        sa.Column("key", sa.Text, primary_key=True),
        _run(),
        sa.Column("step", sa.Integer, nullable=False),
        *_texts("agent", "tool", "args", "args_sha", "grant", "state", "why", "receipt", "at"),
        sa.Column("ended", sa.Text),
    )
    op.create_index("effect_of_run", "effect", ["run"])
    op.create_table(
        "approval",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("deed", sa.Text, sa.ForeignKey("effect.key"), nullable=False),
        _run(),
        *_texts("who", "place", "card", "reasons", "args_sha", "typed"),
        *_texts("shown", "expires", "until", "word", "by", "press"),
        sa.Column("at", sa.Text),
    )
    op.create_index("approval_of_run", "approval", ["run"])
    op.create_index("approval_open", "approval", ["who"], sqlite_where=_OPEN, postgresql_where=_OPEN)
