"""Grants, the log of effects, and approvals in the ledger."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from pydantic import TypeAdapter
from sqlalchemy import ColumnElement, RowMapping, bindparam, insert, select, update
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from nova_bot.core.deed import Approval, Deed, DeedState, Word
from nova_bot.ledger import rows, tables
from nova_bot.ledger.reads import Reads
from nova_bot.ledger.rows import Row
from nova_bot.ledger.store import Ledger
from nova_bot.ledger.writer import Write
from nova_bot.trust.grants import Grant, Param

T = tables
_PARAMS: TypeAdapter[dict[str, Param]] = TypeAdapter(dict[str, Param])

_GRANT = sqlite_insert(T.grant).on_conflict_do_nothing()
_DEED = sqlite_insert(T.effect).on_conflict_do_nothing()
_ARGS = (
    update(T.effect)
    .where(T.effect.c.key == bindparam("b_key"))
    .values(args=bindparam("args"), args_sha=bindparam("args_sha"))
)
_APPROVAL = insert(T.approval)
_STATE = (
    update(T.effect)
    .where(T.effect.c.key == bindparam("b_key"))
    .values(state=bindparam("state"), receipt=bindparam("receipt"), ended=bindparam("ended"))
)
_WORD = (
    update(T.approval)
    .where(T.approval.c.id == bindparam("b_id"), T.approval.c.word == "")
    .values(word=bindparam("word"), by=bindparam("by"), press=bindparam("press"), at=bindparam("at"))
)
_REOPEN = (
    update(T.run)
    .where(T.run.c.id == bindparam("b_id"), T.run.c.ended == "waiting")
    .values(ended=None, sentence=None, reason=None, ended_at=None)
)


@dataclass(frozen=True, slots=True)
class Ward:
    """What a run may do and has done: its grants, its deeds by key, its approvals, the newest last."""

    grants: tuple[Grant, ...] = ()
    deeds: tuple[Deed, ...] = ()
    approvals: tuple[Approval, ...] = ()

    def deed(self, key: str) -> Deed | None:
        """The deed of a call, None for a call that is new."""
        return next((deed for deed in self.deeds if deed.key == key), None)

    def approval(self, key: str) -> Approval | None:
        """The newest card of a deed."""
        return next((one for one in reversed(self.approvals) if one.deed == key), None)

    def spent(self, but: str = "") -> list[str]:
        """A grant's id for each deed that spent it; the deed `but` doesn't count."""
        return [deed.grant for deed in self.deeds if deed.grant and deed.key != but]

    def also(self, grants: Sequence[Grant] = (), deed: Deed | None = None) -> "Ward":
        """With these as well; a deed of the same key is replaced."""
        kept = tuple(old for old in self.deeds if deed is None or old.key != deed.key)
        return replace(self, grants=(*self.grants, *grants), deeds=(*kept, deed) if deed else kept)


async def of_run(ledger: Reads, run: int) -> Ward:
    """Everything about one run."""
    grants = await ledger.rows(select(T.grant).where(T.grant.c.run == run))
    deeds = await ledger.rows(select(T.effect).where(T.effect.c.run == run).order_by(T.effect.c.at))
    cards = await _approvals(ledger, T.approval.c.run == run)
    return Ward(tuple(map(_grant_of, grants)), tuple(map(_deed_of, deeds)), cards)


async def _approvals(ledger: Reads, which: ColumnElement[bool]) -> tuple[Approval, ...]:
    found = await ledger.rows(select(T.approval).where(which).order_by(T.approval.c.shown))
    return tuple(map(_approval_of, found))


async def approval(ledger: Reads, id_: str) -> Approval | None:
    """One card."""
    found = await _approvals(ledger, T.approval.c.id == id_)
    return found[0] if found else None


async def waiting(ledger: Reads, who: str) -> tuple[Approval, ...]:
    """The cards that wait for one person, oldest first."""
    return await _approvals(ledger, (T.approval.c.who == who) & (T.approval.c.word == ""))


async def latest(ledger: Reads, limit: int) -> list[Deed]:
    """The latest effects and refusals, newest first."""
    query = select(T.effect).order_by(T.effect.c.at.desc()).limit(limit)
    return [_deed_of(row) for row in await ledger.rows(query)]


async def keep(ledger: Ledger, grants: Sequence[Grant], deed: Deed | None = None) -> None:
    """Keep what was granted and decided, before anything is done."""
    await ledger.put(Write(_GRANT, list(map(_grant_row, grants))), Write(_DEED, [_deed_row(deed)] if deed else []))


def parked(grants: Sequence[Grant], deed: Deed, card: Approval) -> list[Write]:
    """The writes of a call that waits for a card, to stand in the transaction that shows it."""
    return [
        Write(_GRANT, list(map(_grant_row, grants))),
        Write(_DEED, [_deed_row(deed)]),
        Write(_ARGS, [{"b_key": deed.key, "args": json.dumps(deed.args), "args_sha": deed.sha}]),
        Write(_APPROVAL, [_approval_row(card)]),
    ]


async def move(ledger: Ledger, key: str, state: DeedState, now: datetime, receipt: str = "") -> None:
    """A deed goes on to another state."""
    await ledger.put(Write(_STATE, [{"b_key": key, "state": state, "receipt": receipt, "ended": now}]))


async def lost(ledger: Ledger, run: int, now: datetime) -> None:
    """Nobody will know any more what came of the deeds of a run that were under way."""
    for deed in (await of_run(ledger, run)).deeds:
        if deed.state is DeedState.UNDERWAY:
            await move(ledger, deed.key, DeedState.UNKNOWN, now)


async def decide(ledger: Ledger, card: Approval, word: Word, by: str, press: str, now: datetime) -> bool:
    """Keep a person's word, once, and let the run go on. False when another press was first."""
    row = {"b_id": card.id, "word": word, "by": by, "press": press, "at": now}
    await ledger.put(Write(_WORD, [row]), Write(_REOPEN, [{"b_id": card.run}]))
    kept = await approval(ledger, card.id)
    return kept is not None and kept.press == press


