"""People: who is behind a sender, linked identities, and the codes that link them."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.add_column("envelope", sa.Column("person", sa.Text, nullable=False, server_default=""))
    op.create_table(
        "identity",
        sa.Column("key", sa.Text, primary_key=True),
        sa.Column("person", sa.Text, nullable=False),
        sa.Column("linked", sa.Text, nullable=False),
    )
    op.create_table(
        "link_code",
        sa.Column("hash", sa.Text, primary_key=True),
        sa.Column("person", sa.Text, nullable=False),
        sa.Column("created", sa.Text, nullable=False),
        sa.Column("expires", sa.Text, nullable=False),
        sa.Column("tries", sa.Integer, nullable=False),
        sa.Column("used", sa.Text),
    )
