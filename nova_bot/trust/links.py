"""Addresses in a text: which there are, which may stay links, and the others as text that nothing opens.

An address is whatever a platform might make clickable or fetch: any scheme, a bare host, a mail address, a number.
"""

import re
from collections.abc import Collection
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from importlib.resources import files

from nova_bot.trust.folded import each, folded
from nova_bot.trust.secrets import MARK

_OPAQUE = (
    "mailto|tel|sms|smsto|callto|facetime|facetime-audio|skype|sip|sips|xmpp|whatsapp|tg|javascript|vbscript|data|blob|"
    "file|magnet|geo|bitcoin|ethereum|lightning|intent|market|itms|itms-apps|steam|spotify|zoommtg|msteams|slack|"
    "discord|vscode|ms-[a-z]+|view-source|chrome|webcal|irc"
)
_END = r"\s<>\"`"
_HOST = r"(?:[^\W_][\w-]{0,62}\.){1,127}(?:xn--[a-z0-9-]{1,59}|[^\W\d_]{2,63})(?!-?[^\W_])\.?"
_REST = rf"(?::\d{{1,5}}(?!\d))?(?:[/?#][^{_END}]*)?"
_FOUND = re.compile(
    rf"(?P<scheme>(?<![a-z0-9+])(?:[a-z][a-z0-9+.-]{{1,30}}:[/\\]{{1,}}[^{_END}]+|(?:{_OPAQUE}):[^{_END}]+))"
    rf"|(?P<bare>(?<![^\W_])(?://)?(?:[\w.+%-]{{1,64}}@)?{_HOST}{_REST})"
    rf"|(?P<number>(?<![\w.])(?:[\w.+%-]{{1,64}}@)?(?:\d{{1,3}}\.){{3}}\d{{1,3}}(?![\w.]){_REST})",
    re.IGNORECASE,
)
_MAY_HOLD_ONE = re.compile(r"[.:]\S")
_LABEL = r"(?:[^\[\]]|\[[^\[\]]*\])*"
_GOAL = r"<[^<>\n]*>|[^\s()<>]*(?:\([^\s()]*\)[^\s()]*)*"
_TITLE = r"(?:\s+(?:\"[^\"]*\"|'[^']*'|\([^()]*\)))?"
_MASKED = re.compile(
    rf"(?P<picture>!?)\[(?P<label>{_LABEL})\]\(\s*(?P<goal>{_GOAL}){_TITLE}\s*\)"
    r"|<(?P<slack_goal>[^\s<>|!@#][^\s<>|]*)\|(?P<slack_label>[^<>\n]*)>"
    rf"|^(?P<indent>[ >]*)\[(?P<name>[^\[\]\n]+)\]:\s*(?P<defined>{_GOAL}){_TITLE}",
    re.MULTILINE,
)
_PAGE = re.compile(r"https://(?P<host>[A-Za-z0-9.-]+)(?:/[A-Za-z0-9._~/-]*)?")
_TRAILING = ".,;:!?*_~'’”)]}"
_PROGRAM_FILES = frozenset(
    {"cc", "md", "pl", "pm", "ps", "py", "rs", "sh", "so", "tf", "app", "bat", "cfg", "java", "mov", "zip"}
)
"""Endings of file names that are also top-level domains."""


@cache
def _top_levels() -> frozenset[str]:
    lines = files("nova_bot.trust").joinpath("tlds.txt").read_text("utf-8").splitlines()
    return frozenset(line for line in lines if not line.startswith("#"))


@dataclass(frozen=True, slots=True)
class Address:
    """An address as it is compared, and as it was written. `host` is the true one, in ASCII; `user` is of mail only."""

    text: str
    written: str
    scheme: str
    host: str
    rest: str
    user: str = ""

    @property
    def plain(self) -> str:
        """As text that no platform makes a link of: where it leads, and that there was more."""
        if MARK in self.text:
            return MARK
        shown = re.sub(r"[^\w.:-]", "", self.host)
        lead = "" if self.scheme in ("", "http", "https", "mailto") else f"{self.scheme}: "
        host = shown.replace(".", "[.]").replace(":", "[:]")
        user = re.sub(r"[^\w.+@-]", "", self.user)
        user = user.replace(".", "[.]") if addresses(user.rstrip("@")) else user
        return f"{lead}{user}{host}{'/…' if self.rest.strip('/') else ''}" if host else f"{lead}…"


@lru_cache(maxsize=4_096)
def addresses(text: str, *, careful: bool = True) -> tuple[Address, ...]:
    """Every address in a text, those behind labels too; names of program files only if `careful`."""
    view = folded(text)
    found = []
    for hit in _FOUND.finditer(view.text) if _MAY_HOLD_ONE.search(view.text) else ():
        start, end = hit.start(), hit.start() + len(_trimmed(hit[0]))
        address = _address(view.text[start:end], view.written(start, end), hit.lastgroup or "", careful=careful)
        if address:
            found.append(address)
    return tuple(found)


def may_hold_one(text: str) -> bool:
    """Can an address stand in it letter by letter? A quick look, which passes over most texts."""
    return _MAY_HOLD_ONE.search(text) is not None


def exact(texts: Collection[str]) -> frozenset[str]:
    """The addresses in these texts, letter by letter: what may be repeated as a link."""
    return frozenset(one.written for text in texts for one in addresses(text) if one.written == one.text)


def on_hosts(address: Address, hosts: Collection[str]) -> bool:
    """Is it a plain page of one of these hosts: https, no query, no user, no port?"""
    page = _PAGE.fullmatch(address.written)
    return page is not None and page["host"].lower() in hosts


