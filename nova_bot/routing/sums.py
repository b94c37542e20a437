"""Sums: messages that are nothing but a calculation, such as `34*7+2`."""

import re

LONGEST = 200
"""Characters."""

_SIGNS = re.compile(r"[\d\s.,()%+*/^x×÷−-]+(?P<asks>=?)[\s?]*")
_RECKONS = re.compile(r"[\d)%](?:\s*[+*^×÷]\s*|\sx\s)[-(]*\d")
_PARTED = re.compile(r"\d[^\d]*[-−/][^\d]*\d")


def is_sum(text: str) -> bool:
    """Is there nothing in it but a calculation? `2026-11-27` and `3/4` may be dates, if no `=` follows."""
    found = _SIGNS.fullmatch(text.strip()) if len(text) <= LONGEST else None
    if found is None:
        return False
    return bool(_RECKONS.search(text) or (found["asks"] and _PARTED.search(text)))
