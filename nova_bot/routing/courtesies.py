"""Courtesies: messages that ask for nothing, because they only thank, agree or show a face."""

import re
from functools import cache

from nova_bot.routing.word_lists import any_of, word_lists

LONGEST = 80
"""Characters of the longest courtesy: what is longer says something, and the pattern need not try."""

_SHORTCODE = re.compile(r":[a-z0-9_+'-]+:", re.IGNORECASE)


def wordless(text: str) -> bool:
    """Is there no word in it? Slack writes an emoji as `:+1:`, which is none."""
    return not re.search(r"\w", _SHORTCODE.sub("", text))


def asks_for_nothing(text: str) -> bool:
    """Is it empty of words, or nothing but thanks and agreement?"""
    if wordless(text):
        return True
    bare = _SHORTCODE.sub("", text).replace("’", "'").strip()
    return len(bare) <= LONGEST and _only_courtesies().fullmatch(bare) is not None


@cache
def _only_courtesies() -> re.Pattern[str]:
    return re.compile(rf"(?:\W*\b{any_of(word_lists('address')['courtesies'])}\b)+\W*", re.IGNORECASE)