async def renew(ledger: Ledger, old: Approval, fresh: Approval, by: str, press: str, now: datetime) -> None:
    """A fresh card takes an old one's place."""
    row = {"b_id": old.id, "word": Word.RENEWED, "by": by, "press": press, "at": now}
    await ledger.put(Write(_APPROVAL, [_approval_row(fresh)]), Write(_WORD, [row]))


def _grant_row(grant: Grant) -> Row:
    params = _PARAMS.dump_json(dict(grant.params)).decode()
    names = ("id", "run", "tool", "uses", "by", "expires", "parent")
    return {**{name: getattr(grant, name) for name in names}, "params": params}


def _grant_of(row: RowMapping) -> Grant:
    params = _PARAMS.validate_json(row["params"])
    return Grant(row["id"], row["run"], row["tool"], params, row["uses"], row["by"], row["expires"], row["parent"])


def _deed_row(deed: Deed) -> Row:
    names = ("key", "run", "step", "agent", "tool", "grant", "state", "at", "why", "receipt")
    return {**{name: getattr(deed, name) for name in names}, "args": json.dumps(deed.args), "args_sha": deed.sha}


def _deed_of(row: RowMapping) -> Deed:
    same = {name: row[name] for name in ("key", "run", "step", "agent", "tool", "grant", "at", "why", "receipt")}
    return Deed(**same, args=json.loads(row["args"]), state=DeedState(row["state"]))


_SAME = ("id", "deed", "run", "who", "card")
_TIMES = ("shown", "expires", "until")


def _approval_row(card: Approval) -> Row:
    same = {name: getattr(card, name) for name in (*_SAME, "typed", *_TIMES, "word", "by", "press", "at")}
    return {**same, "place": rows.place_text(card.place), "reasons": json.dumps(card.reasons), "args_sha": card.sha}


def _approval_of(row: RowMapping) -> Approval:
    return Approval(
        id=row["id"],
        deed=row["deed"],
        run=row["run"],
        who=row["who"],
        place=rows.place_of(row["place"]),
        card=row["card"],
        reasons=tuple(json.loads(row["reasons"])),
        sha=row["args_sha"],
        typed=row["typed"],
        shown=row["shown"],
        expires=row["expires"],
        until=row["until"],
        word=Word(row["word"]),
        by=row["by"],
        press=row["press"],
        at=row["at"],
    )
