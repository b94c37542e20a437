"""Sentences: an answer taken apart, with the citations each sentence carries."""

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass

from nova_bot.context.grammar import MONTHS
from nova_bot.core.claims import ClaimId

_ID = r"c\d{1,18}\.\d{1,9}"
_CITATION = re.compile(rf"[ \t]?[\[(]\s*{_ID}(?:\s*(?:,|;|&|and|und|y|et)?\s*{_ID})*\s*[\])]")
_FENCE = re.compile(r"^\s*(`{3,}|~{3,})\s*(\S*)")
_WORDY = re.compile(r"\w")
_ITEM = re.compile(r"^\s*(?:[-*•+–]|\d{1,3}[.)])\s+|^\s*\|")
_DRESS = re.compile(r"^[\s>]*(?:#{1,6}\s+|[-*•+–]\s+|\d{1,3}[.)]\s+)?|\*\*|__|`|(?<!\w)[*_](?=\S)|(?<=\S)[*_](?!\w)")
_END = re.compile(rf"[.!?…]+[\"')»”*_]*((?:\s*[\[(]\s*{_ID}[^\])]*[\])])*)\s+(?=\S)")
_TITLE = re.compile(r"dr|mrs?|ms|prof|st|sra?|e\.g|i\.e|z\.b|d\.h|u\.a|p\.?ej|p\.?ex|\w", re.IGNORECASE)
"""An abbreviation that a name or any word may follow."""
LONGEST_WORD = 40
"""How far one looks around a full stop: the length of a text must not matter at each of its sentences."""
_BEFORE_NUMBER = re.compile(r"\w{2,5}|bzw|approx", re.IGNORECASE)
"""What may be one if a number follows: "no. 5"."""


@dataclass(frozen=True, slots=True)
class Sentence:
    """`text` is what a person reads; `plain` is that without citations and markup. `listed`: an item or a table row;
    `quoted`: it stands behind a ">", in a draft or in somebody's words.
    """

    text: str
    plain: str
    cited: tuple[ClaimId, ...]
    listed: bool = False
    quoted: bool = False

    @property
    def asks(self) -> bool:
        """Is it a question?"""
        return self.plain.rstrip(" \"')»”").endswith("?")


def citations(text: str) -> tuple[ClaimId, ...]:
    """The ids in square or round brackets, in order, each once."""
    if not _may_cite(text):
        return ()
    marks = (mark[0] for mark in _CITATION.finditer(text))
    return tuple(dict.fromkeys(ClaimId.parse(found) for mark in marks for found in re.findall(_ID, mark)))


def without(text: str, dropped: Collection[ClaimId]) -> str:
    """`text` with the citations of `dropped` taken out, brackets and all where nothing is left in them."""

    def kept(mark: re.Match[str]) -> str:
        stated = citations(mark[0])
        ids = [cited for cited in stated if cited not in dropped]
        if len(ids) == len(stated):
            return mark[0]
        lead = mark[0][: len(mark[0]) - len(mark[0].lstrip(" \t"))]
        return f"{lead}[{', '.join(map(str, ids))}]" if ids else ""

    return _CITATION.sub(kept, text) if dropped else text


def bare(text: str) -> str:
    """`text` without any citation."""
    return _CITATION.sub("", text) if _may_cite(text) else text


def _may_cite(text: str) -> bool:
    """A quick look: citations stand in brackets."""
    return "[" in text or "(" in text


def split(text: str) -> tuple[Sentence, ...]:
    """The sentences of `text`. Fenced code that names its language is left out: code states nothing."""
    return tuple(sentence for line in _prose(text) for sentence in _of_line(line))


def _prose(text: str) -> Iterator[str]:
    fence, code = "", False
    for line in text.splitlines():
        mark = _FENCE.match(line)
        if mark and not fence:
            fence, code = mark[1], bool(mark[2])
        elif mark and mark[1].startswith(fence):
            fence, code = "", False
        elif not code and _WORDY.search(line):
            yield line


def _of_line(line: str) -> Iterator[Sentence]:
    listed, quoted = _ITEM.match(line) is not None, line.lstrip().startswith(">")
    for part in [line] if line.lstrip().startswith("|") else _parts(line):
        plain = _undressed(bare(part)).strip()
        if plain:
            yield Sentence(part.strip(), plain, citations(part), listed, quoted)


def _undressed(text: str) -> str:
    """`text` without markup. A quick look first: most sentences begin with a letter and have none."""
    dressed = not text[:1].isalpha() or "*" in text or "_" in text or "`" in text
    return _DRESS.sub("", text) if dressed else text


def _parts(line: str) -> Iterator[str]:
    start = 0
    for end in _END.finditer(line):
        before, after = line[max(0, end.start() - LONGEST_WORD) : end.start()], line[end.end() :][:LONGEST_WORD]
        if line[end.start()] != "." or not _goes_on(before, after):
            yield line[start : end.end()]
            start = end.end()
    yield line[start:]


def _goes_on(before: str, after: str) -> bool:
    """Is the full stop between them that of an abbreviation or a day, not the end of a sentence?"""
    found = re.search(r"[\w.]*$", before)
    word = found[0] if found else ""
    if after[0].islower() or (_TITLE.fullmatch(word) and not word.isdigit()):
        return True
    if word.isdigit():
        return len(word) < 3 and re.split(r"\W", after, maxsplit=1)[0].casefold() in MONTHS
    return after[0].isdigit() and _BEFORE_NUMBER.fullmatch(word) is not None


def whole(text: str) -> Sentence:
    """`text` as one sentence, however many it has."""
    return Sentence(text, " ".join(part.plain for part in split(text)), citations(text))
