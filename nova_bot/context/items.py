"""Items: how each thing is put into words for an agent. Whatever others wrote stands inside a fence.

What agents wrote is shown without their citations: those name claims that this pack need not show. People's words and
what tools returned stay as they are.
"""

import re
from collections.abc import Iterable, Sequence
from datetime import datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

from nova_bot.context import handoff as handoffs
from nova_bot.context import summary as summaries
from nova_bot.context.budget import estimate_tokens
from nova_bot.context.lacking import lacking
from nova_bot.context.sentences import bare
from nova_bot.core.claims import Basis, Claim, ClaimId, Status
from nova_bot.core.conversation import Asking, Conversation, Turn
from nova_bot.core.envelope import Quoted
from nova_bot.core.outcome import HandOff
from nova_bot.core.pack import Item, ItemKind, LeftOut
from nova_bot.core.run import Run
from nova_bot.core.text import clip
from nova_bot.core.wording import say

LONGEST_NAME = 60
_LIVE, _ASSUMED = Status.LIVE, Basis.ASSUMED

_TILDES = re.compile("~+")


def fenced(text: str) -> str:
    """`text` between ~~~ lines longer than any that stand in it: nothing inside can end the fence."""
    longest = max(map(len, _TILDES.findall(text)), default=0) if "~" in text else 0
    fence = "~" * max(3, longest + 1)
    return f"{fence}\n{text}\n{fence}"


def item(kind: ItemKind, text: str, why: str, claims: Iterable[ClaimId] = ()) -> Item:
    """An item with its size."""
    return Item(kind, text, why, estimate_tokens(text), tuple(claims))


def request(run: Run) -> Item:
    """What is asked, word for word."""
    told = run.claims[0].id
    slots = [claim.id for claim in run.claims if claim.step == 0 and claim.value]
    return item(ItemKind.REQUEST, f"Request ({told}):\n{run.route.request}", say("why_in", "request"), [told, *slots])


def now(at: datetime, tz: str) -> Item:
    """The time at the owner's place, to the minute."""
    return _now(at.replace(second=0, microsecond=0), tz)


@lru_cache(maxsize=16)
def _now(at: datetime, tz: str) -> Item:
    local = at.astimezone(ZoneInfo(tz))
    return item(ItemKind.NOW, f"Now: {local:%A %Y-%m-%d %H:%M} ({tz})", say("why_in", "now"))


def asked(conversation: Conversation) -> list[Item]:
    """The agent's own open question, or what Nova asked for it, if the request answers it."""
    question = conversation.question
    if question is None or question.asking not in (Asking.AGENT, Asking.UNCLEAR):
        return []
    text = f"You asked:\n{fenced(question.text)}\nabout this request:\n{fenced(question.request)}"
    return [item(ItemKind.QUESTION, text, say("why_in", "question"))]


def brief(run: Run) -> list[Item]:
    """The last hand-off. It shows the claims that stand in its task."""
    if not run.hand_offs:
        return []
    step = next(step for step in reversed(run.steps) if isinstance(step.outcome, HandOff))
    handoff = run.hand_offs[-1]
    lines = [f"Handed over by {step.agent}.", f"Task: {handoff.task}", f"Done when: {handoff.done_when}"]
    lines += [f"Could not: {text}" for text in handoff.could_not]
    lines += [f"Open: {text}" for text in handoff.open]
    told = fenced(bare("\n".join(lines)))
    stated = [claim.id for claim in run.claims if claim.step == step.n and claim.subject == handoffs.TASK]
    return [item(ItemKind.HAND_OFF, told, say("why_in", "hand_off", agent=step.agent), stated)]


def passed_on(claim: Claim, agent: str, old: str = "") -> Item:
    """A claim of a hand-off. `old` says how old it is, if it is out of date."""
    return _passed_on(claim.id, _standing(claim), claim.text, agent, old)


@lru_cache(maxsize=4_096)
def _passed_on(claim: ClaimId, standing: str, text: str, agent: str, old: str) -> Item:
    shown = f"{claim} ({standing}, from {agent}{_old(old)}):\n{fenced(bare(text))}"
    return item(ItemKind.CLAIM, shown, say("why_in", "claim", agent=agent), [claim])


def needed(claim: Claim, old: str = "") -> Item:
    """A claim of this room that the agent asks for."""
    text = f"{claim.subject}, {claim.id} ({_standing(claim)}{_old(old)}):\n{fenced(bare(claim.text))}"
    return item(ItemKind.NEEDED, text, say("why_in", "needed", subject=claim.subject), [claim.id])


def note(claim: Claim) -> Item:
    """A note of the person that fits the request."""
    return item(ItemKind.NOTE, f"Note, {claim.id}:\n{fenced(bare(claim.text))}", say("why_in", "note"), [claim.id])


def quoted(claim: Claim, what: Quoted) -> Item:
    """A text that came along with the message."""
    text = f"{clip(what.author, LONGEST_NAME)}: {what.text}" if what.author else what.text
    said = f"{say('quoted', what.kind)} ({claim.id}):\n{fenced(text)}"
    return item(ItemKind.QUOTED, said, say("why_in", "quoted"), [claim.id])


def left_out(no_room: Sequence[LeftOut]) -> Item:
    """What the agent is not shown because it does not fit."""
    return item(ItemKind.LEFT_OUT, say("lacking", "told_agent", what=lacking(no_room)), say("why_in", "left_out"))


def stub(kind: ItemKind, what: str, why: str) -> Item:
    """What stands in the place of something the agent may not see."""
    return item(kind, f"({what} is not shown: {why})", why)


def turn(said: Turn, old: str = "") -> Item:
    """A turn. What people call themselves is theirs to choose, so it stands inside the fence.

    `old` says when it was so, if it is out of date; no age, which would be another one in every pack.
    """
    return _turn(said.agent, said.speaker, said.claim.id, said.claim.text, said.claim.status, old)


@lru_cache(maxsize=4_096)
def _turn(agent: str, speaker: str, claim: ClaimId, text: str, status: Status, old: str) -> Item:
    if agent:
        text = bare(text)
    if speaker:
        text = f"{clip(speaker, LONGEST_NAME)}: {text}"
    mark = _old(old) if status is Status.LIVE else f"; {say('status', status)}"
    shown = f"Earlier, {agent or 'a person'} said ({claim}{mark}):\n{fenced(text)}"
    return item(ItemKind.TURN, shown, say("why_in", "turn"), [claim])


def summary(turns: Sequence[Turn]) -> Item:
    """A line for each of `turns`; what no longer holds has none."""
    live = [turn for turn in turns if turn.claim.status is _LIVE]
    told = "\n".join([summaries.line(turn.agent or "a person", turn.claim.id, turn.claim.text) for turn in live])
    text = f"Before that, in short:\n{fenced(told)}"
    return item(ItemKind.SUMMARY, text, say("why_in", "summary", n=len(turns)), [turn.claim.id for turn in live])


def _standing(claim: Claim) -> str:
    return "assumed, not checked" if claim.basis is _ASSUMED else str(claim.basis)


def _old(old: str) -> str:
    return f"; {old}" if old else ""
