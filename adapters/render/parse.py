"""Markdown as agents write it, parsed into nodes. Everything that is not Markdown is text, HTML too."""

import re
from collections.abc import Iterable, Iterator
from functools import cache

from markdown_it import MarkdownIt
from markdown_it.rules_inline import StateInline
from markdown_it.tree import SyntaxTreeNode

from adapters.render.characters import shown
from adapters.render.links import host, linkable, linked, safe
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

DEEPEST = 5
"""Lists and quotes inside each other; what lies deeper is written at this depth."""
NESTED = 100
"""Levels that the parser follows; a text that comes near is taken as it stands, for deeper parts would be dropped."""

_MARKS = {"strong": Mark.BOLD, "em": Mark.ITALIC, "s": Mark.STRIKE}
_LANGUAGE = re.compile(r"[\w+#.-]{1,20}")
_TIMES = re.compile(r"(\*\*?)([0-9A-Za-z(])")
_OPERAND = re.compile(r"[0-9A-Za-z)]")
# An underlined heading is more often a rule, an indented block more often a list gone astray, and a reference
# definition would make words disappear.
_UNWANTED = ("lheading", "code", "reference")


@cache
def _markdown() -> MarkdownIt:
    made = (
        MarkdownIt("commonmark", {"html": False, "maxNesting": NESTED})
        .enable(["table", "strikethrough"])
        .disable(_UNWANTED)
    )
    made.inline.ruler.before("emphasis", "product", _product)
    return made


def _product(state: StateInline, silent: bool) -> bool:
    """An asterisk in a calculation, as in 2*3*4 or x**2, is no emphasis."""
    found = _TIMES.match(state.src, state.pos)
    before = state.src[max(0, state.pos - 1) : state.pos]
    if not found or not _OPERAND.match(before) or not (before.isdigit() or found[2].isdigit()):
        return False
    if not silent:
        state.pending += found[1]
    state.pos += len(found[1])
    return True


def parse(text: str) -> Document:
    """The blocks of a text. Characters that can't be seen are written out; a link that hides its host shows it."""
    text = shown(text)
    try:
        tokens = _markdown().parse(text)
        if all(token.level < NESTED - 10 for token in tokens):
            return _blocks(SyntaxTreeNode(tokens), 0)
    except RecursionError:
        pass
    return (Paragraph((Span(text),)),)  # nobody wrote this to be read


def _blocks(parent: SyntaxTreeNode, depth: int) -> Document:
    return tuple(block for node in parent.children for block in _block(node, depth))


def _block(node: SyntaxTreeNode, depth: int) -> Iterator[Block]:
    match node.type:
        case "paragraph":
            yield Paragraph(_spans(node))
        case "heading":
            yield Heading(int(node.tag[1]), _spans(node))
        case "fence":
            language = _LANGUAGE.match(node.info)
            yield Code(node.content.removesuffix("\n"), language[0] if language else "")
        case "hr":
            yield Rule()
        case "table":
            yield _table(node)
        case "blockquote" | "bullet_list" | "ordered_list" | "list_item" if depth >= DEEPEST:
            yield from _blocks(node, depth)
        case "blockquote":
            yield Quote(_blocks(node, depth + 1))
        case "bullet_list" | "ordered_list":
            start = int(node.attrs.get("start", 1)) if node.type == "ordered_list" else None
            yield Listing(tuple(Item(_blocks(item, depth + 1)) for item in node.children), start)
        case other:
            raise AssertionError(f"markdown-it gave {other}, which is not enabled")


def _table(node: SyntaxTreeNode) -> Table:
    rows = [tuple(_spans(cell) for cell in row.children) for part in node.children for row in part.children]
    return Table(rows[0], tuple(rows[1:]))


def _spans(node: SyntaxTreeNode) -> Spans:
    """The text of a block: its only child holds it."""
    return _joined(span for child in node.children for span in _inside(child, frozenset(), ""))


def _inside(node: SyntaxTreeNode, marks: frozenset[Mark], link: str) -> Iterator[Span]:
    match node.type:
        case "text" | "text_special":
            yield from linked(node.content, marks) if not link else (Span(node.content, marks, link),)
        case "code_inline":
            yield Span(node.content, marks | {Mark.CODE}, link)
        case "softbreak" | "hardbreak":
            yield Span("\n", marks, link)
        case "link":
            yield from _link(node, marks)
        case "image":
            yield from _addressed((Span(node.content or str(node.attrs["src"]), marks),), str(node.attrs["src"]))
        case kind:
            further = marks | {_MARKS[kind]} if kind in _MARKS else marks
            yield from (span for child in node.children for span in _inside(child, further, link))


def _link(node: SyntaxTreeNode, marks: frozenset[Mark]) -> Iterator[Span]:
    address = str(node.attrs["href"])
    inner = tuple(span for child in node.children for span in _inside(child, marks, address))
    return _addressed(inner or (Span(address, marks, address),), address)


def _addressed(spans: Spans, address: str) -> Iterator[Span]:
    """Spans that lead to an address: as a link where the kind of address may be one, else with it in brackets."""
    if not linkable(address):
        yield from (Span(span.text, span.marks) for span in spans)
        if "".join(span.text for span in spans) != host(address):
            yield Span(f" ({address})", spans[-1].marks - {Mark.CODE})
        return
    yield from safe(_joined(Span(span.text, span.marks, address) for span in spans))


def _joined(spans: Iterable[Span]) -> Spans:
    """Neighbours of one kind as one."""
    made: list[Span] = []
    for span in spans:
        if made and (made[-1].marks, made[-1].link) == (span.marks, span.link):
            made[-1] = Span(made[-1].text + span.text, span.marks, span.link)
        elif span.text:
            made.append(span)
    return tuple(made)
