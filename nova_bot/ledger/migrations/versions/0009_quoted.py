"""What came along with a message, and claims by their subject."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"

_VALUED = sa.text("value <> ''")


def upgrade() -> None:
    op.add_column("envelope", sa.Column("quoted", sa.Text, nullable=False, server_default="[]"))
    op.create_index("claim_of_subject", "claim", ["subject", "run"], sqlite_where=_VALUED, postgresql_where=_VALUED)
