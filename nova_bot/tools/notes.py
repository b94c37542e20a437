"""Notes: what a person asked Nova to remember, found again by its words."""

from pydantic import Field

from nova_bot.core.effect import Effect, Returns
from nova_bot.core.errors import ToolError
from nova_bot.core.labels import Integrity, Label, join
from nova_bot.tools.registry import Args, Caller, Result, Tool


class RememberArgs(Args):
    """What to remember."""

    text: str = Field(min_length=1, max_length=4_000, description="the note, in the person's own words")


class FindArgs(Args):
    """What to look for."""

    words: str = Field(default="", max_length=200, description="a few words of the note; empty for the latest notes")
    limit: int = Field(default=5, ge=1, le=20)


class ForgetArgs(Args):
    """Which note to erase."""

    number: int = Field(ge=1, le=10**12, description="the note's number, as notes.find shows it")


async def _remember(args: RememberArgs, caller: Caller) -> str:
    text = args.text.strip()
    number = await caller.notes.remember(
        caller.person, text, caller.key, caller.label, caller.now, quarantined=caller.outside
    )
    if caller.outside:
        return f"Kept apart as note {number}, since it comes from outside; the person can say /confirm {number}: {text}"
    return f"Saved as note {number}: {text}"


async def _find(args: FindArgs, caller: Caller) -> Result:
    """The notes with the labels they were kept with: what was put in from outside comes back as that."""
    found = await caller.notes.find(caller.person, args.words, args.limit)
    none = "No note fits these words." if args.words.strip() else "There are no notes yet."
    text = "\n".join(f"note {n.id} ({n.created:%Y-%m-%d}): {n.text}" for n in found)
    origin = "tool:notes.find"
    here = Label(Integrity.DIRECTORY, origin, caller.label.audience, as_of=caller.now)
    return Result(text or none, join([here, *(n.label for n in found)], origin))


async def _forget(args: ForgetArgs, caller: Caller) -> str:
    if not await caller.notes.forget(caller.person, args.number, caller.now):
        raise ToolError(tool="notes.forget", what=f"there is no note {args.number} of this person")
    return f"Note {args.number} is erased."


_KEPT = Returns(Integrity.OUTSIDE, "note")
_RECEIPT = Returns(Integrity.DIRECTORY, "receipt", echo=True)
TOOLS = (
    Tool(
        "notes.remember",
        "Keeps a note for the person.",
        RememberArgs,
        Effect.INTERNAL,
        _RECEIPT,
        _remember,
        content=("text",),
    ),
    Tool("notes.find", "Finds the person's notes by words.", FindArgs, Effect.READ, _KEPT, _find),
    Tool(
        "notes.forget",
        "Erases one of the person's notes.",
        ForgetArgs,
        Effect.DESTROY,
        _RECEIPT,
        _forget,
        targets=("number",),
        own=True,
        slots={"number": "notes.find"},
    ),
)
