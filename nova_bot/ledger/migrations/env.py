"""How Alembic reaches the ledger. The whole upgrade is one transaction: a kill in its middle leaves the old form."""

from typing import Any

from alembic import context
from sqlalchemy import URL, Connection, NullPool, create_engine, event

from nova_bot.ledger.tables import metadata

engine = create_engine(URL.create("sqlite", database=str(context.config.attributes["path"])), poolclass=NullPool)


@event.listens_for(engine, "connect")
def no_implicit_transactions(connection: Any, _record: Any) -> None:
    """Python's sqlite3 would not begin one before CREATE TABLE."""
    connection.isolation_level = None


@event.listens_for(engine, "begin")
def begin(connection: Connection) -> None:
    """So it is begun here."""
    connection.exec_driver_sql("BEGIN IMMEDIATE")


with engine.begin() as connection:
    context.configure(connection=connection, target_metadata=metadata, render_as_batch=True)
    with context.begin_transaction():
        context.run_migrations()
