"""Records to rows and back. Nothing here touches the database."""

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from functools import lru_cache
from typing import Any

from pydantic import TypeAdapter
from sqlalchemy import RowMapping

from nova_bot.core.button import Button
from nova_bot.core.claims import Basis, Claim, ClaimId, Edge, How, Status
from nova_bot.core.conversation import Asking, OpenQuestion, Turn
from nova_bot.core.correction import Cause, Replaced
from nova_bot.core.delivery import UNCHECKED, Offered, Outbound
from nova_bot.core.envelope import Envelope, Kind, Place, Quoted, Sender, Standing
from nova_bot.core.fault import Fault, FaultKind
from nova_bot.core.labels import Integrity, Label
from nova_bot.core.mention import Mention
from nova_bot.core.outcome import EndingKind, Outcome, ToolResult
from nova_bot.core.pack import ContextPack
from nova_bot.core.route import Route
from nova_bot.core.run import Ending, Run, Step, Usage

ROUTE: TypeAdapter[Route] = TypeAdapter(Route)
LABEL: TypeAdapter[Label] = TypeAdapter(Label)
OUTCOME: TypeAdapter[Outcome] = TypeAdapter(Outcome)
QUOTED: TypeAdapter[tuple[Quoted, ...]] = TypeAdapter(tuple[Quoted, ...])
PACK: TypeAdapter[ContextPack] = TypeAdapter(ContextPack)

Row = dict[str, Any]


def sha(text: str) -> str:
    """The content address of a text."""
    return hashlib.sha256(text.encode()).hexdigest()


@lru_cache(maxsize=4_096)
def place_text(place: Place) -> str:
    """`place.key`, which a run needs a dozen times."""
    return place.key


@lru_cache(maxsize=4_096)
def place_of(text: str) -> Place:
    """The inverse of `place_text`."""
    return Place.from_key(text)


def envelope_row(number: int, envelope: Envelope, accepted: datetime) -> Row:
    """An accepted envelope."""
    return {
        "id": number,
        "identity": envelope.identity,
        "kind": envelope.kind,
        "platform": envelope.place.platform,
        "place": place_text(envelope.place),
        "sender": envelope.sender.id,
        "sender_name": envelope.sender.name,
        "standing": envelope.sender.standing,
        "person": envelope.sender.person,
        "text": envelope.text,
        "at": envelope.at,
        "accepted": accepted,
        "mentioned": envelope.mentioned,
        "press": envelope.press,
        "quoted": quoted_text(envelope),
        "twin": envelope.twin,
    }


def quoted_text(envelope: Envelope) -> str:
    """What came along with a message."""
    return QUOTED.dump_json(envelope.quoted).decode() if envelope.quoted else "[]"


def envelope_of(row: RowMapping) -> Envelope:
    """The inverse of `envelope_row`."""
    return Envelope(
        identity=row["identity"],
        kind=Kind(row["kind"]),
        place=place_of(row["place"]),
        sender=Sender(row["sender"], row["sender_name"], Standing(row["standing"]), row["person"]),
        text=row["text"],
        at=row["at"],
        mentioned=row["mentioned"],
        press=row["press"],
        quoted=QUOTED.validate_json(row["quoted"]) if row["quoted"] != "[]" else (),
        twin=row["twin"],
    )


def run_row(run: Run, envelope: int) -> Row:
    """A run that begins."""
    return {
        "id": run.id,
        "envelope": envelope,
        "place": place_text(run.envelope.place),
        "agent": run.route.agent,
        "rule": run.route.rule,
        "p": run.route.p,
        "route": ROUTE.dump_json(run.route).decode(),
        "started": run.started,
    }


def ending_row(run: Run, at: datetime) -> Row:
    """A run that has ended."""
    assert run.ending is not None
    return {
        "b_id": run.id,
        "b_ended": run.ending.kind,
        "b_sentence": run.ending.sentence,
        "b_reason": run.ending.reason,
        "b_ended_at": at,
    }


def ending_of(row: RowMapping) -> Ending | None:
    """How the run ended, None while it is under way."""
    return Ending(EndingKind(row["ended"]), row["sentence"], row["reason"]) if row["ended"] else None


