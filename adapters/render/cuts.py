"""One block in two: as much of it as fits, and the rest."""

import re
from collections.abc import Callable
from dataclasses import replace

from adapters.render.nodes import (
    Block,
    Code,
    Document,
    Heading,
    Item,
    Listing,
    Paragraph,
    Quote,
    Rule,
    Spans,
    Table,
    words,
)
from adapters.render.tables import entry, joined

Fits = Callable[[Document], bool]
Halves = tuple[Document, Document]

_LINES = (re.compile(r"\n"),)
_PROSE = (*_LINES, re.compile(r"(?<=[.!?…。！？])\s+"), re.compile(r"\s+"))
_BELONGS_TO_LAST = re.compile("[\u0300-\u036f\u200c\u200d\ufe0e\ufe0f\U0001f3fb-\U0001f3ff\U000e0020-\U000e007f]")
_LONGEST_CHARACTER = 16


def cut(block: Block, fits: Fits) -> Halves:
    """As much of the block as fits, which may be nothing, and the rest."""
    match block:
        case Paragraph(spans) | Heading(spans=spans):
            first, rest = _cut_spans(spans, lambda part: fits((replace(block, spans=part),)))
            return _kept(replace(block, spans=first), first), _kept(replace(block, spans=rest), rest)
        case Code(text):
            end, start = _place(text, _LINES, lambda end: fits((replace(block, text=text[:end]),)))
            first_text, rest_text = text[:end], text[start:]
            return _kept(replace(block, text=first_text), end), _kept(replace(block, text=rest_text), rest_text)
        case Quote(blocks):
            inner, outer = _cut_blocks(blocks, lambda part: fits((Quote(part),)))
            return _kept(Quote(inner), inner), _kept(Quote(outer), outer)
        case Listing():
            return _cut_listing(block, fits)
        case Table():
            return _cut_table(block, fits)
        case Rule():
            return (), (block,)


def _kept(block: Block, content: object) -> Document:
    """The block, unless it has no content."""
    return (block,) if content else ()


def _cut_blocks(blocks: Document, fits: Fits) -> Halves:
    """Between blocks if one fits at all, else within the first."""
    count = _longest(len(blocks), lambda count: fits(blocks[:count]))
    if count:
        return blocks[:count], blocks[count:]
    first, rest = cut(blocks[0], fits)
    return first, (*rest, *blocks[1:])


def _cut_listing(listing: Listing, fits: Fits) -> Halves:
    """Between entries if one fits at all, else within the first."""
    items = listing.items
    count = _longest(len(items), lambda count: fits((replace(listing, items=items[:count]),)))
    if count:
        start = None if listing.start is None else listing.start + count
        rest = items[count:]
        return (replace(listing, items=items[:count]),), _kept(Listing(rest, start), rest)

    def one(part: Document) -> Listing:
        return replace(listing, items=(replace(items[0], blocks=part),))

    first, left = _cut_blocks(items[0].blocks, lambda part: fits((one(part),)))
    after = (*((Item(left, continued=True),) if left else ()), *items[1:])
    return _kept(one(first), first), _kept(replace(listing, items=after), after)


def _cut_table(table: Table, fits: Fits) -> Halves:
    """Between rows, below the same head; a row that is too long by itself becomes running text."""
    rows = table.rows
    count = _longest(len(rows), lambda count: fits((Table(table.head, rows[:count]),)))
    if count:
        return (Table(table.head, rows[:count]),), _kept(Table(table.head, rows[count:]), rows[count:])
    line = entry(table, rows[0]) if rows else joined([*table.head], " · ")
    first, rest = cut(Paragraph(line), fits)
    return first, (*rest, *_kept(Table(table.head, rows[1:]), rows[1:]))


def _cut_spans(spans: Spans, fits: Callable[[Spans], bool]) -> tuple[Spans, Spans]:
    end, start = _place(words(spans), _PROSE, lambda end: fits(part(spans, 0, end)))
    return part(spans, 0, end), part(spans, start)


def part(spans: Spans, start: int, end: int | None = None) -> Spans:
    """The spans of a stretch of their text."""
    made, at = [], 0
    for span in spans:
        text = span.text[max(0, start - at) : None if end is None else max(0, end - at)]
        at += len(span.text)
        if text:
            made.append(replace(span, text=text))
    return tuple(made)


def _place(text: str, breaks: tuple[re.Pattern[str], ...], fits: Callable[[int], bool]) -> tuple[int, int]:
    """Where the first part of a text ends and where the rest starts: what lies between is white space."""
    most = _longest(len(text), fits)
    if most == len(text):
        return most, most
    for pattern in breaks:
        found = [one.span() for one in pattern.finditer(text, 0, most + 1) if most // 2 < one.start() <= most]
        if found and fits(found[-1][0]):
            return found[-1]
    end = most
    while end > max(0, most - _LONGEST_CHARACTER) and (_BELONGS_TO_LAST.match(text, end) or text[end - 1] == "\u200d"):
        end -= 1
    return (end, end) if end and fits(end) else (most, most)


def _longest(most: int, fits: Callable[[int], bool]) -> int:
    """The greatest number up to `most` that fits, tried from small ones on, since writing much takes long."""
    low, high = 0, 1
    while high < most and fits(high):
        low, high = high, 2 * high
    high = min(high, most)
    while low < high:
        middle = (low + high + 1) // 2
        if fits(middle):
            low = middle
        else:
            high = middle - 1
    return low
