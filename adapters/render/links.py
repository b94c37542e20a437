"""Links: which addresses may be one, bare addresses in text, and links that say where they lead."""

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import groupby
from urllib.parse import unquote, urlsplit

from markdown_it.common.normalize_url import normalizeLink

from adapters.render.nodes import Document, Mark, Span, Spans, changed, words

_BARE = re.compile(r"\bhttps?://[^\s<>\"'`|\\^{}\u27e8\u27e9]+", re.IGNORECASE)
_MAIL = re.compile(r"[^\s@<>|]+@(?:[\w-]+\.)+[^\W\d_]{2,}")
_DOMAIN = re.compile(r"(?:[\w-]+\.)+[^\W\d_]{2,}")


def scheme(address: str) -> str:
    """What stands before the colon, "" for what is no address."""
    try:
        return urlsplit(address).scheme.lower()
    except ValueError:
        return ""


def linkable(address: str) -> bool:
    """May this be a link? The web and mail only: other schemes start programs."""
    if scheme(address) == "mailto":
        return _MAIL.fullmatch(host(address)) is not None
    return scheme(address) in ("http", "https") and bool(host(address))


def host(address: str) -> str:
    """Where a link leads, as a person should see it: the host, or the mail address."""
    try:
        parts = urlsplit(address)
        return unquote(parts.path) if parts.scheme.lower() == "mailto" else (parts.hostname or "")
    except ValueError:
        return ""


def linked(text: str, marks: frozenset[Mark]) -> Iterator[Span]:
    """`text` with its bare addresses as links."""
    end = 0
    for found in _BARE.finditer(text):
        bare = _trimmed(found[0])
        address = normalizeLink(bare)
        if linkable(address):
            yield Span(text[end : found.start()], marks)
            yield from safe((Span(bare, marks, address),))
            end = found.start() + len(bare)
    yield Span(text[end:], marks)


def _trimmed(address: str) -> str:
    """Without the punctuation of the sentence around it; a closing bracket stays when it was opened."""
    while address and (address[-1] in ".,;:!?*_~]" or (address[-1] == ")" and address.count("(") < address.count(")"))):
        address = address[:-1]
    return address


def masked(spans: Spans) -> bool:
    """Does the text of this link say something else than its address?"""
    return unquote(words(spans)).rstrip("/") not in (unquote(spans[0].link).rstrip("/"), host(spans[0].link))


def disguised(spans: Spans) -> bool:
    """Does the text of this link look like the address of another host?"""
    goal = host(spans[0].link).removeprefix("www.")
    return any(not _same(name, goal) for name in _named(words(spans)))


def _named(text: str) -> Iterator[str]:
    """The hosts that a text seems to name."""
    for word in text.casefold().split():
        if "://" in word:
            yield host(word)
        elif found := _DOMAIN.search(word.partition("/")[0]):
            yield found[0]


def _same(name: str, goal: str) -> bool:
    name = name.removeprefix("www.")
    return name == goal or goal.endswith("." + name)


def with_host(spans: Spans) -> Spans:
    """A link that shows its host behind its text."""
    return *spans, Span(f" ({host(spans[0].link)})", link=spans[0].link)


def safe(spans: Spans) -> Spans:
    """A link as it is, with its host shown if its text claims another one."""
    return with_host(spans) if disguised(spans) else spans


def revealed(document: Document) -> Document:
    """The document with the host shown behind the text of each link that doesn't say it itself."""
    return changed(document, _revealed)


def _revealed(spans: Spans) -> Spans:
    made: list[Span] = []
    for link, group in groupby(spans, key=lambda span: span.link):
        led = tuple(group)
        made += with_host(led) if link and masked(led) and not words(led).endswith(f"({host(link)})") else led
    return tuple(made)


def unlinked(spans: Spans, too_long: Callable[[str], bool]) -> Spans:
    """Links whose address is too long as text, with the address behind it."""
    return tuple(
        replace(span, text=span.text if span.text == span.link else f"{span.text} ({span.link})", link="")
        if span.link and too_long(span.link)
        else span
        for span in spans
    )
