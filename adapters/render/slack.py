"""Slack's texts: mrkdwn for messages, standard Markdown for streams, blocks for what is to look well."""

import re
from itertools import groupby
from typing import Any, ClassVar

from adapters.render import links, tables
from adapters.render.discord import fenced, web
from adapters.render.nodes import Block, Code, Document, Mark, Rule, Span, Spans, Table, bold, words
from adapters.render.pages import pages
from adapters.render.writer import INERT, Writer

SECTION_MAX = 3_000
TABLE_ROWS_MAX = 100
TABLE_COLUMNS_MAX = 20

_ENTITIES = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;"})
_SIGN = re.compile(r"(?<!\w)[*_~`](?=\S)|(?<=\S)[*_~`](?!\w)")
_MARKING = "*_~`"


def escaped(text: str) -> str:
    """`text` with the three characters replaced that make everything live in Slack: mentions, links, dates."""
    return text.translate(_ENTITIES)


def escaped_to(text: str, most: int) -> str:
    """`text` escaped, the end of it left out where it is too long, and no escape cut in two."""
    return re.sub(r"&[a-z]{0,3}\Z", "", escaped(text)[:most])


class MrkdwnWriter(Writer):
    """The text of a message, a section or a field."""

    bullet = "• "
    marks: ClassVar = {Mark.BOLD: "*", Mark.ITALIC: "_", Mark.STRIKE: "~"}

    def text(self, text: str) -> str:
        """Escaped; a sign that would set something off is parted from its word."""
        return escaped(_SIGN.sub(rf"{INERT}\g<0>{INERT}", text))

    def inline_code(self, text: str) -> str:
        """Slack has no escape for a backtick in there."""
        return f"`{escaped(text.replace('`', 'ˋ').replace(chr(10), ' '))}`"

    def code(self, text: str, language: str) -> str:  # noqa: ARG002
        """In a fence; Slack shows no language."""
        return f"```\n{escaped(fenced(text))}\n```"

    def heading(self, level: int, spans: Spans) -> str:  # noqa: ARG002
        """Slack has no headings: bold."""
        return self.spans(bold(spans)).replace("\n", " ")

    def quote(self, blocks: Document) -> str:
        """Each line marked; a fence can't stand in a quote."""
        return "\n".join(self._quoted(block) for block in blocks)

    def _quoted(self, block: Block) -> str:
        if isinstance(block, Code | Table):
            return self.block(block)
        return "\n".join(f"> {line}" for line in self.block(block).split("\n"))

    def link(self, written: str, spans: Spans, address: str) -> str:
        """A link with its text, a bare one when the text is the address."""
        goal = escaped(web(address))
        label = written.replace("\n", " ").replace("|", "¦")
        return f"<{goal}|{label}>" if links.masked(spans) or links.scheme(address) == "mailto" else f"<{goal}>"

    def table(self, table: Table) -> str:
        """Columns in a fence."""
        drawn = tables.grid(table)
        return self.write(tables.entries(table)) if drawn is None else self.code(drawn, "")

    def line_starts(self, written: str) -> str:
        """A line that begins with > would be a quote."""
        return re.sub(r"^(\s*)&gt;", rf"\1{INERT}&gt;", written, flags=re.MULTILINE)

    def glue(self, left: str, right: str) -> str:
        """Slack takes a sign for one only at the end of a word."""
        touching = left[-1] in _MARKING or right[0] in _MARKING
        return INERT if touching and _clings(left[-1]) and _clings(right[0]) else ""


def _clings(character: str) -> bool:
    return character.isalnum() or character in _MARKING


def blocks(document: Document) -> tuple[dict[str, Any], ...]:
    """The blocks of a message: sections of mrkdwn, dividers, and the first table as one (Slack takes one a message)."""
    made: list[dict[str, Any]] = []
    first = next((block for block in document if isinstance(block, Table) and _fits(block)), None)
    for kind, group in groupby(document, key=lambda block: "table" if block is first else type(block) is Rule):
        if kind == "table" and first:
            made.append({"type": "table", "rows": [[_cell(cell) for cell in row] for row in (first.head, *first.rows)]})
        elif kind:
            made.append({"type": "divider"})
        else:
            made += (_section(page) for page in pages(tuple(group), MrkdwnWriter().write, SECTION_MAX))
    return tuple(made)


def _section(page: Document) -> dict[str, Any]:
    return {"type": "section", "text": {"type": "mrkdwn", "text": MrkdwnWriter().write(page)}, "expand": True}


def _fits(table: Table) -> bool:
    return len(table.rows) < TABLE_ROWS_MAX and len(table.head) <= TABLE_COLUMNS_MAX


def _cell(spans: Spans) -> dict[str, Any]:
    """Plain text where that says it all, else rich text, in which nothing is live but what is declared."""
    if not any(span.marks or span.link for span in spans):
        return {"type": "raw_text", "text": _parted(words(spans)) or " "}
    return {"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": [_rich(one) for one in spans]}]}


def _parted(text: str) -> str:
    """Raw text is shown as it is; should a client read it as mrkdwn all the same, it finds no token in it."""
    return re.sub(r"<(?=[!@#])", f"<{INERT}", text)


def _rich(span: Span) -> dict[str, Any]:
    style = {str(mark): True for mark in sorted(span.marks)}
    kind = {"type": "link", "url": span.link} if span.link else {"type": "text"}
    return {**kind, "text": span.text, **({"style": style} if style else {})}
