"""Small tools and calls for the tests of the trust kernel."""

from typing import Any

from pydantic import JsonValue

from nova_bot.core.effect import Effect, ToolRow
from nova_bot.core.labels import Integrity, Label
from nova_bot.trust.grants import Grant, Param, Planned, fold, mint
from nova_bot.trust.policy import Call, Decision, Rests, Rules, Sight, decide

ROWS = {
    "mail.read": ToolRow(Effect.READ),
    "vault.read": ToolRow(Effect.READ, secret=True),
    "web.fetch": ToolRow(Effect.READ, egress=("url",)),
    "note.keep": ToolRow(Effect.INTERNAL, content=("text",)),
    "event.make": ToolRow(Effect.INTERNAL, targets=("guests",), content=("title",)),
    "mail.send": ToolRow(Effect.SEND, targets=("to",), content=("body",)),
    "file.share": ToolRow(Effect.SHARE, targets=("with",)),
    "room.book": ToolRow(Effect.COMMIT, targets=("room",)),
    "file.erase": ToolRow(Effect.DESTROY, targets=("file",)),
    "bank.pay": ToolRow(Effect.MONEY, targets=("to",), content=("amount",)),
    "login.set": ToolRow(Effect.IDENTITY, targets=("password",)),
    "host.run": ToolRow(Effect.EXEC, targets=("argv",)),
}

ANNA = "anna@acme.test"
MALLORY = "mallory@evil.test"


def granted(said: str, *plan: Planned, directory: str = "") -> tuple[Grant, ...]:
    return mint(plan, ROWS, said, directory, 1, "r1")


def plan(tool: str, **params: Param | str) -> Planned:
    return Planned(tool, {n: p if isinstance(p, Param) else Param(lit=(p,)) for n, p in params.items()})


def sight(said: str = "", *, directory: str = "", integrity: Integrity = Integrity.OWNER, **more: Any) -> Sight:
    results = {tool: [fold(str(text))] for tool, text in more.items() if tool.startswith("from_")}
    label = Label(integrity, "step:r1.1", secret=bool(more.get("secret")))
    named = {tool.removeprefix("from_").replace("_", ".", 1): texts for tool, texts in results.items()}
    return Sight(fold(said), fold(directory), named, label, more.get("rests", Rests()))


def decided(
    tool: str, grants: tuple[Grant, ...], seen: Sight, rules: Rules = Rules(), /, **args: JsonValue
) -> Decision:
    return decide(Call(tool, args, ROWS.get(tool)), grants, seen, rules)
