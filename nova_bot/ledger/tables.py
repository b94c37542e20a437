"""The tables. Rows are added; what changes is only an ending, a delivery state and a claim's status."""

from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import (
    Boolean,
    Column,
    Dialect,
    Float,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    MetaData,
    Table,
    Text,
    and_,
    text,
)
from sqlalchemy.types import TypeDecorator


@lru_cache(maxsize=1_024)
def _text(moment: datetime) -> str:
    """As it is kept. What happens in one step has the same moment in several rows."""
    return moment.astimezone(UTC).isoformat(timespec="microseconds")


class Moment(TypeDecorator[datetime]):
    """An aware time, kept as UTC ISO text, so that it sorts and reads well in every database."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> Any:  # noqa: ARG002
        """To UTC text with microseconds."""
        return None if value is None else _text(value)

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        """Back to an aware time in UTC."""
        return None if value is None else datetime.fromisoformat(value)


metadata = MetaData()

agent_file = Table(
    "agent_file",
    metadata,
    Column("sha", Text, primary_key=True, comment="sha256 of `text`"),
    Column("name", Text, nullable=False),
    Column("text", Text, nullable=False, comment="the stable prefix as the model got it"),
)

envelope = Table(
    "envelope",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("identity", Text, nullable=False, unique=True, comment="the platform's identity of the message"),
    Column("kind", Text, nullable=False),
    Column("platform", Text, nullable=False),
    Column("place", Text, nullable=False),
    Column("sender", Text, nullable=False),
    Column("sender_name", Text, nullable=False),
    Column("standing", Text, nullable=False),
    Column("text", Text, nullable=False),
    Column("at", Moment, nullable=False),
    Column("accepted", Moment, nullable=False),
    Column("mentioned", Boolean, nullable=False),
    Column("press", Text),
    Column("twin", Text, comment="a second identity of the same message"),
    Column("person", Text, nullable=False, server_default="", comment="who is behind the sender"),
    Column("quoted", Text, nullable=False, server_default="[]", comment="what came along with it, as JSON"),
    Index("envelope_twin", "twin", unique=True),
)

resume = Table(
    "resume",
    metadata,
    Column("envelope", ForeignKey("envelope.id"), primary_key=True),
    Column("times", Integer, nullable=False, comment="how often it was gone on with after a crash"),
    Column("reached", Integer, nullable=False, comment="how far its run was each of these times"),
    Column(
        "life", Integer, nullable=False, comment="the latest of these times, counting processes that resumed anything"
    ),
    Column("since", Moment, nullable=False, comment="the first of these times"),
    comment="0 times where a stop that was asked for cut it short",
)

identity = Table(
    "identity",
    metadata,
    Column("key", Text, primary_key=True, comment="platform, workspace and user id, as JSON"),
    Column("person", Text, nullable=False),
    Column("linked", Moment, nullable=False),
    comment="identities that were linked to a person by a code; those in the settings are not in here",
)

link_code = Table(
    "link_code",
    metadata,
    Column("hash", Text, primary_key=True, comment="sha256 of the code"),
    Column("person", Text, nullable=False, comment="whose it is: who types it becomes this person"),
    Column("created", Moment, nullable=False),
    Column("expires", Moment, nullable=False),
    Column("tries", Integer, nullable=False, comment="wrong guesses while it was live"),
    Column("used", Moment),
)

run = Table(
    "run",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("envelope", ForeignKey("envelope.id"), nullable=False, unique=True),
    Column("place", Text, nullable=False),
    Column("agent", Text, nullable=False),
    Column("rule", Text, nullable=False),
    Column("p", Float, nullable=False),
    Column("route", Text, nullable=False, comment="the whole Route as JSON"),
    Column("started", Moment, nullable=False),
    Column("ended", Text, comment="an EndingKind; empty while the run is under way"),
    Column("sentence", Text),
    Column("reason", Text),
    Column("ended_at", Moment),
    Index("run_of_place", "place", "id"),
    Index("run_open", "id", sqlite_where=text("ended IS NULL")),
)

step = Table(
    "step",
    metadata,
    Column("run", ForeignKey("run.id"), primary_key=True),
    Column("n", Integer, primary_key=True),
    Column("agent", Text, nullable=False),
    Column("agent_sha", Text, nullable=False),
    Column("pack_sha", Text, nullable=False),
    Column("outcome", Text, nullable=False),
    Column("model", Text, nullable=False),
    Column("tokens_in", Integer, nullable=False),
    Column("tokens_out", Integer, nullable=False),
    Column("cache_read", Integer, nullable=False),
    Column("cache_write", Integer, nullable=False),
    Column("usd", Float, comment="empty: no price is known for the model"),
    Column("calls", Integer, nullable=False),
    Column("started", Moment, nullable=False),
    Column("ended", Moment, nullable=False),
    Column("given_from", Integer, nullable=False, server_default=text("0"), comment="see `shown`"),
)

pack = Table(
    "pack",
    metadata,
    Column("run", Integer, primary_key=True),
    Column("step", Integer, primary_key=True),
    Column("system_sha", Text, nullable=False),
    Column("body", Text, nullable=False, comment="the ContextPack as JSON, without the system text"),
    Column("tokens", Integer, nullable=False),
    Column(
        "same",
        Integer,
        nullable=False,
        server_default=text("0"),
        comment="so many items stand before those in `body`: the first of the pack of the step's `given_from`",
    ),
    ForeignKeyConstraint(["run", "step"], ["step.run", "step.n"]),
)

tool_result = Table(
    "tool_result",
    metadata,
    Column("run", Integer, primary_key=True),
    Column("step", Integer, primary_key=True),
    Column("n", Integer, primary_key=True),
    Column("call", Text, nullable=False),
    Column("text", Text, nullable=False),
    Column("error", Boolean, nullable=False),
    Column("at", Moment, nullable=False),
    ForeignKeyConstraint(["run", "step"], ["step.run", "step.n"]),
)

claim = Table(
    "claim",
    metadata,
    Column("run", ForeignKey("run.id"), primary_key=True),
    Column("n", Integer, primary_key=True),
    Column("step", Integer, nullable=False),
    Column("basis", Text, nullable=False),
    Column("text", Text, nullable=False),
    Column("subject", Text, nullable=False),
    Column("value", Text, nullable=False),
    Column("unit", Text, nullable=False),
    Column("integrity", Integer, nullable=False),
    Column("audience", Text, nullable=False),
    Column("secret", Boolean, nullable=False),
    Column("as_of", Moment),
    Column("expires", Moment),
    Column("origin", Text, nullable=False),
    Column("status", Text, nullable=False),
    Index(
        "claim_of_subject",
        "subject",
        "run",
        sqlite_where=text("value <> ''"),
    ),
)

shown = Table(
    "shown",
    metadata,
    Column("run", Integer, primary_key=True),
    Column("step", Integer, primary_key=True),
    Column("claim_run", Integer, primary_key=True),
    Column("claim_n", Integer, primary_key=True),
    ForeignKeyConstraint(["run", "step"], ["step.run", "step.n"]),
    Index("shown_claim", "claim_run", "claim_n"),
    sqlite_with_rowid=False,
    comment="what is new in a step; it was given these rows from its `given_from` on: its claims rest on all of them",
)

was_given = and_(shown.c.run == step.c.run, shown.c.step.between(step.c.given_from, step.c.n))
"""The claims that a step was given: most of them are those of the step before it, so they are kept once."""

edge = Table(
    "edge",
    metadata,
    Column("dst_run", Integer, primary_key=True),
    Column("dst_n", Integer, primary_key=True),
    Column("src_run", Integer, primary_key=True),
    Column("src_n", Integer, primary_key=True),
    Column("how", Text, primary_key=True, comment="cited or lit; shown edges stand in `shown`"),
    Index("edge_src", "src_run", "src_n"),
    sqlite_with_rowid=False,
)

correction = Table(
    "correction",
    metadata,
    Column("was_run", Integer, primary_key=True),
    Column("was_n", Integer, primary_key=True),
    Column("now_run", Integer, comment="the claim that stands for it; empty: nothing does"),
    Column("now_n", Integer),
    Column("cause", Text, nullable=False, comment="owner, redo, or same: it was said a second time"),
    Column("by", Text, nullable=False),
    Column("at", Moment, nullable=False),
    Index("correction_now", "now_run", "now_n"),
    sqlite_with_rowid=False,
    comment="a claim is replaced once; what replaced it may be replaced in turn",
)

replay = Table(
    "replay",
    metadata,
    Column("run", ForeignKey("run.id"), primary_key=True),
    Column("of_run", ForeignKey("run.id"), nullable=False, comment="the run that is played again"),
    Column("kind", Text, nullable=False, comment="redo: it takes its place; fork: only to compare"),
    Column("what", Text, nullable=False, comment="of a fork: what was changed, and at which step"),
    Index("replay_of", "of_run"),
    comment="only the steps that were run again are rows of the new run",
)

inquiry = Table(
    "inquiry",
    metadata,
    Column("n", Integer, primary_key=True, autoincrement=True),
    Column("id", Text, nullable=False, unique=True, comment="that of the card before, a point and the tap"),
    Column("place", Text, nullable=False),
    Column("sender", Text, nullable=False, comment="whose taps count"),
    Column("answer", Text, nullable=False, comment="the claim that was asked about"),
    Column("wrong", Text, nullable=False, comment="the claim nearest to the origin that is known to be wrong"),
    Column("right", Text, nullable=False, comment="claims known to be right"),
    Column("taps", Integer, nullable=False),
    Column("card", Text, nullable=False, comment="the claims asked about now; empty: the origin is found"),
    Column("at", Moment, nullable=False),
    Index("inquiry_latest", "place", "sender", "n"),
    comment="one row a card: a tap adds the next one, so that nothing is lost and no tap counts twice",
)

fault = Table(
    "fault",
    metadata,
    Column("run", Integer, primary_key=True),
    Column("step", Integer, primary_key=True),
    Column("n", Integer, primary_key=True),
    Column("kind", Text, nullable=False, comment="a FaultKind"),
    Column("what", Text, nullable=False),
    Column("claim", Integer, comment="the claim of this run it stands in; empty: the whole answer"),
    ForeignKeyConstraint(["run", "step"], ["step.run", "step.n"]),
    comment="what the checks found wrong with a step's answer",
)

turn = Table(
    "turn",
    metadata,
    Column("run", ForeignKey("run.id"), primary_key=True),
    Column("n", Integer, primary_key=True),
    Column("place", Text, nullable=False),
    Column("agent", Text, nullable=False, comment="empty: a person"),
    Column("speaker", Text, nullable=False),
    Column("claim", Integer, nullable=False, comment="the claim of this run that holds the text"),
    Column("at", Moment, nullable=False),
    Index("turn_of_place", "place", "run", "n"),
)

question = Table(
    "question",
    metadata,
    Column("run", ForeignKey("run.id"), primary_key=True),
    Column("place", Text, nullable=False),
    Column("asking", Text, nullable=False),
    Column("agent", Text, nullable=False),
    Column("text", Text, nullable=False),
    Column("request", Text, nullable=False),
    Column("choices", Text, nullable=False),
)

outbox = Table(
    "outbox",
    metadata,
    Column("key", Text, primary_key=True),
    Column("run", ForeignKey("run.id"), nullable=False),
    Column("platform", Text, nullable=False),
    Column("place", Text, nullable=False),
    Column("agent", Text, nullable=False),
    Column("text", Text, nullable=False),
    Column("created", Moment, nullable=False),
    Column("receipt", Text, comment="the platform's id of the message; empty until it was sent"),
    Column("sent", Moment),
    Column("failed", Text, comment="why it can never be sent"),
    Column("edits", Text, nullable=False, server_default="", comment="whose message this replaces; empty: its own"),
    Column("label", Text, nullable=False, server_default="", comment="whose words, who may read them; as JSON"),
    Column("links", Text, nullable=False, server_default="[]", comment="addresses that may stay links"),
    Column("mentions", Text, nullable=False, server_default="[]", comment="whom it notifies"),
    Index("outbox_of_run", "run"),
    Index("outbox_edits", "edits", sqlite_where=text("edits <> ''")),
    Index(
        "outbox_unsent",
        "run",
        sqlite_where=text("sent IS NULL AND failed IS NULL"),
    ),
)

button = Table(
    "button",
    metadata,
    Column("id", Text, primary_key=True, comment="random; all that a platform carries"),
    Column("outbound", ForeignKey("outbox.key"), nullable=False),
    Column("n", Integer, nullable=False, comment="its place under the message"),
    Column("label", Text, nullable=False),
    Column("act", Text, nullable=False),
    Column("value", Text, nullable=False),
    Column("style", Text, nullable=False),
    Column("presser", Text, nullable=False, comment="the sender who may press it; empty: anybody in the place"),
    Column("expires", Moment),
    Column("pressed_by", Text, nullable=False, server_default=""),
    Column("pressed_at", Moment),
    Column("press", Text, nullable=False, server_default="", comment="identity of the envelope that pressed it"),
    Index("button_of_outbound", "outbound", "n"),
)

note = Table(
    "note",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("owner", Text, nullable=False),
    Column("text", Text, nullable=False),
    Column("key", Text, nullable=False, unique=True, comment="the call that made it: a repeated call makes one note"),
    Column("integrity", Integer, nullable=False),
    Column("audience", Text, nullable=False),
    Column("origin", Text, nullable=False),
    Column("created", Moment, nullable=False),
    Column("forgotten", Moment),
    Column("secret", Boolean, nullable=False, server_default=text("0")),
    Column("quarantined", Boolean, nullable=False, server_default=text("0"), comment="waits for its owner's word"),
)

grant = Table(
    "grant",
    metadata,
    Column("id", Text, primary_key=True),
    Column("run", ForeignKey("run.id"), nullable=False),
    Column("tool", Text, nullable=False),
    Column("params", Text, nullable=False, comment="what each argument may be, as JSON"),
    Column("uses", Integer, nullable=False),
    Column("by", Text, nullable=False, comment="what it was minted from"),
    Column("expires", Moment),
    Column("parent", Text, nullable=False, comment="the grant it was narrowed from"),
    Index("grant_of_run", "run"),
)

effect = Table(
    "effect",
    metadata,
    Column("key", Text, primary_key=True, comment="the call's own key: it fires at most once"),
    Column("run", ForeignKey("run.id"), nullable=False),
    Column("step", Integer, nullable=False),
    Column("agent", Text, nullable=False),
    Column("tool", Text, nullable=False),
    Column("args", Text, nullable=False),
    Column("args_sha", Text, nullable=False),
    Column("grant", Text, nullable=False, comment="the grant that it spent; empty: it was refused"),
    Column("state", Text, nullable=False, comment="a DeedState; the row is there before the call"),
    Column("why", Text, nullable=False),
    Column("receipt", Text, nullable=False),
    Column("at", Moment, nullable=False),
    Column("ended", Moment),
    Index("effect_of_run", "run"),
)

approval = Table(
    "approval",
    metadata,
    Column("id", Text, primary_key=True, comment="random"),
    Column("deed", ForeignKey("effect.key"), nullable=False),
    Column("run", ForeignKey("run.id"), nullable=False),
    Column("who", Text, nullable=False, comment="the only person who may decide"),
    Column("place", Text, nullable=False),
    Column("card", Text, nullable=False, comment="exactly what was shown"),
    Column("reasons", Text, nullable=False),
    Column("args_sha", Text, nullable=False),
    Column("typed", Text, nullable=False),
    Column("shown", Moment, nullable=False),
    Column("expires", Moment, nullable=False),
    Column("until", Moment, nullable=False),
    Column("word", Text, nullable=False),
    Column("by", Text, nullable=False),
    Column("press", Text, nullable=False),
    Column("at", Moment),
    Index("approval_of_run", "run"),
    Index("approval_open", "who", sqlite_where=text("word = ''")),
)

_LABEL = (("integrity", Integer), ("audience", Text), ("secret", Boolean), ("origin", Text))

event = Table(
    "event",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("person", Text, nullable=False),
    Column("key", Text, nullable=False, unique=True, comment="the call that made it: a repeated call makes one"),
    Column("title", Text, nullable=False),
    Column("place", Text, nullable=False),
    Column("start", Moment, nullable=False),
    Column("end", Moment, nullable=False),
    *(Column(name, kind, nullable=False) for name, kind in _LABEL),
    Column("made", Moment, nullable=False),
    Column("cancelled", Moment),
    Index("event_of_person", "person", "start"),
    comment="appointments",
)

todo = Table(
    "todo",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("person", Text, nullable=False),
    Column("key", Text, nullable=False, unique=True, comment="the call that made it: a repeated call makes one"),
    Column("text", Text, nullable=False),
    Column("due", Text, comment="a day, in ISO form"),
    *(Column(name, kind, nullable=False) for name, kind in _LABEL),
    Column("made", Moment, nullable=False),
    Column("finished", Moment),
    Index("todo_of_person", "person"),
)

lesson = Table(
    "lesson",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("run", Integer, unique=True, comment="the run that taught it; empty: the command line"),
    Column("text", Text, nullable=False),
    Column("right", Text, nullable=False),
    Column("wrong", Text, nullable=False),
    Column("who", Text, nullable=False),
    Column("how", Text, nullable=False),
    Column("at", Moment, nullable=False),
    Column("undone", Moment),
)

reminder = Table(
    "reminder",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("key", Text, nullable=False, unique=True, comment="what made it: a repeated request makes one"),
    Column("person", Text, nullable=False, comment="who asked for it, by all accounts of his"),
    Column("sender", Text, nullable=False),
    Column("sender_name", Text, nullable=False),
    Column("standing", Text, nullable=False, comment="that of the day it was made; it never acts with more"),
    Column("platform", Text, nullable=False),
    Column("place", Text, nullable=False),
    Column("who", Text, nullable=False),
    Column("what", Text, nullable=False),
    Column("agent", Text, nullable=False, comment="the agent it wakes; empty: it is only said"),
    Column("rule", Text, nullable=False, comment="RFC 5545; empty: once"),
    Column("start", Text, nullable=False, comment="naive first wall time in `tz`"),
    Column("tz", Text, nullable=False),
    Column("excepted", Text, nullable=False),
    Column("elapsed", Boolean, nullable=False),
    Column("due", Moment),
    Column("tzdata", Text, nullable=False, comment="the time zone data by which `due` was resolved"),
    Column("state", Text, nullable=False),
    Column("if_missed", Text, nullable=False),
    Column("nag_seconds", Integer, nullable=False),
    Column("nagged", Integer, nullable=False),
    Column("lang", Text, nullable=False),
    Column("integrity", Integer, nullable=False),
    Column("audience", Text, nullable=False),
    Column("origin", Text, nullable=False),
    Column("made", Moment, nullable=False),
    Index(
        "reminder_due",
        "due",
        sqlite_where=text("state = 'pending'"),
    ),
    Index("reminder_of_person", "person", "state"),
)

reminder_firing = Table(
    "reminder_firing",
    metadata,
    Column("reminder", ForeignKey("reminder.id"), primary_key=True),
    Column("due", Moment, primary_key=True),
    Column("envelope", ForeignKey("envelope.id"), comment="empty: it was skipped, as the reminder wanted"),
    Column("at", Moment, nullable=False),
    Column("missed", Integer, nullable=False),
)

person_zone = Table(
    "person_zone",
    metadata,
    Column("person", Text, primary_key=True),
    Column("tz", Text, nullable=False),
    Column("learnt", Moment, nullable=False),
    comment="the IANA zone a person named when asked, or his platform knows",
)
