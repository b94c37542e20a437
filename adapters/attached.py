"""Files that people attach: which are read, how far, and what is said about the others. The same on every platform."""

from codecs import BOM_UTF16_BE, BOM_UTF16_LE

from nova_bot.core.envelope import Quoted, QuotedKind
from nova_bot.core.wording import say

FILES_MAX = 5
"""Of one message."""

FILE_MAX = 200_000
"""Bytes of a file whose text is read."""

_READABLE = (
    ".txt", ".text", ".md", ".rst", ".csv", ".tsv", ".json", ".jsonl", ".log", ".yaml", ".yml", ".toml", ".ini", ".cfg",
    ".xml", ".html", ".py", ".js", ".ts", ".sh", ".sql", ".diff", ".patch", ".eml", ".ics", ".vcf",
)  # fmt: skip
_TEXTS = ("text/", "application/json", "application/xml", "application/yaml", "application/x-ndjson")


def readable(name: str, kind: str, size: int) -> bool:
    """Is it a text that is worth reading? `kind` is its MIME type, "" where none is given; `size` in bytes."""
    return size <= FILE_MAX and (name.lower().endswith(_READABLE) or kind.startswith(_TEXTS))


def read(name: str, content: bytes) -> Quoted:
    """A file that was read: somebody's words, never a request."""
    coding = "utf-16" if content.startswith((BOM_UTF16_LE, BOM_UTF16_BE)) else "utf-8-sig"
    return Quoted(QuotedKind.FILE, content.decode(coding, "replace"), name)


def named(name: str, size: int) -> Quoted:
    """A file that was not read."""
    return Quoted(QuotedKind.FILE, say("adapter", "file", size=max(1, size // 1000)), name)
