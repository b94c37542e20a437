"""Secrets: values that Nova holds, and keys that look like keys. Neither leaves, in any form."""

import base64
import codecs
import re
from collections.abc import Iterable, Iterator
from urllib.parse import unquote

from nova_bot.trust.folded import Folded, Span, folded, replaced

MARK = "█████"
"""What stands where a secret was."""

WINDOW = 8
"""So many letters and digits of a secret in a row are a leak."""
SHORTEST = 6
"""A value with fewer letters and digits is no secret that could be looked for."""

_KEYS = re.compile(
    r"-----BEGIN[ A-Z0-9]*PRIVATE KEY-----(?:[\s\S]*?-----END[ A-Z0-9]*PRIVATE KEY-----|[\s\S]*)"
    r"|(?<![A-Za-z0-9])(?:"
    r"sk-[A-Za-z0-9][A-Za-z0-9_-]{18,}|[rsp]k_(?:live|test)_[A-Za-z0-9]{12,}|whsec_[A-Za-z0-9]{16,}"
    r"|xox[a-z](?:\.xox[a-z])?-[A-Za-z0-9-]{10,}|xapp-[A-Za-z0-9-]{10,}|xwfp-[A-Za-z0-9-]{10,}"
    r"|gh[pousr]_[A-Za-z0-9]{20,}|github_pat_[A-Za-z0-9_]{20,}|gl(?:pat|rt|ptt|dt)-[A-Za-z0-9_-]{16,}"
    r"|(?:AKIA|ASIA|ABIA|ACCA)[A-Z0-9]{16}|AIza[A-Za-z0-9_-]{30,}|ya29\.[A-Za-z0-9_-]{20,}|GOCSPX-[A-Za-z0-9_-]{20,}"
    r"|npm_[A-Za-z0-9]{30,}|pypi-[A-Za-z0-9_-]{30,}|hf_[A-Za-z0-9]{30,}|dop_v1_[a-f0-9]{40,}|shpat_[a-f0-9]{30,}"
    r"|SG\.[A-Za-z0-9_-]{16,}\.[A-Za-z0-9_-]{16,}|key-[a-f0-9]{32}|AC[a-f0-9]{32}|sq0[a-z]{3}-[A-Za-z0-9_-]{22,}"
    r"|eyJ[A-Za-z0-9_-]{8,}\.eyJ[A-Za-z0-9_-]{8,}(?:\.[A-Za-z0-9_-]*)?"
    r"|[MNO][A-Za-z0-9_-]{23,27}\.[A-Za-z0-9_-]{6}\.[A-Za-z0-9_-]{27,}"
    r"|AGE-SECRET-KEY-1[A-Z0-9]{50,}|\d{8,10}:AA[A-Za-z0-9_-]{30,}"
    r")"
    r"|hooks\.slack\.com/(?:services|workflows|triggers)/[A-Za-z0-9/_-]+"
    r"|discord(?:app)?\.com/api/(?:v\d+/)?webhooks/\d+/[A-Za-z0-9_-]+"
    r"|(?<=://)[^\s/@:]{1,100}:[^\s/@]{3,200}(?=@)"
)
_ESCAPE = re.compile(
    r"((?:%[0-9A-Fa-f]{2})+)|((?:(?:\\x|0x)[0-9A-Fa-f]{2}[\s,;]*)+)|((?:(?:\\u|%u|U\+)[0-9A-Fa-f]{4}[\s,;]*)+)"
)
_ESCAPING = re.compile(r"[%\\]|0x|U\+")
"""What each of them begins with: found, or not, in a tenth of the time."""
_CODE = re.compile(r"(?:\\x|0x|\\u|%u|U\+)([0-9A-Fa-f]+)")
_TAGS = {0xE0000 + code: code for code in range(0x20, 0x7F)}
"""Letters that no screen shows, and what they say."""
_NO_LETTER = re.compile(rf"[^\w{MARK[0]}]|_")
_TOKEN = re.compile(r"[A-Za-z0-9+/=_%~-]")


