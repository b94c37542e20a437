"""How Alembic reaches the ledger."""

from alembic import context
from sqlalchemy import create_engine

from nova_bot.ledger.tables import metadata

engine = create_engine(context.config.get_main_option("sqlalchemy.url") or "")
with engine.begin() as connection:
    context.configure(connection=connection, target_metadata=metadata, render_as_batch=True)
    with context.begin_transaction():
        context.run_migrations()
engine.dispose()
