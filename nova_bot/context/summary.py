"""Summary: what was said before the turns that are shown whole. One line per turn, taken from it word for word.

Which turns are shown whole changes only every half window, so that the prompt's beginning stays the same meanwhile.
"""

import re
from functools import lru_cache

from nova_bot.context import sentences, values
from nova_bot.core.claims import ClaimId
from nova_bot.core.text import clip

TURNS = 24
"""How many turns the summary stands for; those before are only counted."""

LONGEST_LINE = 100


def window(total: int, keep: int) -> int:
    """The index of the first turn that is shown whole, of `total`; at most `keep` and at least half of it are."""
    if total <= keep:
        return 0
    step = max(1, keep // 2)
    return -(-(total - keep) // step) * step


def begin(start: int, keep: int, earlier: int) -> int:
    """The index of the first turn the summary stands for; `start` is the first shown whole, `earlier` not at hand."""
    step = max(1, keep // 2)
    return min(start, max(start - max(1, TURNS // step) * step, -(-earlier // step) * step))


def telling(text: str) -> str:
    """The sentence of `text` with the most values, the first of equals; without citations, cut to one line."""
    text = sentences.bare(text)
    said = sentences.split(text)
    if not said:
        return clip(text, LONGEST_LINE)
    best = max(said, key=lambda sentence: len(values.values(sentence.plain)))
    return clip(re.sub(r"~{3,}", "~", best.text), LONGEST_LINE)


@lru_cache(maxsize=8_192)
def line(who: str, claim: ClaimId, text: str) -> str:
    """The line of one turn."""
    return f"- {who} ({claim}): {telling(text)}"