def step_row(run: int, step: Step, given_from: int) -> Row:
    """A finished step."""
    usage = step.usage
    return {
        "run": run,
        "n": step.n,
        "agent": step.agent,
        "agent_sha": step.agent_sha,
        "pack_sha": step.pack_sha,
        "outcome": OUTCOME.dump_json(step.outcome).decode(),
        "model": step.model,
        "tokens_in": usage.tokens_in,
        "tokens_out": usage.tokens_out,
        "cache_read": usage.cache_read,
        "cache_write": usage.cache_write,
        "usd": usage.usd,
        "calls": usage.calls,
        "started": step.started,
        "ended": step.ended,
        "given_from": given_from,
    }


def step_of(row: RowMapping, results: Sequence[RowMapping]) -> Step:
    """The inverse of `step_row` and `result_rows`. A step that used tools ended with their results."""
    return Step(
        n=row["n"],
        agent=row["agent"],
        agent_sha=row["agent_sha"],
        pack_sha=row["pack_sha"],
        outcome=OUTCOME.validate_json(row["outcome"]),
        model=row["model"],
        usage=usage_of(row),
        started=row["started"],
        ended=results[-1]["at"] if results else row["ended"],
        results=tuple(ToolResult(result["call"], result["text"], result["error"]) for result in results),
    )


def usage_of(row: RowMapping) -> Usage:
    """Tokens and money of one step, or of a sum over steps."""
    return Usage(row["tokens_in"], row["tokens_out"], row["cache_read"], row["cache_write"], row["usd"], row["calls"])


def pack_row(run: int, step: int, pack: ContextPack, system_sha: str, same: int) -> Row:
    """The pack, verbatim; its system text is kept once, under its sha, and so are the first `same` of its items."""
    own = replace(pack, items=pack.items[same:]) if same else pack
    body = PACK.dump_json(own, exclude={"system", "thread"}).decode()
    return {"run": run, "step": step, "system_sha": system_sha, "body": body, "tokens": pack.tokens, "same": same}


def pack_of(row: RowMapping) -> ContextPack:
    """The inverse of `pack_row` and `agent_file_row`; `row` has `body`, `same`, the system `text`, and `first`.

    That is the body of the pack with which it shares items.
    """
    body = json.loads(row["body"])
    shared = json.loads(row["first"])["items"][: row["same"]] if row["same"] else []
    return PACK.validate_python({**body, "items": [*shared, *body["items"]], "system": row["text"]})


def agent_file_row(pack: ContextPack, system_sha: str) -> Row:
    """The stable prefix of a pack."""
    return {"sha": system_sha, "name": pack.agent, "text": pack.system}


def shown_rows(run: int, step: int, claims: Iterable[ClaimId]) -> list[tuple[int, int, int, int]]:
    """What is new in what the step was given, in the order of the table's columns: a run has many of these rows."""
    return [(run, step, of, n) for of, n in claims]


def result_rows(run: int, step: Step) -> list[Row]:
    """The results of a step's tool calls."""
    return [
        {"run": run, "step": step.n, "n": n, "call": r.call, "text": r.text, "error": r.error, "at": step.ended}
        for n, r in enumerate(step.results)
    ]


def claim_row(claim: Claim) -> Row:
    """A claim with its label."""
    label = claim.label
    return {
        "run": claim.id.run,
        "n": claim.id.n,
        "step": claim.step,
        "basis": claim.basis,
        "text": claim.text,
        "subject": claim.subject,
        "value": claim.value,
        "unit": claim.unit,
        "integrity": int(label.integrity),
        "audience": audience_text(label.audience),
        "secret": label.secret,
        "as_of": label.as_of,
        "expires": label.expires,
        "origin": label.origin,
        "status": claim.status,
    }


def claim_of(row: RowMapping) -> Claim:
    """The inverse of `claim_row`; the run and number may stand as `claim_run`, `claim_n`."""
    label = Label(
        Integrity(row["integrity"]),
        row["origin"],
        audience_of(row["audience"]),
        row["secret"],
        row["as_of"],
        row["expires"],
    )
    return Claim(
        ClaimId(row["run"], row["n"]),
        row["step"],
        Basis(row["basis"]),
        row["text"],
        label,
        row["subject"],
        row["value"],
        row["unit"],
        Status(row["status"]),
    )


@lru_cache(maxsize=4_096)
def audience_text(audience: frozenset[Place]) -> str:
    """Places as one text, in a fixed order."""
    return json.dumps(sorted(place.key for place in audience))


@lru_cache(maxsize=4_096)
def audience_of(text: str) -> frozenset[Place]:
    """The inverse of `audience_text`."""
    return frozenset(map(place_of, json.loads(text)))


def edge_row(edge: Edge) -> Row:
    """One cited or lit edge."""
    return {
        "dst_run": edge.dst.run,
        "dst_n": edge.dst.n,
        "src_run": edge.src.run,
        "src_n": edge.src.n,
        "how": edge.how,
    }


