"""The migrations make exactly the tables that the code uses."""

import sqlite3
from contextlib import closing
from pathlib import Path

from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine, inspect

from nova_bot.ledger import database
from nova_bot.ledger.tables import metadata

ALEMBICS_OWN = "alembic_version"
SEARCH = "note_fts"


def schema(path: Path) -> dict[str, object]:
    """Every table's columns, references and uniques, whatever their order, and every index as it is written."""
    with closing(sqlite3.connect(path)) as connection:

        def ask(query: str) -> list[tuple[object, ...]]:
            return connection.execute(query).fetchall()

        found = ask("SELECT name, type, sql FROM sqlite_master WHERE type IN ('table', 'index') AND sql != ''")
        own = [row for row in found if row[0] != ALEMBICS_OWN and not str(row[0]).startswith(SEARCH)]
        indexes = {str(name): " ".join(str(sql).split()) for name, kind, sql in own if kind == "index"}
        tables = {
            str(name): (
                sorted(column[1:] for column in ask(f"PRAGMA table_info({name})")),
                sorted(key[2:] for key in ask(f"PRAGMA foreign_key_list({name})")),
                sorted(index[2:] for index in ask(f"PRAGMA index_list({name})")),
            )
            for name, kind, _ in own
            if kind == "table"
        }
        return {**indexes, **tables}


def test_the_migrated_schema_is_that_of_the_tables(path: Path, tmp_path: Path) -> None:
    """Columns, types, keys, uniques, references, indexes and their conditions."""
    made = create_engine(f"sqlite:///{tmp_path / 'made.sqlite'}")
    metadata.create_all(made)
    made.dispose()
    assert schema(path) == schema(tmp_path / "made.sqlite")
    assert "outbox_unsent" in schema(path)


def test_alembic_finds_nothing_left_to_migrate(path: Path) -> None:
    engine = create_engine(f"sqlite:///{path}")
    with engine.connect() as connection:
        names = set(inspect(connection).get_table_names())
        options = {"compare_type": True, "include_name": lambda name, kind, _of: not str(name).startswith(SEARCH)}
        context = MigrationContext.configure(connection, opts=options)
        assert compare_metadata(context, metadata) == []
    engine.dispose()
    assert set(metadata.tables) <= names


def test_the_code_expects_the_newest_revision() -> None:
    config = Config()
    config.set_main_option("script_location", "nova_bot.ledger:migrations")
    assert ScriptDirectory.from_config(config).get_heads() == [database.HEAD]
