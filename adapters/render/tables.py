"""Tables where a platform has none: aligned columns, or one entry per row when these would be too wide."""

import unicodedata

from adapters.render.links import masked
from adapters.render.nodes import Document, Item, Listing, Paragraph, Span, Spans, Table, bold, words

WIDEST = 72
"""Columns of characters that a chat shows without wrapping."""


def grid(table: Table) -> str | None:
    """The table as aligned lines, None when it is wider than a chat or has links, which must stay links."""
    rows = [[_cell(cell) for cell in row] for row in (table.head, *table.rows)]
    widths = [max(map(width, column)) for column in zip(*rows, strict=True)]
    linked = any(span.link and masked((span,)) for row in table.rows for cell in row for span in cell)
    if linked or sum(widths) + 3 * (len(widths) - 1) > WIDEST:
        return None
    lines = [" │ ".join(_padded(*pair) for pair in zip(row, widths, strict=True)).rstrip() for row in rows]
    return "\n".join([lines[0], "─┼─".join("─" * wide for wide in widths), *lines[1:]])


def entries(table: Table) -> Document:
    """Each row as an entry of a list: its first cell, then the others behind the names of their columns."""
    if not table.rows:
        return (Paragraph(joined(list(table.head), " · ")),)
    return (Listing(tuple(Item((Paragraph(entry(table, row)),)) for row in table.rows)),)


def entry(table: Table, row: tuple[Spans, ...]) -> Spans:
    """One row in a line."""
    parts = [bold(row[0])] if words(row[0]) else []
    for name, cell in zip(table.head[1:], row[1:], strict=True):
        if words(cell):
            parts.append((*name, Span(": "), *cell) if words(name) else cell)
    return joined(parts, " · ")


def joined(parts: list[Spans], between: str) -> Spans:
    """Runs of text one after the other."""
    made: list[Span] = []
    for part in parts:
        made += [Span(between), *part] if made else part
    return tuple(made)


def _cell(spans: Spans) -> str:
    return words(spans).replace("\n", " ")


def _padded(text: str, wide: int) -> str:
    return text + " " * (wide - width(text))


def width(text: str) -> int:
    """How many columns of a fixed-width font a text takes."""
    return sum(_columns(character) for character in text)


def _columns(character: str) -> int:
    if unicodedata.combining(character) or unicodedata.category(character) in ("Mn", "Me", "Cf"):
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1
