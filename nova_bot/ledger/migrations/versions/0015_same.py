"""What a pack shares with the first of its run's packs is written once."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"


def upgrade() -> None:
    op.add_column("pack", sa.Column("same", sa.Integer, nullable=False, server_default=sa.text("0")))
