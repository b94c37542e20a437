"""Buttons under replies, edits of replies, and messages that a platform names twice."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

_EDITS = sa.text("edits <> ''")


def upgrade() -> None:
    op.add_column("envelope", sa.Column("twin", sa.Text))
    op.create_index("envelope_twin", "envelope", ["twin"], unique=True)
    op.drop_column("outbox", "choices")
    op.add_column("outbox", sa.Column("edits", sa.Text, nullable=False, server_default=""))
    op.create_index("outbox_edits", "outbox", ["edits"], sqlite_where=_EDITS, postgresql_where=_EDITS)
    op.create_table(
        "button",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("outbound", sa.Text, sa.ForeignKey("outbox.key"), nullable=False),
        sa.Column("n", sa.Integer, nullable=False),
        *(sa.Column(name, sa.Text, nullable=False) for name in ("label", "act", "value", "style", "presser")),
        sa.Column("expires", sa.Text),
        sa.Column("pressed_by", sa.Text, nullable=False, server_default=""),
        sa.Column("pressed_at", sa.Text),
        sa.Column("press", sa.Text, nullable=False, server_default=""),
    )
    op.create_index("button_of_outbound", "button", ["outbound", "n"])
