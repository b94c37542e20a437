"""Notices: what the owner is told beside an answer: what was tried without a grant, and what may have happened."""

from collections import Counter
from collections.abc import Iterable

from nova_bot.core.deed import Deed, DeedState
from nova_bot.core.text import clip
from nova_bot.core.wording import say
from nova_bot.trust.grants import leaves
from nova_bot.trust.visible import visible

LONGEST_TARGET = 80


def notices(deeds: Iterable[Deed]) -> list[str]:
    """One line per tool for what was refused, the others counted; one per deed that nobody knows the end of."""
    kept = list(deeds)
    refused = [deed for deed in kept if deed.state is DeedState.REFUSED]
    tries = Counter(deed.tool for deed in refused)
    first = {deed.tool: deed for deed in reversed(refused)}
    lines = [_refused(first[tool], count) for tool, count in sorted(tries.items())]
    return lines + [say("notice", "unknown", tool=d.tool, call=d.key) for d in kept if d.state is DeedState.UNKNOWN]


def _refused(deed: Deed, tries: int) -> str:
    values = [one for value in deed.args.values() for one in leaves(value)]
    target = clip(visible(values[0]).replace("\n", " ") if values else "", LONGEST_TARGET)
    more = say("notice", "more", count=tries - 1) if tries > 1 else ""
    return say("notice", "refused", agent=deed.agent, tool=deed.tool, target=target, more=more)
