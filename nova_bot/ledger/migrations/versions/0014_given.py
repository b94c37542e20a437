"""What a step is given is written once per run: a later step that is given the same names where that begins."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"


def upgrade() -> None:
    op.add_column("step", sa.Column("given_from", sa.Integer, nullable=False, server_default=sa.text("0")))
    op.execute("UPDATE step SET given_from = n")
