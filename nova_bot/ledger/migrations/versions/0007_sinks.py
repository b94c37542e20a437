"""What the filter at the sinks needs to know about a reply."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    op.add_column("outbox", sa.Column("label", sa.Text, nullable=False, server_default=""))
    op.add_column("outbox", sa.Column("links", sa.Text, nullable=False, server_default="[]"))
