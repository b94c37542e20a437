"""Explicit addresses: `/agent x …`, `!agent x`, `x: …`; and the words by which a message calls Nova."""

import re
from collections.abc import Collection
from dataclasses import dataclass
from difflib import get_close_matches

_MENTION = re.compile(
    r"^\s*(?:(?:hey|hi|hello|ok|okay|yo|hallo|hola|salut|bonjour)[\s,]+)?(?:<@[!\w|.-]+>|@?nova\b)[\s,:;!.–-]*",
    re.IGNORECASE,
)
_COMMAND = re.compile(r"^[/!]agent\s+@?(?P<name>[\w-]+)[\s,:]*(?P<rest>.*)$", re.IGNORECASE | re.DOTALL)
_PREFIX = re.compile(r"^@?(?P<name>[A-Za-z][\w-]*)\s*:\s+(?P<rest>\S.*)$", re.DOTALL)

SLIP = 0.82
"""How like an agent's name (0 to 1) another one is that must be a slip of the pen."""

SLIPPED = 5
"""Letters of the shortest word that is taken for a slip: shorter ones are too often like another."""


@dataclass(frozen=True, slots=True)
class Address:
    """The name as it was written and the text behind it. `known` is False for a name that no agent has."""

    name: str
    rest: str
    known: bool


def without_mention(text: str) -> str:
    """`text` without a leading call of Nova; the text itself when nothing else is left."""
    return _MENTION.sub("", text, count=1).strip() or text.strip()


def mentions(text: str) -> bool:
    """Does a text hold a written mention, `@nova`, wherever it stands?"""
    return re.search(r"(?<!\w)@nova\b", text, re.IGNORECASE) is not None


def explicit(text: str, names: Collection[str]) -> Address | None:
    """The agent that the person named at the start, if any.

    A command with an unknown name is an address too, and so is a slip of a name before a colon, so that they can be
    answered with the nearest names. `Draft: …` with a capital is a heading, not an address, unless the name has a
    hyphen, which no heading has.
    """
    bare = without_mention(text)
    command = _COMMAND.match(bare)
    if command:
        name = command["name"].casefold()
        return Address(name, command["rest"].strip(), name in names)
    prefix = _PREFIX.match(bare)
    if prefix is None or not (prefix["name"].islower() or "-" in prefix["name"]):
        return None
    name = prefix["name"].casefold()
    known = name in names
    return Address(name, prefix["rest"].strip(), known) if known or slipped(name, names) else None


def slipped(name: str, names: Collection[str]) -> bool:
    """Is `name` one of `names` with a slip? A short word, or one that only begins or prolongs a name ("test:",
    "drafts:"), may be meant as that word, unless the name has a hyphen.
    """
    near = get_close_matches(name.replace("_", "-"), names, n=1, cutoff=SLIP)
    if not near or "-" in near[0]:
        return bool(near)
    return len(name) >= SLIPPED and not (near[0].startswith(name) or name.startswith(near[0]))


def chosen(text: str, choices: Collection[str]) -> str | None:
    """Which of our `choices` an answer takes: its number, its name, or a name with a few polite words around it."""
    options = list(choices)
    plain = without_mention(text).strip(" .!?\"'`*").casefold()
    if plain.isdecimal() and 1 <= int(plain) <= len(options):
        return options[int(plain) - 1]
    named = [option for option in options if re.search(rf"(?<![\w-]){re.escape(option.casefold())}(?![\w-])", plain)]
    return named[0] if len(named) == 1 and len(plain.split()) <= len(named[0].split()) + 3 else None
