"""What all writers share: blocks below each other, marks that nest, escaping done once, at the very end of a leaf."""

from abc import ABC, abstractmethod
from itertools import takewhile
from typing import ClassVar

from adapters.render.nodes import (
    Block,
    Code,
    Document,
    Heading,
    Item,
    Listing,
    Mark,
    Paragraph,
    Quote,
    Rule,
    Span,
    Spans,
    Table,
)

INERT = "\u200b"
"""A blank of no width: it parts what a platform would read as one token."""


class Writer(ABC):
    """Writes a document as one text for one platform."""

    bullet = "- "
    rule = "─" * 12
    marks: ClassVar[dict[Mark, str]] = {}

    def write(self, document: Document) -> str:
        """The text to send. Nothing that stands in a span or in code is live in it but links."""
        return "\n\n".join(filter(None, map(self.block, document)))

    def block(self, block: Block) -> str:
        """One block."""
        match block:
            case Paragraph(spans):
                return self.line_starts(self.spans(spans))
            case Heading(level, spans):
                return self.heading(level, spans)
            case Code(text, language):
                return self.code(text, language)
            case Quote(blocks):
                return self.quote(blocks)
            case Listing(items, start):
                return "\n".join(self._item(item, self._bullet(n, start)) for n, item in enumerate(items))
            case Table():
                return self.table(block)
            case Rule():
                return self.rule

    def quote(self, blocks: Document) -> str:
        """Somebody's words, each line marked."""
        return "\n".join(f"> {line}" for line in self.write(blocks).split("\n"))

    def spans(self, spans: Spans) -> str:
        """A run of text, its marks opened and closed in the order that needs the fewest."""
        return self._marked(spans, frozenset())

    @abstractmethod
    def text(self, text: str) -> str:
        """A leaf of text, escaped."""

    @abstractmethod
    def inline_code(self, text: str) -> str:
        """A leaf of code within a line."""

    @abstractmethod
    def code(self, text: str, language: str) -> str:
        """A block of code."""

    @abstractmethod
    def heading(self, level: int, spans: Spans) -> str:
        """A heading."""

    @abstractmethod
    def link(self, written: str, spans: Spans, address: str) -> str:
        """A link; `written` is its text as this writer writes it."""

    @abstractmethod
    def table(self, table: Table) -> str:
        """A table."""

    def line_starts(self, written: str) -> str:
        """Running text whose lines must not begin like another kind of block."""
        return written

    def glue(self, left: str, right: str) -> str:  # noqa: ARG002
        """What must stand between two differently marked pieces, usually nothing."""
        return ""

    def _bullet(self, n: int, start: int | None) -> str:
        return self.bullet if start is None else f"{start + n}. "

    def _item(self, item: Item, bullet: str) -> str:
        lines = "\n".join(filter(None, map(self.block, item.blocks))).split("\n")
        first = " " * len(bullet) if item.continued else bullet
        return "\n".join([first + lines[0], *(line and " " * len(bullet) + line for line in lines[1:])])

    def _marked(self, spans: Spans, done: frozenset[str]) -> str:
        """Spans with the marks in `done` written already."""
        pieces: list[str] = []
        while spans:
            mark, length = _outermost(spans, done)
            inside = spans[:length]
            pieces.append(self._wrapped(mark, inside, done) if mark else self._leaf(inside[0]))
            spans = spans[length:]
        written = ""
        for piece in pieces:
            written += (self.glue(written, piece) if written and piece else "") + piece
        return written

    def _leaf(self, span: Span) -> str:
        return self.inline_code(span.text) if Mark.CODE in span.marks else self.text(span.text)

    def _wrapped(self, mark: str, spans: Spans, done: frozenset[str]) -> str:
        inside = self._marked(spans, done | {mark})
        if mark not in self.marks:
            return self.link(inside, spans, mark) if mark == spans[0].link else inside
        return "\n".join(_set_off(line, self.marks[Mark(mark)]) for line in inside.split("\n"))


def _outermost(spans: Spans, done: frozenset[str]) -> tuple[str, int]:
    """The mark of the first span that reaches furthest, and over how many spans; "" when it has none left."""
    open_marks = sorted((_kinds(spans[0]) - done), key=lambda mark: (-_reach(spans, mark), mark))
    return (open_marks[0], _reach(spans, open_marks[0])) if open_marks else ("", 1)


def _kinds(span: Span) -> frozenset[str]:
    return frozenset(span.marks - {Mark.CODE}) | ({span.link} if span.link else frozenset())


def _reach(spans: Spans, mark: str) -> int:
    return len(list(takewhile(lambda span: mark in _kinds(span), spans)))


def _set_off(line: str, sign: str) -> str:
    """A line between two signs, which must touch what they set off."""
    inner = line.strip()
    if not inner:
        return line
    before = line[: len(line) - len(line.lstrip())]
    return f"{before}{sign}{inner}{sign}{line[len(line.rstrip()) :]}"
