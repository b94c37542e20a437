"""Glosses: a German, Spanish or French message word by word in rough English.

The sentence encoder knows English only. A gloss such as "which customers are with the payment overdue" is enough for
it: word order hardly matters for choosing an agent. The lexicons are data files; a word is looked up as it stands,
without accents, by a light stem, and for German by its parts.
"""

import re
import tomllib
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from sys import intern

LANGUAGES = ("de", "es", "fr")
SHORTEST_PART = 4

_ENDINGS = {
    language: tuple(sorted(endings.split(), key=len, reverse=True))
    for language, endings in {
        "de": "ungen enden ender ende sten ster ste est tet ten ern end en er es em et te st e n s t",
        "es": "aciones amente aremos abamos ieron iendo ando aron amos emos imos ados adas ado ada idos idas ido ida "
        "aba ias ian ara are ar er ir an en as es os ia a e o s",
        "fr": "issements issement issons issez issent erions eraient erons erez eront ements ement aient ions iez "
        "ees ons ent ant ait ais era es ee ez er ir re e s",
    }.items()
}
"""Inflection endings, without accents, that a light stem drops; longest first."""


@dataclass(frozen=True, slots=True)
class Lexicon:
    """Words that lead to an English gloss.

    `words` as they stand, `plain` those whose form without accents is another, `stems` without endings.
    """

    language: str
    words: dict[str, str]
    plain: dict[str, str]
    stems: dict[str, str]

    def look_up(self, word: str) -> str | None:
        """The gloss of one word, or None."""
        bare = plain(word)
        for table, form in ((self.words, word), (self.words, bare), (self.plain, bare), (self.stems, self.stem(word))):
            if form in table:
                return table[form]
        return self._compound(bare) if self.language == "de" else None

    def stem(self, word: str) -> str:
        """`word` without accents and without its inflection ending; at least three letters stay."""
        bare = plain(word)
        for ending in _ENDINGS[self.language]:
            if bare.endswith(ending) and len(bare) - len(ending) >= 3:
                return bare[: -len(ending)]
        return bare

    def _compound(self, word: str) -> str | None:
        """A German compound by its two parts, with a joining -s- or -n- where there is one."""
        for cut in range(len(word) - SHORTEST_PART, SHORTEST_PART - 1, -1):
            head, tail = word[:cut], word[cut:]
            second = self._bare(tail) or self.stems.get(self.stem(tail))
            first = self._head(head) if second else None
            if first and second:
                return f"{first} {second}"
        return None

    def _head(self, head: str) -> str | None:
        forms = (head, head.removesuffix("s"), head.removesuffix("n"), head.removesuffix("en"), head + "e")
        return next((found for form in forms if (found := self._bare(form))), None)

    def _bare(self, form: str) -> str | None:
        return self.words.get(form) or self.plain.get(form)


def plain(word: str) -> str:
    """`word` without accents, umlauts written as one vowel."""
    for two, one in (("ae", "a"), ("oe", "o"), ("ue", "u"), ("ß", "ss")):
        word = word.replace(two, one)
    return "".join(c for c in unicodedata.normalize("NFD", word) if not unicodedata.combining(c))


@cache
def lexicon(language: str) -> Lexicon:
    """The lexicon of a language, read once."""
    text = files("nova_bot.routing").joinpath(f"lexicons/{language}.tsv").read_text("utf-8")
    lines = (line.split("\t") for line in text.splitlines() if line and not line.startswith("# "))
    words = {parts[0]: intern(parts[1]) if len(parts) > 1 else "" for parts in lines}
    bare: dict[str, str] = {}
    for word, gloss in words.items():
        if plain(word) not in words:
            bare.setdefault(plain(word), gloss)
    made = Lexicon(language, words, bare, {})
    for word, gloss in words.items():
        if len(word) > 3 and " " not in word:
            made.stems.setdefault(made.stem(word), gloss)
    return made


@cache
def _function_words() -> dict[str, frozenset[str]]:
    text = files("nova_bot.routing").joinpath("lexicons/function_words.toml").read_text("utf-8")
    return {language: frozenset(words.split()) for language, words in tomllib.loads(text).items()}


@cache
def _english() -> frozenset[str]:
    """Words that stand in glosses: English for our purpose."""
    return frozenset(w for language in LANGUAGES for gloss in lexicon(language).words.values() for w in gloss.split())


def tokens(text: str) -> list[str]:
    """Lower-case words with their apostrophes."""
    return re.findall(r"[^\W\d_]+(?:['’][^\W\d_]+)?", text.casefold())


def language_of(text: str) -> str:
    """`de`, `es`, `fr`, or `en` for everything else."""
    said = tokens(text)[:120]
    functions = _function_words()
    english = sum(2 * (word in functions["en"]) + (word in _english()) for word in said)
    scores = {language: _likeness(said, language) for language in LANGUAGES}
    best = max(scores, key=lambda language: scores[language])
    return best if scores[best] > english and scores[best] > 0 else "en"


def _likeness(said: list[str], language: str) -> float:
    words = lexicon(language).words
    functions = _function_words()[language]
    known = (word for word in said if words.get(word, word) != word)
    marked = any(c in "äöüß" if language == "de" else c in "ñ¿¡" for c in "".join(said))
    return 2.0 * sum(word in functions for word in said) + sum(1.0 for _ in known) + 1.5 * marked


def gloss(text: str, language: str) -> str:
    """`text` in rough English. Words that no lexicon has stay as they are: names, numbers, borrowed words."""
    return " ".join(
        _glossed(re.findall(r"[^\W\d_]+(?:['’][^\W\d_]+)?|\d[\d.,:/-]*", text.casefold()), lexicon(language))
    )


def _glossed(said: list[str], lex: Lexicon) -> Iterator[str]:
    at = 0
    while at < len(said):
        for size in (3, 2):
            phrase = " ".join(said[at : at + size])
            if at + size <= len(said) and phrase in lex.words:
                yield lex.words[phrase]
                at += size
                break
        else:
            yield from _one(said[at], lex)
            at += 1


def _one(word: str, lex: Lexicon) -> Iterator[str]:
    found = lex.look_up(word)
    if found is None and "'" in word.replace("’", "'"):
        head, _, tail = word.replace("’", "'").partition("'")
        yield from (lex.words.get(f"{head}'", ""), lex.look_up(tail) or tail)
    else:
        yield word if found is None else found


def english(text: str) -> str:
    """`text` itself if it is English, else its gloss."""
    language = language_of(text)
    return text if language == "en" else gloss(text, language)
