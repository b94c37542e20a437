"""Repair: what a model is told about an answer that can't stand, and how the answer is shown if it still can't."""

import tomllib
from collections.abc import Sequence
from functools import cache
from importlib.resources import files

from nova_bot.context.checks import Checked
from nova_bot.context.evidence import Evidence
from nova_bot.core.fault import FaultKind
from nova_bot.core.wording import say

_KEYS = {
    FaultKind.PARTIAL: "partial",
    FaultKind.FAILED_AS_EMPTY: "failed_as_empty",
    FaultKind.NO_RECEIPT: "no_receipt",
}
"""The faults that are worth a second try. A new value is not: it may be right, and is shown as assumed."""

SHOWN_PROBLEMS = 8

MARKED = frozenset({FaultKind.NO_RECEIPT, FaultKind.FAILED_AS_EMPTY})
"""The faults that the shown answer names beside the statement."""


@cache
def _words() -> dict[str, str]:
    text = files("nova_bot.context").joinpath("repair.toml").read_text("utf-8")
    words: dict[str, str] = tomllib.loads(text)["repair"]
    return words


def complaint(checked: Checked, evidence: Evidence) -> str:
    """What to tell the model about `checked`; "" when it can stand, or no second try would help."""
    tools = ", ".join(sorted(evidence.failed))
    found = [
        _words()[_KEYS[each.kind]].format(what=each.what, tools=tools)
        for each in checked.violations
        if each.kind in _KEYS
    ]
    return "\n".join([_words()["intro"], *found, _words()["outro"]]) if found else ""


def wrong_shape(agent: str, problems: Sequence[str]) -> str:
    """What to tell the model about a result that its agent's file does not allow."""
    what = "; ".join(problems[:SHOWN_PROBLEMS])
    return "\n".join([_words()["intro"], _words()["wrong_shape"].format(agent=agent, what=what), _words()["outro"]])


def no_result() -> str:
    """The problem of an answer without the result that is promised."""
    return _words()["no_result"]


def marked(checked: Checked, evidence: Evidence) -> str:
    """The answer as it is shown: what is only claimed, not read or left out says so beside it."""
    text, at = checked.text, 0
    tools = ", ".join(sorted(evidence.failed))
    for n, statement in enumerate(checked.statements):
        found = text.find(statement.text, at)
        if found < 0:
            continue
        at = found + len(statement.text)
        for kind in dict.fromkeys(v.kind for v in checked.violations if v.statement == n):
            if kind in MARKED:
                mark = f" ({say('mark', _KEYS[kind], tools=tools)})"
                text, at = text[:at] + mark + text[at:], at + len(mark)
    missing = ", ".join(v.what for v in checked.violations if v.kind is FaultKind.PARTIAL)
    return f"{text}\n\n{say('mark', 'partial', what=missing)}" if missing else text
