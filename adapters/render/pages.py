"""A long document as pages that fit a message each: cut between blocks, else lines, sentences, words, at last anywhere.

What is cut is the document and not its written form, so that each page is whole: marks and fences are closed and
opened again, the head of a table is repeated, and no cut can bring a token to life.
"""

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

from adapters.render.cuts import cut
from adapters.render.links import unlinked
from adapters.render.nodes import Document, Heading, Paragraph, Span, changed
from adapters.render.parse import parse
from nova_bot.core.wording import say

SMALLEST = 400
"""The least limit of a page, in characters: what a deep list needs around a word."""

MOST = 4
"""Messages that one answer may take."""

Write = Callable[[Document], str]


@dataclass(frozen=True, slots=True)
class Parts:
    """A text as a platform can take it: a document per message, and the whole text as a file behind them, or ""."""

    pages: tuple[Document, ...]
    file: str = ""


def parts(text: str, limit: int, write: Write, most: int = MOST) -> Parts:
    """A Markdown text in up to `most` messages; of a longer one its beginning, and all of it as a file."""
    document = parse(text)
    made = pages(document, write, limit)
    if len(made) <= most:
        return Parts(made)
    note = (Paragraph((Span(say("render", "shortened")),)),)
    first = pages(document, lambda page: write(page + note), limit)[0]
    return Parts((first + note,), text)


def split(text: str, limit: int, write: Write) -> tuple[str, ...]:
    """A Markdown text as messages of at most `limit` characters each, as `write` writes them."""
    return tuple(map(write, pages(parse(text), write, limit)))


def pages(document: Document, write: Write, limit: int) -> tuple[Document, ...]:
    """The document in parts that `write` makes at most `limit` characters of; no part is empty.

    Raises ValueError for a limit under SMALLEST.
    """
    if limit < SMALLEST:
        raise ValueError(f"a page of {limit} characters is too small")

    def fits(part: Document) -> bool:
        return len(write(part)) <= limit

    made: list[Document] = []
    page: Document = ()
    waiting = deque(_without_long_links(document, write, limit // 2))
    while waiting:
        block = waiting.popleft()
        if fits((*page, block)):
            page += (block,)
            continue
        before, headings = _headings_last(page)
        if before:  # what does not fit begins a page, with the headings above it
            made.append(before)
            page = headings
            waiting.appendleft(block)
            continue
        first, rest = cut(block, lambda part, page=page: fits(page + part))  # type: ignore[misc]
        made.append(page + first)
        page = ()
        waiting.extendleft(reversed(rest))
    return tuple(part for part in (*made, page) if write(part).strip())


def _headings_last(page: Document) -> tuple[Document, Document]:
    end = len(page)
    while end and isinstance(page[end - 1], Heading):
        end -= 1
    return page[:end], page[end:]


def _without_long_links(document: Document, write: Write, longest: int) -> Document:
    """A link that would take much of a page is written as text, which can be cut."""

    def too_long(link: str) -> bool:
        return len(write((Paragraph((Span("x", link=link),)),))) > longest

    return changed(document, lambda spans: unlinked(spans, too_long))
