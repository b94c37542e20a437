"""Explicit addresses: `/agent x …`, `!agent x`, `x: …`; and the words by which a message calls Nova."""

import re
from collections.abc import Collection
from dataclasses import dataclass

_MENTION = re.compile(
    r"^\s*(?:(?:hey|hi|hello|ok|okay|yo|hallo|hola|salut|bonjour)[\s,]+)?(?:<@[!\w|.-]+>|@?nova\b)[\s,:;!.–-]*",
    re.IGNORECASE,
)
_COMMAND = re.compile(r"^[/!]agent\s+@?(?P<name>[\w-]+)[\s,:]*(?P<rest>.*)$", re.IGNORECASE | re.DOTALL)
_PREFIX = re.compile(r"^@?(?P<name>[A-Za-z][\w-]*)\s*:\s+(?P<rest>\S.*)$", re.DOTALL)


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

    A command with an unknown name is an address too, so that it can be answered with the nearest names. `Draft: …`
    with a capital is a heading, not an address, unless the name has a hyphen, which no heading has.
    """
    bare = without_mention(text)
    command = _COMMAND.match(bare)
    if command:
        name = command["name"].casefold()
        return Address(name, command["rest"].strip(), name in names)
    prefix = _PREFIX.match(bare)
    if prefix and prefix["name"].casefold() in names and (prefix["name"].islower() or "-" in prefix["name"]):
        return Address(prefix["name"].casefold(), prefix["rest"].strip(), known=True)
    return None


def chosen(text: str, choices: Collection[str]) -> str | None:
    """Which of our `choices` an answer takes: its number, its name, or a name with a few polite words around it."""
    options = list(choices)
    plain = without_mention(text).strip(" .!?\"'`*").casefold()
    if plain.isdecimal() and 1 <= int(plain) <= len(options):
        return options[int(plain) - 1]
    named = [option for option in options if re.search(rf"(?<![\w-]){re.escape(option.casefold())}(?![\w-])", plain)]
    return named[0] if len(named) == 1 and len(plain.split()) <= len(named[0].split()) + 3 else None