@dataclass(frozen=True, slots=True)
class Rule:
    """Which addresses may stay: those written exactly so in `exact`, pages of `hosts`, or with `all` every one.

    `careful`: names of program files count as addresses too.
    """

    exact: frozenset[str] = frozenset()
    hosts: frozenset[str] = frozenset()
    all: bool = False
    careful: bool = True

    def admits(self, address: Address) -> bool:
        """May this one stay a link? What a secret was taken out of leads nowhere any more."""
        if MARK in address.text:
            return False
        return self.all or address.written in self.exact or on_hosts(address, self.hosts)


def without_pictures_and_masks(text: str, rule: Rule) -> str:
    """Each label shows the host it leads to; a label that looks like an address goes, and so does every picture."""
    return each(_MASKED, folded(text), lambda hit: _unmasked(hit, rule))


def _unmasked(hit: re.Match[str], rule: Rule) -> str | None:
    goal = (hit["goal"] or hit["slack_goal"] or hit["defined"] or "").strip("<>")
    address = _whole(goal)
    if hit["picture"]:
        return _label(hit["label"], rule) or "…"
    if address is None:
        return None
    named = hit["label"] or hit["slack_label"] or hit["name"] or ""
    label = _label(named.removesuffix(f" ({address.host})"), rule)
    if not rule.admits(address):
        return f"{hit['indent'] or ''}{label} ({address.plain})" if label else f"{hit['indent'] or ''}{address.plain}"
    if hit["name"]:
        return f"{hit['indent']}{label or address.host}: {goal}"
    if address.scheme not in ("http", "https", "mailto"):
        return f"{label} ({goal})" if label else goal
    return f"[{label} ({address.host})]({goal})" if label else f"<{goal}>"


def _label(text: str, rule: Rule) -> str:
    """A label without what would break out of it; "" when it looks like an address."""
    inner = without_pictures_and_masks(text, rule)
    plain = " ".join(inner.translate({ord(c): " " for c in "[]|<>`\\"}).split())
    return "" if addresses(plain, careful=rule.careful) else plain


def _whole(goal: str) -> Address | None:
    """The address that a label leads to; None for what is no address."""
    view = folded(goal)
    hit = _FOUND.match(view.text)
    return _address(view.text, goal, hit.lastgroup or "", careful=True) if hit else None


def plain_addresses(text: str, rule: Rule) -> str:
    """The text with each address that may not stay one as plain text."""
    view = folded(text)
    rest = _MASKED.sub(lambda hit: " " * len(hit[0]) if _settled(hit, rule) else hit[0], view.text)
    view = replace(view, text=rest)

    def change(hit: re.Match[str]) -> str | None:
        size = len(_trimmed(hit[0]))
        written = view.written(hit.start(), hit.start() + size)
        address = _address(hit[0][:size], written, hit.lastgroup or "", careful=rule.careful)
        if address is None or rule.admits(address):
            return None
        return address.plain + hit[0][size:]

    return each(_FOUND, view, change)


def _settled(hit: re.Match[str], rule: Rule) -> bool:
    """Is it a link that may stay and says where it leads?"""
    address = _whole((hit["goal"] or "").strip("<>"))
    return address is not None and rule.admits(address) and hit["label"].endswith(f" ({address.host})")


def _trimmed(address: str) -> str:
    """Without the punctuation of the sentence around it; a bracket stays when it was opened inside."""
    while address and address[-1] in _TRAILING:
        opening = {")": "(", "]": "[", "}": "{"}.get(address[-1])
        if opening and address.count(opening) >= address.count(address[-1]):
            break
        address = address[:-1]
    return address


def _address(text: str, written: str, kind: str, *, careful: bool) -> Address | None:
    """What was found, taken apart. None for a word with a dot in it that is no host."""
    scheme, _, behind = text.partition(":") if kind == "scheme" else ("", "", text)
    scheme = scheme.lower()
    body = behind.replace("\\", "/").lstrip("/")
    if scheme in ("tel", "sms", "data", "javascript", "vbscript", "blob") or (kind == "scheme" and not body):
        return Address(text, written, scheme, "", body)
    user, host, rest = _parted(body)
    mail = bool(user) and scheme in ("", "mailto")
    ascii_host = _in_ascii(host)
    if kind == "bare" and not _is_host(host, ascii_host, rest, mail=mail, careful=careful):
        return None
    return Address(text, written, scheme, ascii_host, rest, f"{user}@" if mail else "")


def _parted(body: str) -> tuple[str, str, str]:
    """User, host, and what follows."""
    size = next((n for n, c in enumerate(body) if c in "/?#|"), len(body))
    user, _, host = body[:size].rpartition("@")
    name, colon, port = host.rpartition(":")
    if colon and port.isdigit() and (name.endswith("]") or ":" not in name):
        return user, name.strip("[]").rstrip("."), f":{port}{body[size:]}"
    return user, host.strip("[]").rstrip("."), body[size:]


def _in_ascii(host: str) -> str:
    """As the network sees it: letters of other scripts as punycode."""
    if host.isascii():
        return host
    try:
        return host.encode("idna").decode("ascii")
    except UnicodeError:
        return host.encode("ascii", "backslashreplace").decode("ascii").replace("\\", "")


def _is_host(host: str, ascii_host: str, rest: str, *, mail: bool, careful: bool) -> bool:
    labels = ascii_host.lower().split(".")
    if labels[-1] not in _top_levels():
        return False
    a_file = labels[-1] in _PROGRAM_FILES and not rest and not mail and not host.lower().startswith("www.")
    return careful or not a_file
