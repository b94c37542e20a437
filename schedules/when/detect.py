"""Which language a text is in, by the words each lexicon knows."""

from __future__ import annotations

from schedules.when.lexicon import LANGUAGES, lexicon_of
from schedules.when.tokens import tokenize


def detect(text: str) -> str:
    """The language whose lexicon covers most letters of the text; English when in doubt."""
    tokens = tokenize(text[:400])[:80]
    if any(token.sort == "cjk" for token in tokens):
        return "zh"
    scores = {}
    for lang in LANGUAGES[:-1]:
        lexicon, at, known = lexicon_of(lang), 0, 0.0
        while at < len(tokens):
            hits = [(end, entry) for entry, end in lexicon.starting_at(tokens, at) if tokens[at].sort == "word"]
            end = max((end for end, _ in hits), default=at + 1)
            weak = all(entry.weak for last, entry in hits if last == end)
            known += sum(len(t.key) for t in tokens[at:end]) * (0.3 if weak else 1) if hits else 0
            at = end
        scores[lang] = known
    return max(scores, key=lambda lang: scores[lang])
