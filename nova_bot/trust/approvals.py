"""Approvals: the card that a person reads, built by code from the call, and whether his word still counts."""

import unicodedata
from collections.abc import Iterator
from datetime import datetime, timedelta

from nova_bot.core.deed import Approval, Word
from nova_bot.core.envelope import Sender, Standing
from nova_bot.core.wording import say
from nova_bot.trust.folded import UNSEEN_LETTERS
from nova_bot.trust.grants import leaves
from nova_bot.trust.policy import Allow, AskFirst, Call, Decision, Reason, Refuse, Target

SHOWN = timedelta(minutes=10)
"""How long a card may be pressed: what it says was true when it was shown."""
PARKED = timedelta(hours=24)
"""How long the run waits for a card, shown anew if need be."""
LONGEST_VALUE = 600
_HIDDEN = frozenset({"Cc", "Cf", "Co", "Cn", "Cs", "Zl", "Zp"})
_LOOK_ALIKES = ("CYRILLIC", "GREEK", "ARMENIAN", "CHEROKEE", "COPTIC", "LISU")
"""Scripts with letters that look like Latin ones."""


def visible(text: str) -> str:
    """`text` with every character named that can't be seen or that turns the line around."""
    return "".join(
        f"<U+{ord(c):04X}>" if c != "\n" and (unicodedata.category(c) in _HIDDEN or _blank(c)) else c for c in text
    )


def _blank(character: str) -> bool:
    return (character.isspace() and character != " ") or character in UNSEEN_LETTERS


def foreign(text: str) -> str:
    """The letters of a Latin text that only look Latin, by their numbers, as in a forged address; "" for none."""
    if not any(c.isascii() and c.isalpha() for c in text):
        return ""
    return " ".join(f"U+{ord(c):04X}" for c in text if unicodedata.name(c, "").startswith(_LOOK_ALIKES))


def cut(text: str) -> str:
    """A long text without its middle, and how long it is."""
    if len(text) <= LONGEST_VALUE:
        return text
    half = LONGEST_VALUE // 2
    return f"{text[:half]}{say('card', 'cut', size=len(text))}{text[-half:]}"


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
    return f"{target.name}: {_line(target.value)} [{target.origin}{source}]{warning}"


def _others(call: Call) -> Iterator[tuple[str, str]]:
    assert call.row is not None
    for name, value in call.args.items():
        if name not in call.row.bound:
            for one in leaves(value):
                yield _line(name), cut(visible(one)).replace("\n", "\n  ")


def _line(text: str) -> str:
    return visible(text).replace("\n", "<U+000A>")


def reason_line(reason: Reason) -> str:
    """Why it is asked or refused, in one sentence, with the claims it is about."""
    about = "; ".join(cut(_line(one)) for one in reason.about)
    return say("trust", reason.why, about=about)


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
    shown = frozenset(approval.reasons)
    return {reason_line(reason) for reason in decision.reasons} <= shown and decision.typed == approval.typed
