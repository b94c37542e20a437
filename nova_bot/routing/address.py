"""Explicit addresses: `/agent x …`, `x: …`, `ask x …`; and the words by which a message calls Nova."""

import re
from collections.abc import Collection
from dataclasses import dataclass
from difflib import get_close_matches
from functools import lru_cache

from nova_bot.routing.word_lists import any_of, word_lists

_MENTION = re.compile(
    r"^\s*(?:(?:hey|hi|hello|ok|okay|yo|hallo|hola|salut|bonjour)[\s,]+)?(?:<@[!\w|.-]+>|@?nova\b)[\s,:;!.–—-]*",
    re.IGNORECASE,
)
_ALIKE = str.maketrans("‐‑‒–—−－：’‘“”", "-------:''\"\"")
_MARKS = r"[*_`~\"']*"
_NAME = rf"@?{_MARKS}(?P<name>[A-Za-z][\w-]*?){_MARKS}"

SLIP = 0.82
"""How like an agent's name (0 to 1) another one is that must be a slip of the pen."""

SLIPPED = 5
"""Letters of the shortest word that is taken for a slip: shorter ones are too often like another."""


@dataclass(frozen=True, slots=True)
class Address:
    """The agent's name, or what was written for one, and the text behind it. `known` is False for a name that no
    agent has.
    """

    name: str
    rest: str
    known: bool


def alike(text: str) -> str:
    """`text`, letter for letter, with one kind of hyphen, colon and quotation mark."""
    return text.translate(_ALIKE)


def without_mention(text: str) -> str:
    """`text` without a leading call of Nova; the text itself when nothing else is left."""
    return _MENTION.sub("", text, count=1).strip() or text.strip()


def mentions(text: str) -> bool:
    """Does a text hold a written mention, `@nova`, wherever it stands?"""
    return re.search(r"(?<!\w)@nova\b", text, re.IGNORECASE) is not None


def names_nova(text: str) -> bool:
    """Does the bare name stand in it, as in "thanks nova!"?"""
    return re.search(r"(?<![\w-])nova(?![\w-])", text, re.IGNORECASE) is not None


def names_nobody(text: str) -> bool:
    """Is it the command that names an agent, with nothing behind it?"""
    return re.fullmatch(r"[/!]agent[\s:]*", without_mention(text), re.IGNORECASE) is not None


def any_name(names: Collection[str]) -> str:
    """A pattern of the names as people write them: `erp-ar`, `erp_ar`, `erp ar`."""
    return any_of(names).replace(r"\-", r"[\s_-]")


def agent_of(written: str) -> str:
    """The name that is meant by one of those spellings."""
    return re.sub(r"[\s_-]+", "-", written.strip(" _")).casefold()


def explicit(text: str, names: Collection[str]) -> Address | None:
    """The agent that the person named at the start, if any; `rest` is empty where a message only names it.

    A command with an unknown name is an address too, and so is a slip of a name before a colon, so that they can be
    answered with the nearest names. `Draft: …` with a capital is a heading, not an address, unless the name has a
    hyphen, which no heading has. A name without a hyphen is a word like others, so it needs a colon or a
    slash: `@ops` may be a group of people. A message that goes on to name a second agent addresses neither, unless by a
    colon or a command.
    """
    bare = without_mention(text)
    forms = _forms(tuple(names))
    same = alike(bare)
    for form in (forms.command, forms.colon, forms.call):
        found = form.match(same)
        if found and (form is forms.command or _is_address(found, form is forms.colon, forms)):
            return Address(agent_of(found["name"]), bare[found.start("rest") :].strip(), known=True)
    return _unknown(bare, same, names)


@dataclass(frozen=True, slots=True)
class _Forms:
    """What an address looks like: behind a slash, before a colon, or as one is called or asked."""

    command: re.Pattern[str]
    colon: re.Pattern[str]
    call: re.Pattern[str]
    another: re.Pattern[str]


@lru_cache(maxsize=8)
def _forms(names: tuple[str, ...]) -> _Forms:
    lists = word_lists("address")
    polite = rf"(?:{any_of(lists['polite'])}[\s,]+)*"
    given = rf"(?P<given>{polite}{any_of(lists['giving'])}\s+{polite})?"
    name = rf"(?P<at>@)?{_MARKS}(?P<name>{any_name(names)}){_MARKS}(?!-?[^\W_])"
    alone = rf"(?:[\s,]+{any_of(lists['polite'])})*[\s.!?]*$"
    flags = re.IGNORECASE | re.DOTALL
    return _Forms(
        re.compile(rf"^[/!](?:agent\b[\s:]*)?{name}(?=[\s:,]|$)[\s:,-]*(?P<rest>.*)$", flags),
        re.compile(rf"^{given}{name}\s*:{_MARKS}(?P<gap>\s*)(?P<rest>\S.*)$", flags),
        re.compile(
            rf"^(?:(?:hey|hi|hello|hallo|hola|salut)[\s,]+)?{given}{name}"
            rf"(?P<pause>{alone}|\s*,\s*|\s+-+\s+|\s+)(?P<rest>.*)$",
            flags,
        ),
        re.compile(rf"(?<![\w-]){any_name([n for n in names if '-' in n] or names)}(?![\w-])", flags),
    )


def _is_address(found: re.Match[str], colon: bool, forms: _Forms) -> bool:
    """Does a name at the start address its agent, or is it a heading, a topic, one of several names?"""
    written = found["name"]
    hyphened = re.search(r"[_-]", written) is not None
    if colon:
        spelt = written.islower() or hyphened or (" " in written and written.isupper())
        return bool(found["at"] or found["given"] or spelt) and bool(found["gap"] or hyphened)
    if forms.another.search(found["rest"]) or not hyphened:
        return False
    called = bool(found["pause"].strip(" \n\t")) or not found["rest"]
    return called or bool(found["at"]) or bool(found["given"])


def _unknown(bare: str, same: str, names: Collection[str]) -> Address | None:
    """A name that no agent has, where an agent must be meant."""
    found = re.match(rf"^[/!]agent[\s:]+{_NAME}(?=[\s,:]|$)[\s,:]*(?P<rest>.*)$", same, re.IGNORECASE | re.DOTALL)
    if found is None:
        found = re.match(rf"^{_NAME}\s*:{_MARKS}\s+(?P<rest>\S.*)$", same, re.DOTALL)
        if found is None or not (found["name"].islower() or "-" in found["name"]) or not slipped(found["name"], names):
            return None
    return Address(found["name"].casefold(), bare[found.start("rest") :].strip(), known=False)


def slipped(name: str, names: Collection[str]) -> bool:
    """Is `name` one of `names` with a slip? A short word, or one that only begins or prolongs a name ("test:",
    "drafts:"), may be meant as that word, unless the name has a hyphen.
    """
    near = get_close_matches(agent_of(name), names, n=1, cutoff=SLIP)
    if not near or "-" in near[0]:
        return bool(near)
    return len(name) >= SLIPPED and not (near[0].startswith(name) or name.startswith(near[0]))
