"""Said: the sentences of an answer with the values that each states."""

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from nova_bot.context import phrases, values
from nova_bot.context.names import is_german, names
from nova_bot.context.sentences import Sentence
from nova_bot.context.value import Value, ValueKind


@dataclass(frozen=True)
class Said:
    """One sentence and the values it states; `declared`: it is passed on as an assumption, or says so itself."""

    sentence: Sentence
    stated: tuple[Value, ...]
    declared: bool

    @property
    def firm(self) -> tuple[Value, ...]:
        """Its values without names: a name alone is no sign of where something comes from."""
        return tuple(value for value in self.stated if value.kind is not ValueKind.NAME)

    @cached_property
    def unsure(self) -> bool:
        """Is it an assumption, a guess or a suggestion, or a part of it?"""
        return self.declared or phrases.is_unsure(self.sentence.plain)


def spoken(answer: Sequence[Sentence], request: str, declared: Collection[int] = ()) -> tuple[Said, ...]:
    """The sentences of an answer with what they state."""
    german = any(map(is_german, (request, *(sentence.plain for sentence in answer))))
    return tuple(
        Said(
            sentence,
            (*values.values(sentence.plain), *_named(sentence, german=german)),
            n in declared or phrases.assumes(sentence.plain),
        )
        for n, sentence in enumerate(answer)
    )


def _named(sentence: Sentence, *, german: bool) -> Iterator[Value]:
    """The names in a sentence; what stands in code only is an identifier, not somebody's name."""
    found = names(sentence.plain, german=german)
    prose = re.sub(r"`[^`]*`", "", sentence.text) if "`" in sentence.text else sentence.text
    return (name for name in found if prose is sentence.text or name.text in prose)
