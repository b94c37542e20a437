"""Discord's Markdown: nearly the standard, without tables and rules, with mentions and previews to be kept quiet."""

import re
from typing import ClassVar

from adapters.render import links, tables
from adapters.render.nodes import Mark, Spans, Table, bold
from adapters.render.writer import INERT, Writer

_SIGNS = re.compile(r"[\\*_~`|\[\]]")
_TOKEN = re.compile(r"<(?=[@#:/&]|a:|t:|id:|sound:|https?:|mailto:)|@(?=everyone|here)", re.IGNORECASE)
_LINE_START = re.compile(r"^(\s*)(#{1,6}|-#|>{1,3}|[-+*]|\d+(?=[.)]))(?=[\s.)])", re.MULTILINE)
_MARKING = "*_~`"


def inert(text: str) -> str:
    """`text` in which no mention, emoji, timestamp or command reference is live."""
    return _TOKEN.sub(rf"\g<0>{INERT}", text)


class DiscordWriter(Writer):
    """Text of a message. Links are written in angle brackets, so that they get no preview."""

    marks: ClassVar = {Mark.BOLD: "**", Mark.ITALIC: "*", Mark.STRIKE: "~~"}

    def text(self, text: str) -> str:
        """Escaped."""
        return _SIGNS.sub(r"\\\g<0>", inert(text))

    def inline_code(self, text: str) -> str:
        """In two backticks where it has one itself."""
        inside = parted(inert(text)).replace("\n", " ")
        return f"`` {inside} ``" if "`" in inside else f"`{inside}`"

    def code(self, text: str, language: str) -> str:
        """In a fence, which nothing inside can end."""
        return f"```{language}\n{fenced(inert(text))}\n```"

    def heading(self, level: int, spans: Spans) -> str:
        """Discord knows three levels."""
        sign = "#" * level + " " if level <= 3 else ""
        return sign + self.spans(spans if sign else bold(spans)).replace("\n", " ")

    def link(self, written: str, spans: Spans, address: str) -> str:
        """An address that says itself stays bare; mail is no link on Discord."""
        if links.scheme(address) == "mailto":
            return written if not links.masked(spans) else f"{written} ({self.text(links.host(address))})"
        goal = web(address)
        return f"[{written.replace(chr(10), ' ')}](<{goal}>)" if links.masked(spans) else f"<{goal}>"

    def table(self, table: Table) -> str:
        """Columns in a fence."""
        drawn = tables.grid(table)
        return self.write(tables.entries(table)) if drawn is None else self.code(drawn, "")

    def line_starts(self, written: str) -> str:
        """A backslash before what would begin a heading, a quote or a list."""
        return _LINE_START.sub(_guarded, written)

    def glue(self, left: str, right: str) -> str:
        """Signs that touch would be read as one, and a sign before a word perhaps as a mention."""
        return INERT if left[-1] in "<@" or (left[-1] in _MARKING and right[0] in _MARKING) else ""


def _guarded(found: re.Match[str]) -> str:
    space, sign = found.groups()
    return f"{space}{sign}\\" if sign.isdigit() else f"{space}\\{sign}"


def fenced(text: str) -> str:
    """Code in which no fence stands."""
    return parted(text) if "```" in text else text


def parted(text: str) -> str:
    """Text in which no two backticks stand together."""
    return re.sub("`(?=`)", f"`{INERT}", text)


def web(address: str) -> str:
    """An address without what would end a link or call everybody."""
    ending = r"[\s<>()\[\]\\`|]|@(?=everyone|here)"
    return re.sub(ending, lambda found: f"%{ord(found[0]):02X}", address, flags=re.IGNORECASE)
