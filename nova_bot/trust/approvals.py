"""Approvals: the card that a person reads, built by code from the call, and whether his word still counts."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from nova_bot.core.deed import Approval, Word
from nova_bot.core.envelope import Sender, Standing
from nova_bot.core.wording import say
from nova_bot.trust.grants import leaves
from nova_bot.trust.policy import Allow, AskFirst, Call, Decision, Reason, Refuse, Target
from nova_bot.trust.visible import cut, foreign, line, visible

SHOWN = timedelta(minutes=10)
"""How long a card may be pressed: what it says was true when it was shown."""
PARKED = timedelta(hours=24)
"""How long the run waits for a card, shown anew if need be."""


def card(call: Call, asked: AskFirst, agent: str, run: str) -> str:
    """What a person agrees to: effect and targets first and whole, then why it is asked, then the other arguments."""
    assert call.row is not None
    lines = [say("card", "head", effect=call.row.effect, tool=call.tool, agent=agent, run=run)]
    lines += [_target(target) for target in asked.targets]
    lines += [f"- {reason_line(reason)}" for reason in asked.reasons]
    lines += [f"{name}: {value}" for name, value in _others(call)]
    if asked.typed:
        lines.append(say("card", "typed", run=run))
    return "\n".join(lines)


def _target(target: Target) -> str:
    source = f", {target.source}" if target.source else ""
    alike = foreign(target.value)
    warning = f" {say('card', 'alphabets', letters=alike)}" if alike else ""
    return f"{target.name}: {line(target.value)} [{target.origin}{source}]{warning}"


def _others(call: Call) -> Iterator[tuple[str, str]]:
    assert call.row is not None
    for name, value in call.args.items():
        if name not in call.row.bound:
            for one in leaves(value):
                yield line(name), cut(visible(one)).replace("\n", "\n  ")


def reason_line(reason: Reason) -> str:
    """Why it is asked or refused, in one sentence, with the claims it is about."""
    return say("trust", reason.why, about="; ".join(cut(line(one)) for one in reason.about))


def refusal(approval: Approval, by: Sender, typed: str, press: str, now: datetime) -> str:
    """Why this person's word doesn't count, in words for him; "" when it does. It fails closed."""
    if by.standing is not Standing.OWNER or by.person != approval.who:
        return say("card", "not_yours")
    if approval.word is not Word.OPEN and approval.press != press:
        return say("card", "decided")
    if now >= approval.until:
        return say("card", "over")
    if approval.typed and "".join(typed.split()) != approval.typed:
        return say("card", "type_it", run=f"r{approval.run}")
    return ""


def stands(approval: Approval, decision: Decision, sha: str) -> bool:
    """Does a Yes still cover the call? Not with other arguments, nor with a reason that the card didn't show."""
    if approval.word is not Word.YES or approval.sha != sha or isinstance(decision, Refuse):
        return False
    if isinstance(decision, Allow):
        return True
    return {*map(reason_line, decision.reasons)} <= {*approval.reasons} and decision.typed == approval.typed
