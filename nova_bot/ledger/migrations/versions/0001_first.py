"""The first form of the ledger."""

from alembic import op

from nova_bot.ledger.tables import metadata

revision = "0001"
down_revision = None


def upgrade() -> None:
    metadata.create_all(op.get_bind())
    op.execute(
        "CREATE VIRTUAL TABLE note_fts USING fts5(text, content='note', content_rowid='id', tokenize='unicode61 remove_diacritics 2')"
    )
    op.execute(
        "CREATE TRIGGER note_added AFTER INSERT ON note BEGIN INSERT INTO note_fts(rowid, text) VALUES (new.id, new.text); END"
    )
    op.execute(
        "CREATE TRIGGER note_changed AFTER UPDATE ON note BEGIN "
        "INSERT INTO note_fts(note_fts, rowid, text) VALUES ('delete', old.id, old.text); "
        "INSERT INTO note_fts(rowid, text) VALUES (new.id, new.text); END"
    )
