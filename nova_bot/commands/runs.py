"""`nova runs`: what happened, from the ledger, without holding it."""

import json
from typing import Any

from adapters.render.plain import plain
from nova_bot import parts
from nova_bot.commands.listed import listed
from nova_bot.core.envelope import Kind
from nova_bot.core.errors import BadReference
from nova_bot.core.pack import ContextPack
from nova_bot.core.route import Rule
from nova_bot.core.run import Run
from nova_bot.core.text import clip, counted
from nova_bot.core.wording import say
from nova_bot.dispatch import references
from nova_bot.dispatch.commands import explained
from nova_bot.ledger import overview, rows
from nova_bot.ledger.overview import RunLine
from nova_bot.ledger.reads import Reads, Sent
from nova_bot.ledger.store import opened
from nova_bot.settings import Settings


def number_of(text: str) -> int:
    """The run that `r12` or `12` names. Raises BadReference."""
    digits = text.strip().removeprefix("r")
    if not digits.isdecimal() or len(digits) > 18:
        raise BadReference(text=clip(text, 40))
    return int(digits)


async def named(ledger: Reads, text: str) -> int:
    """The run that is meant; the latest one that said anything for "". Raises BadReference or NoSuchRun."""
    return number_of(text) if text else (await references.resolve(ledger, "")).run.id


async def latest(settings: Settings, limit: int, *, as_json: bool) -> int:
    """Print the latest runs."""
    async with opened(parts.ledger_path(settings), write=False) as ledger:
        found = await overview.latest_runs(ledger, limit)
    return listed((_as_json(one) if as_json else _line(one, settings) for one in found), "runs")


def _as_json(one: RunLine) -> str:
    shown = {
        "run": f"r{one.id}",
        "started": one.started.isoformat(),
        "place": one.place._asdict(),
        "agent": one.agent,
        "rule": one.rule,
        "ended": one.ended or "running",
        "steps": one.steps,
        "text": one.text,
    }
    return json.dumps(shown, ensure_ascii=False)


def _line(one: RunLine, settings: Settings) -> str:
    local = one.started.astimezone(settings.zone)
    steps = counted(one.steps, "step")
    return (
        f"r{one.id:<6} {local:%m-%d %H:%M}  {_who(one):<17} {one.ended or 'running':<11} {steps:<9} "
        f"{clip(one.text, 60)}"
    )


def _who(one: RunLine) -> str:
    """Who did the work: Nova itself where code alone answered, or said a reminder that was due."""
    if one.steps or not one.ended:
        return one.agent
    return say("runs", "clock" if one.rule == Rule.CLOCK else "nova")


async def show(settings: Settings, name: str, *, as_json: bool) -> int:
    """Print one run in full."""
    async with opened(parts.ledger_path(settings), write=False) as ledger:
        number = await named(ledger, name)
        run = await ledger.run(number)
        packs = {step.n: await ledger.pack(number, step.n) for step in run.steps}
        sent = await ledger.sent_in(number)
    print(
        json.dumps(as_object(run, packs, sent), ensure_ascii=False) if as_json else "\n".join(_lines(run, packs, sent))
    )
    return 0


def as_object(run: Run, packs: dict[int, ContextPack], sent: tuple[Sent, ...]) -> dict[str, Any]:
    """The whole run as JSON."""
    return {
        "run": run.name,
        "place": run.envelope.place._asdict(),
        "sender": {"id": run.envelope.sender.id, "standing": run.envelope.sender.standing},
        "text": run.envelope.text,
        "started": run.started.isoformat(),
        "route": rows.ROUTE.dump_python(run.route, mode="json"),
        "steps": [
            {
                "n": step.n,
                "agent": step.agent,
                "model": step.model,
                "pack": rows.PACK.dump_python(packs[step.n], mode="json"),
                "outcome": rows.OUTCOME.dump_python(step.outcome, mode="json"),
                "results": [{"call": r.call, "text": r.text, "error": r.error} for r in step.results],
                "usage": {name: getattr(step.usage, name) for name in step.usage.__slots__},
                "started": step.started.isoformat(),
                "ended": step.ended.isoformat(),
            }
            for step in run.steps
        ],
        "claims": [
            {
                "id": str(c.id),
                "step": c.step,
                "basis": c.basis,
                "text": c.text,
                "integrity": c.label.integrity,
                "origin": c.label.origin,
                "as_of": c.label.as_of.isoformat() if c.label.as_of else None,
                "expires": c.label.expires.isoformat() if c.label.expires else None,
            }
            for c in run.claims
        ],
        "edges": [{"from": str(e.dst), "to": str(e.src), "how": e.how} for e in run.edges],
        "faults": [
            {"step": f.step, "kind": f.kind, "what": f.what, "claim": str(f.claim) if f.claim else None}
            for f in run.faults
        ],
        "ended": run.ending.kind if run.ending else None,
        "reason": run.ending.reason if run.ending else None,
        "replies": [
            {"key": s.outbound.key, "text": s.outbound.text, "receipt": s.receipt, "failed": s.failed} for s in sent
        ],
    }


def _lines(run: Run, packs: dict[int, ContextPack], sent: tuple[Sent, ...]) -> list[str]:
    came = "reminder" if run.envelope.kind is Kind.CLOCK else "message"
    lines = [plain(explained(run)), "", say("runs", came, name=run.envelope.sender.name), _indented(run.envelope.text)]
    for step in run.steps:
        pack = packs[step.n]
        lines += [
            "",
            f"--- step {step.n}: {step.agent}, model {step.model or 'none'}, pack of about {pack.tokens} tokens",
        ]
        lines += ["system:", _indented(pack.system)]
        for item in pack.items:
            lines += [f"shown ({item.kind}; {item.why}):", _indented(item.text)]
        for exchange in pack.exchanges:
            if exchange.remark:
                lines += ["said first:", _indented(exchange.text), "told by the checks:", _indented(exchange.remark)]
        lines += [f"left out: {out.what} ({out.why})" for out in pack.left_out]
        lines += ["outcome:", _indented(rows.OUTCOME.dump_json(step.outcome, indent=1).decode())]
        lines += [f"result{' (error)' if r.error else ''}: {r.text}" for r in step.results]
        lines += [f"fault: {fault.kind}: {fault.what}" for fault in run.faults if fault.step == step.n]
    for one in sent:
        state = f"failed: {one.failed}" if one.failed else f"receipt {one.receipt}" if one.receipt else "not sent yet"
        lines += ["", f"reply {one.outbound.key} ({state}):", _indented(one.outbound.text)]
    return lines


def _indented(text: str) -> str:
    return "\n".join(f"    {line}" for line in text.splitlines())
