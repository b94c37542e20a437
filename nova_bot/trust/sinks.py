"""Sinks: what may leave, and in which form. One filter under every outbound path, pure, so that each can be tested.

Who may read it comes first. Then secrets are taken out, pictures dropped, labels made to say where they lead, and
addresses turned into plain text unless they were received exactly so. Escaping for a platform is not done here: that
is the writers' work, last and once.
"""

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from nova_bot.core.labels import Integrity, Label
from nova_bot.core.readers import Readers, all_within
from nova_bot.trust import links
from nova_bot.trust.secrets import Secrets

LONGEST_NAME = 80
SHORT = 64
"""Characters of a text whose filtered form is remembered."""
PASSES = 6
"""What is taken out may leave something that now looks like an address; a text needs two passes, a hostile one more."""
_MARKUP = re.compile(r"([\\`*_\[\]|<>~@&])")
_GROWING = re.compile(r"\[[^\]\n]{0,2000}\Z|\[[^\[\]\n]{0,2000}\]\([^()\n]{0,2000}\Z|<[^<>\n]{0,2000}\Z|\S+\Z")
_URL_FIELD = re.compile(r"(?:^|_)(?:url|uri|href|src|link|icon|thumbnail|proxy_url|ref)$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Facts:
    """What code knows when words leave. `exact` are addresses as the owner or a shown source wrote them; `hosts` the
    allow-list of the settings.
    """

    exact: frozenset[str] = frozenset()
    hosts: frozenset[str] = frozenset()
    secrets: Secrets = field(default_factory=Secrets)


@dataclass(frozen=True, slots=True)
class Deliver:
    """It may leave, in this form."""

    text: str


@dataclass(frozen=True, slots=True)
class Refuse:
    """It may not: `why` is a key of the section `sink` of the wording."""

    why: str


def received(said: Iterable[str], sources: Iterable[str], label: Label) -> frozenset[str]:
    """The addresses that may stay links: in the owner's words, and in what was shown if nothing secret was in view."""
    return links.exact([*said, *(() if label.secret else sources)])


def filtered(
    text: str, label: Label, facts: Facts, readers: Readers | None, audience: Collection[Readers | None]
) -> Deliver | Refuse:
    """What becomes of `text` at a sink with these `readers`.

    `audience` holds, for each place of the label's audience, who can read it. None is a lookup that failed.
    """
    known = [place for place in audience if place is not None]
    if readers is None or len(known) < len(audience):
        return Refuse("unknown_readers")
    if not all_within(readers, known):
        return Refuse("audience")
    return Deliver(clean(text, label, facts))


def clean(text: str, label: Label, facts: Facts) -> str:
    """`text` without secrets, pictures, lying labels and addresses nobody gave. Cleaning twice changes nothing."""
    rule = links.Rule(facts.exact, facts.hosts, label.integrity >= Integrity.DIRECTORY, careful=label.secret)
    return (_cleaned_once if len(text) <= SHORT else _cleaned)(text, rule, facts.secrets)


def _cleaned(text: str, rule: links.Rule, secrets: Secrets) -> str:
    for _ in range(PASSES):
        made = secrets.redacted(text)
        made = links.plain_addresses(links.without_pictures_and_masks(made, rule), rule)
        if made == text:
            break
        text = made
    return text


_cleaned_once = lru_cache(maxsize=512)(_cleaned)
"""The labels of buttons are few, and filtered with each message that carries them."""


def growing(text: str) -> str:
    """The part of an unfinished text that can't turn into something else: no half word, label or token."""
    while found := _GROWING.search(text):
        text = text[: found.start()]
    return text


def line(text: str, label: Label, facts: Facts) -> str:
    """A text of one line, for a button or a file's name."""
    return " ".join(clean(text, label, facts).split())


def literal(name: str) -> str:
    """A name that its bearer chose, as Markdown that shows it letter by letter and does nothing."""
    plain = links.plain_addresses(" ".join(name.split())[:LONGEST_NAME], links.Rule())
    return _MARKUP.sub(r"\\\1", plain)


def words_of(element: Mapping[str, Any]) -> str:
    """What a rich element says, as text: no picture, and no field that holds an address."""
    return "\n\n".join(_texts(element))


def _texts(value: object, key: str = "") -> Iterable[str]:
    match value:
        case str():
            if key in ("text", "alt_text", "title", "description", "content", "value", "name", "fallback", "pretext"):
                yield value
        case Mapping():
            for name, inner in value.items():
                if not _URL_FIELD.search(str(name)):
                    yield from _texts(inner, str(name))
        case list() | tuple():
            for inner in value:
                yield from _texts(inner, key)
