"""Plain text: for terminals, titles, files and notices. Nothing is escaped, since nothing is live."""

from adapters.render import links, tables
from adapters.render.nodes import Spans, Table
from adapters.render.parse import parse
from adapters.render.writer import Writer


def plain(markdown: str) -> str:
    """Nova's Markdown as plain text."""
    return PlainWriter().write(parse(markdown))


class PlainWriter(Writer):
    """Text that reads well without any markup."""

    def text(self, text: str) -> str:
        """As it is."""
        return text

    def inline_code(self, text: str) -> str:
        """As it is."""
        return text

    def code(self, text: str, language: str) -> str:  # noqa: ARG002
        """Indented."""
        return "\n".join(f"    {line}".rstrip() for line in text.split("\n"))

    def heading(self, level: int, spans: Spans) -> str:
        """Underlined when it is a high one."""
        line = self.spans(spans).replace("\n", " ")
        return f"{line}\n{'=' * tables.width(line)}" if line and level <= 2 else line

    def link(self, written: str, spans: Spans, address: str) -> str:
        """The address behind the text."""
        return f"{written} ({address})" if links.masked(spans) else written

    def table(self, table: Table) -> str:
        """Columns."""
        drawn = tables.grid(table)
        return self.write(tables.entries(table)) if drawn is None else drawn
