"""What a text of Nova's is made of: blocks, and spans of text with their marks. Parsed once, written per platform."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TypeAlias


class Mark(StrEnum):
    """How a span is set off."""

    BOLD = "bold"
    ITALIC = "italic"
    STRIKE = "strike"
    CODE = "code"


@dataclass(frozen=True, slots=True)
class Span:
    """Text of one kind, as a person reads it, never escaped. A line break is a newline; `link` is an address or ""."""

    text: str
    marks: frozenset[Mark] = frozenset()
    link: str = ""


Spans: TypeAlias = tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Running text."""

    spans: Spans


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading; level 1 is the highest of 6."""

    level: int
    spans: Spans


@dataclass(frozen=True, slots=True)
class Code:
    """Lines that are shown as they are. `language` is "" when none was given."""

    text: str
    language: str = ""


@dataclass(frozen=True, slots=True)
class Quote:
    """Somebody's words."""

    blocks: "Document"


@dataclass(frozen=True, slots=True)
class Item:
    """One entry of a list. `continued`: its beginning stands on an earlier page, so it gets no bullet of its own."""

    blocks: "Document"
    continued: bool = False


@dataclass(frozen=True, slots=True)
class Listing:
    """A list: with bullets, or numbered from `start`."""

    items: tuple[Item, ...]
    start: int | None = None


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of cells, each row as long as the head."""

    head: tuple[Spans, ...]
    rows: tuple[tuple[Spans, ...], ...]


@dataclass(frozen=True, slots=True)
class Rule:
    """A line between two parts."""


Block: TypeAlias = Paragraph | Heading | Code | Quote | Listing | Table | Rule
Document: TypeAlias = tuple[Block, ...]


def words(spans: Spans) -> str:
    """The text of spans without their marks."""
    return "".join(span.text for span in spans)


def bold(spans: Spans) -> Spans:
    """The same text, all of it bold."""
    return tuple(replace(span, marks=span.marks | {Mark.BOLD}) for span in spans)


def changed(document: Document, change: Callable[[Spans], Spans]) -> Document:
    """The document with each run of text changed."""
    return tuple(_changed(block, change) for block in document)


def _changed(block: Block, change: Callable[[Spans], Spans]) -> Block:
    match block:
        case Paragraph(spans) | Heading(spans=spans):
            return replace(block, spans=change(spans))
        case Quote(blocks):
            return Quote(changed(blocks, change))
        case Listing(items):
            return replace(block, items=tuple(replace(item, blocks=changed(item.blocks, change)) for item in items))
        case Table(head, rows):
            return Table(tuple(map(change, head)), tuple(tuple(map(change, row)) for row in rows))
        case Code() | Rule():
            return block