def edge_of(row: RowMapping) -> Edge:
    """The inverse of `edge_row`."""
    return Edge(ClaimId(row["dst_run"], row["dst_n"]), ClaimId(row["src_run"], row["src_n"]), How(row["how"]))


def correction_row(replaced: Replaced) -> Row:
    """A claim that was replaced."""
    return {
        "was_run": replaced.was.run,
        "was_n": replaced.was.n,
        "now_run": replaced.now.run if replaced.now else None,
        "now_n": replaced.now.n if replaced.now else None,
        "cause": replaced.cause,
        "by": replaced.by,
        "at": replaced.at,
    }


def replaced_of(row: RowMapping) -> Replaced:
    """The inverse of `correction_row`."""
    now = None if row["now_run"] is None else ClaimId(row["now_run"], row["now_n"])
    return Replaced(ClaimId(row["was_run"], row["was_n"]), now, Cause(row["cause"]), row["at"], row["by"])


def fault_row(run: int, n: int, fault: Fault) -> Row:
    """The n-th fault of a step."""
    return {
        "run": run,
        "step": fault.step,
        "n": n,
        "kind": fault.kind,
        "what": fault.what,
        "claim": fault.claim.n if fault.claim else None,
    }


def fault_of(row: RowMapping) -> Fault:
    """The inverse of `fault_row`."""
    claim = None if row["claim"] is None else ClaimId(row["run"], row["claim"])
    return Fault(row["step"], FaultKind(row["kind"]), row["what"], claim)


def turn_row(n: int, turn: Turn, place: Place) -> Row:
    """The n-th turn of a run."""
    return {
        "run": turn.run,
        "n": n,
        "place": place_text(place),
        "agent": turn.agent,
        "speaker": turn.speaker,
        "claim": turn.claim.id.n,
        "at": turn.at,
    }


def question_row(question: OpenQuestion, place: Place) -> Row:
    """A question of ours."""
    return {
        "run": question.run,
        "place": place_text(place),
        "asking": question.asking,
        "agent": question.agent,
        "text": question.text,
        "request": question.request,
        "choices": _texts(question.choices),
    }


def question_of(row: RowMapping) -> OpenQuestion:
    """The inverse of `question_row`."""
    return OpenQuestion(
        row["run"], Asking(row["asking"]), row["agent"], row["text"], row["request"], tuple(json.loads(row["choices"]))
    )


def outbound_row(outbound: Outbound, created: datetime) -> Row:
    """A reply that is to be sent."""
    return {
        "key": outbound.key,
        "run": outbound.run,
        "platform": outbound.place.platform,
        "place": place_text(outbound.place),
        "agent": outbound.agent,
        "text": outbound.text,
        "edits": outbound.edits,
        "label": LABEL.dump_json(outbound.label).decode(),
        "links": _texts(sorted(outbound.links)),
        "mentions": _texts([one.text for one in outbound.mentions]),
        "created": created,
    }


def outbound_of(row: RowMapping, buttons: tuple[Button, ...] = ()) -> Outbound:
    """The inverse of `outbound_row` and `button_rows`."""
    return Outbound(
        row["key"],
        row["run"],
        place_of(row["place"]),
        row["agent"],
        row["text"],
        buttons,
        row["edits"],
        LABEL.validate_json(row["label"]) if row["label"] else UNCHECKED,
        frozenset(json.loads(row["links"])),
        tuple(map(Mention.parse, json.loads(row["mentions"]))),
    )


def button_rows(outbound: Outbound) -> list[Row]:
    """The buttons of a reply, not pressed yet."""
    return [
        {
            "id": button.id,
            "outbound": outbound.key,
            "n": n,
            "label": button.label,
            "act": button.act,
            "value": button.value,
            "style": button.style,
            "presser": button.presser,
            "expires": button.expires,
        }
        for n, button in enumerate(outbound.buttons)
    ]


def button_of(row: RowMapping) -> Button:
    """A button from its row."""
    return Button(*(row[name] for name in ("id", "label", "act", "value", "style", "presser", "expires")))


def offered_of(row: RowMapping, message: Outbound) -> Offered:
    """A button, what its message says now, and who pressed it."""
    return Offered(button_of(row), message, row["pressed_by"], row["pressed_at"], row["press"])


def _texts(texts: Sequence[str]) -> str:
    return json.dumps(texts, ensure_ascii=False) if texts else "[]"