class Secrets:
    """Values that must never leave. Nothing of them is shown by `repr`."""

    def __init__(self, values: Iterable[str] = ()) -> None:
        self._forms = {form for value in values for form in _forms(value)}
        sizes = {min(WINDOW, len(form)) for form in self._forms}
        self._windows = {
            size: {form[i : i + size] for form in self._forms for i in range(len(form) - size + 1)} for size in sizes
        }
        for size, windows in self._windows.items():
            if size < WINDOW:  # a short secret is only one as a whole
                windows.intersection_update(self._forms)
        self._pieces = {
            size: {window[i : i + size // 2] for window in windows for i in range(size - size // 2 + 1)}
            for size, windows in self._windows.items()
        }

    def __repr__(self) -> str:
        return "Secrets()"

    def redacted(self, text: str) -> str:
        """`text` with a mark in place of each secret and each key. Doing it twice changes nothing."""
        view = folded(text if text.isascii() else text.translate(_TAGS))
        spans = [view.span(*found.span()) for found in _KEYS.finditer(view.text)]
        spans += self._spans(view)
        if self._windows and _ESCAPING.search(view.text) and _ESCAPE.search(view.text):
            spans += self._spans(_unquoted(view))
        if not spans:
            return text
        return replaced(text, ((span, MARK) for span in _merged(text, spans)))

    def __call__(self, text: str) -> bool:
        """Does a secret stand in `text`?"""
        return self.redacted(text) != text

    def _spans(self, view: Folded) -> list[Span]:
        """Where a part of a registered secret stands."""
        letters = _NO_LETTER.sub("", _lower(view.text)) if self._windows else ""
        found = sorted({(at, size) for size in self._windows for at in self._hits(letters, size)})
        if not found:
            return []
        places = _places(view)
        return [(places[at][0], places[at + size - 1][1]) for at, size in found]

    def _hits(self, letters: str, size: int) -> Iterator[int]:
        """Where windows of this size begin. Each holds a whole one of the pieces that follow each other in a text."""
        half, windows, pieces = size // 2, self._windows[size], self._pieces[size]
        for piece in range(0, len(letters) - half + 1, half):
            if letters[piece : piece + half] in pieces:
                begins = range(max(0, piece + half - size), piece + 1)
                yield from (at for at in begins if letters[at : at + size] in windows)


def _places(view: Folded) -> list[Span]:
    """Where each letter and digit of a view stands in the original."""
    shown = zip(_lower(view.text), view.starts, view.ends, strict=True)
    return [(start, end) for character, start, end in shown if not _NO_LETTER.match(character)]


def _lower(text: str) -> str:
    """Case folded letter by letter, so that places stay."""
    if text.isascii():
        return text.lower()
    return "".join(low if len(low := character.casefold()) == 1 else character for character in text)


def _unquoted(view: Folded) -> Folded:
    """A view in which %41, \\x41, 0x41 and \\u0041 are an A."""
    text, starts, ends = [], [], []
    for found in re.finditer(rf"{_ESCAPE.pattern}|[\s\S]", view.text):
        code = next((group for group in found.groups() if group), "")
        meant = _of_codes(code) if code else found[0]
        start, end = view.span(*found.span())
        for character in meant:
            text.append(character)
            starts.append(start)
            ends.append(end)
    return Folded(view.original, "".join(text), tuple(starts), tuple(ends))


def _of_codes(codes: str) -> str:
    """What a run of escapes of one kind stands for."""
    if codes.startswith("%") and codes[1] not in "uU":
        return unquote(codes)
    return "".join(chr(int(code, 16)) for code in _CODE.findall(codes))


def _merged(text: str, spans: list[Span]) -> list[Span]:
    """Spans widened to the whole token they stand in, those that touch made one."""
    merged: list[Span] = []
    for start, end in sorted(spans):
        while start and _TOKEN.match(text[start - 1]):
            start -= 1
        while end < len(text) and _TOKEN.match(text[end]):
            end += 1
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged


def _forms(value: str) -> set[str]:
    """The letters and digits of a value as they may be written: plain, rot13, hex, base64, base32, backwards too."""
    raw = value.strip()
    if len(_alnum(raw)) < SHORTEST:
        return set()
    data = raw.encode("utf-8", "replace")
    written = {raw, codecs.encode(raw, "rot13"), data.hex(), data[::-1].hex(), raw.encode("utf-16-le", "replace").hex()}
    for inner in (data, data[::-1], data.hex().encode()):
        written.update(_in_base64(inner))
    written |= {one[::-1] for one in written}
    for shift in range(5):
        coded = base64.b32encode(bytes(shift) + data).rstrip(b"=").decode()
        written.add(coded[(0, 2, 4, 5, 7)[shift] : len(coded) - bool((shift + len(data)) % 5)])
    return {form for form in map(_alnum, written) if len(form) >= SHORTEST}


def _in_base64(data: bytes) -> Iterator[str]:
    """What `data` is in base64, wherever in a longer text it begins; letters that depend on its neighbours left out."""
    for shift in range(3):
        coded = base64.b64encode(bytes(shift) + data).rstrip(b"=").decode()
        inside = coded[(0, 2, 3)[shift] : len(coded) - bool((shift + len(data)) % 3)]
        yield from (inside, inside.translate(str.maketrans("+/", "-_")))


def _alnum(text: str) -> str:
    return _NO_LETTER.sub("", _lower(folded(text).text))
