"""Reminders: what an agent sets, lists and cancels for the person it works for."""

from pydantic import Field

from nova_bot.core.effect import Effect, Returns
from nova_bot.core.errors import ToolError
from nova_bot.core.labels import Integrity, Label, join
from nova_bot.core.reminder import Reminders, Wish
from nova_bot.tools.registry import WHEN, Args, Caller, Result, Tool


class SetArgs(Args):
    """What to be reminded of, and when."""

    when: str = Field(
        min_length=1,
        max_length=200,
        description="in the person's words where there are any: tomorrow at 9, in 20 minutes, every Monday at 8; "
        "else the wall time in the person's own zone: 2026-12-04 09:00",
    )
    what: str = Field(min_length=1, max_length=1_000, description="what is said then, in the person's words")
    who: str = Field(
        default="", max_length=80, description="somebody else, as the person wrote it (@anna); empty for the person"
    )


class ListArgs(Args):
    """Nothing: all that wait here are listed."""


class CancelArgs(Args):
    """Which one."""

    number: int = Field(ge=1, le=10**12, description="the reminder's number, as reminders.list shows it")


def _kept_in(caller: Caller, tool: str) -> Reminders:
    if caller.reminders is None:
        raise ToolError(tool=tool, what="no reminders are kept here")
    return caller.reminders


async def _set(args: SetArgs, caller: Caller) -> str:
    what = " ".join(args.what.split())
    wish = Wish(caller.run, caller.agent, caller.key, args.when, what, args.who.strip(), caller.label, caller.links)
    return await _kept_in(caller, "reminders.set").set(wish)


async def _list(args: ListArgs, caller: Caller) -> Result:  # noqa: ARG001
    """The reminders with the labels they were kept with: an agent's or an import's words come back as that."""
    found = await _kept_in(caller, "reminders.list").waiting(caller.person, caller.place)
    text = "\n".join(line for line, _ in found) or "Nothing waits here."
    origin = "tool:reminders.list"
    here = Label(Integrity.DIRECTORY, origin, caller.label.audience, as_of=caller.now)
    return Result(text, join([here, *(label for _, label in found)], origin))


async def _cancel(args: CancelArgs, caller: Caller) -> str:
    gone = await _kept_in(caller, "reminders.cancel").cancel(caller.person, caller.place, args.number)
    if not gone:
        raise ToolError(tool="reminders.cancel", what=f"no reminder {args.number} of this person waits here")
    return f"Cancelled: {gone}"


_KEPT = Returns(Integrity.OUTSIDE, "reminder")
_RECEIPT = Returns(Integrity.DIRECTORY, "receipt", echo=True)
TOOLS = (
    Tool(
        "reminders.set",
        "Reminds the person, in this conversation, at a time; the person sees a card with it.",
        SetArgs,
        Effect.INTERNAL,
        _RECEIPT,
        _set,
        targets=("who",),
        content=("when", "what"),
        slots={"when": WHEN},
    ),
    Tool("reminders.list", "Shows what the person will be reminded of here.", ListArgs, Effect.READ, _KEPT, _list),
    Tool(
        "reminders.cancel",
        "Cancels one of the person's reminders.",
        CancelArgs,
        Effect.INTERNAL,
        _RECEIPT,
        _cancel,
        content=("number",),
        slots={"number": "reminders.list"},
    ),
)
