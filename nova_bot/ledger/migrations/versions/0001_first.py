"""The first form of the ledger."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

_OPEN = sa.text("ended IS NULL")
_UNSENT = sa.text("sent IS NULL AND failed IS NULL")


def upgrade() -> None:
    _messages()
    _runs()
    _claims()
    _replies()
    _notes()
    _lessons()


def _text(name: str, *, null: bool = False) -> sa.Column[str]:
    return sa.Column(name, sa.Text, nullable=null)


def _number(name: str) -> sa.Column[int]:
    return sa.Column(name, sa.Integer, nullable=False)


def _key(name: str, *parent: sa.ForeignKey) -> sa.Column[int]:
    return sa.Column(name, sa.Integer, *parent, primary_key=True)


def _messages() -> None:
    op.create_table(
        "agent_file",
        sa.Column("sha", sa.Text, primary_key=True),
        _text("name"),
        _text("text"),
    )
    op.create_table(
        "envelope",
        _key("id"),
        sa.Column("identity", sa.Text, nullable=False, unique=True),
        *map(_text, ("kind", "platform", "place", "sender", "sender_name", "standing", "text", "at", "accepted")),
        sa.Column("mentioned", sa.Boolean, nullable=False),
        _text("press", null=True),
    )


def _runs() -> None:
    op.create_table(
        "run",
        _key("id"),
        sa.Column("envelope", sa.Integer, sa.ForeignKey("envelope.id"), nullable=False, unique=True),
        *map(_text, ("place", "agent", "rule")),
        sa.Column("p", sa.Float, nullable=False),
        *map(_text, ("route", "started")),
        *(_text(name, null=True) for name in ("ended", "sentence", "reason", "ended_at")),
    )
    op.create_index("run_of_place", "run", ["place", "id"])
    op.create_index("run_open", "run", ["id"], sqlite_where=_OPEN, postgresql_where=_OPEN)
    op.create_table(
        "step",
        _key("run", sa.ForeignKey("run.id")),
        _key("n"),
        *map(_text, ("agent", "agent_sha", "pack_sha", "outcome", "model")),
        *map(_number, ("tokens_in", "tokens_out", "cache_read", "cache_write")),
        sa.Column("usd", sa.Float),
        _number("calls"),
        *map(_text, ("started", "ended")),
    )
    op.create_table(
        "pack",
        _key("run"),
        _key("step"),
        *map(_text, ("system_sha", "body")),
        _number("tokens"),
        sa.ForeignKeyConstraint(["run", "step"], ["step.run", "step.n"]),
    )
    op.create_table(
        "tool_result",
        *map(_key, ("run", "step", "n")),
        *map(_text, ("call", "text")),
        sa.Column("error", sa.Boolean, nullable=False),
        _text("at"),
        sa.ForeignKeyConstraint(["run", "step"], ["step.run", "step.n"]),
    )


def _claims() -> None:
    op.create_table(
        "claim",
        _key("run", sa.ForeignKey("run.id")),
        _key("n"),
        _number("step"),
        *map(_text, ("basis", "text", "subject", "value", "unit")),
        _number("integrity"),
        _text("audience"),
        sa.Column("secret", sa.Boolean, nullable=False),
        *(_text(name, null=True) for name in ("as_of", "expires")),
        *map(_text, ("origin", "status")),
    )
    op.create_table(
        "shown",
        *map(_key, ("run", "step", "claim_run", "claim_n")),
        sa.ForeignKeyConstraint(["run", "step"], ["step.run", "step.n"]),
        sqlite_with_rowid=False,
    )
    op.create_index("shown_claim", "shown", ["claim_run", "claim_n"])
    op.create_table(
        "edge",
        *map(_key, ("dst_run", "dst_n", "src_run", "src_n")),
        sa.Column("how", sa.Text, primary_key=True),
        sqlite_with_rowid=False,
    )
    op.create_index("edge_src", "edge", ["src_run", "src_n"])


def _replies() -> None:
    op.create_table(
        "turn",
        _key("run", sa.ForeignKey("run.id")),
        _key("n"),
        *map(_text, ("place", "agent", "speaker")),
        _number("claim"),
        _text("at"),
    )
    op.create_index("turn_of_place", "turn", ["place", "run", "n"])
    op.create_table(
        "question",
        _key("run", sa.ForeignKey("run.id")),
        *map(_text, ("place", "asking", "agent", "text", "request", "choices")),
    )
    op.create_table(
        "outbox",
        sa.Column("key", sa.Text, primary_key=True),
        sa.Column("run", sa.Integer, sa.ForeignKey("run.id"), nullable=False),
        *map(_text, ("platform", "place", "agent", "text", "choices", "created")),
        *(_text(name, null=True) for name in ("receipt", "sent", "failed")),
    )
    op.create_index("outbox_of_run", "outbox", ["run"])
    op.create_index("outbox_unsent", "outbox", ["run"], sqlite_where=_UNSENT, postgresql_where=_UNSENT)


def _notes() -> None:
    op.create_table(
        "note",
        _key("id"),
        *map(_text, ("owner", "text")),
        sa.Column("key", sa.Text, nullable=False, unique=True),
        _number("integrity"),
        *map(_text, ("audience", "origin", "created")),
        _text("forgotten", null=True),
    )
    op.execute(
        "CREATE VIRTUAL TABLE note_fts USING fts5("
        "text, content='note', content_rowid='id', tokenize='unicode61 remove_diacritics 2')"
    )
    op.execute(
        "CREATE TRIGGER note_added AFTER INSERT ON note BEGIN "
        "INSERT INTO note_fts(rowid, text) VALUES (new.id, new.text); END"
    )
    op.execute(
        "CREATE TRIGGER note_changed AFTER UPDATE ON note BEGIN "
        "INSERT INTO note_fts(note_fts, rowid, text) VALUES ('delete', old.id, old.text); "
        "INSERT INTO note_fts(rowid, text) VALUES (new.id, new.text); END"
    )


def _lessons() -> None:
    op.create_table(
        "lesson",
        _key("id"),
        sa.Column("run", sa.Integer, unique=True),
        *map(_text, ("text", "right", "wrong", "who", "how", "at")),
        _text("undone", null=True),
    )
