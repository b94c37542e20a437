"""`answer`: a question that Nova asked in one place is answered from another, on whichever platform."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from nova_bot.core.envelope import Envelope, Kind, Place, Sender
from nova_bot.core.readers import Readers
from nova_bot.core.text import clip
from nova_bot.core.wording import say
from nova_bot.ledger import overview
from nova_bot.ledger.overview import Asked
from nova_bot.ledger.store import Ledger

QUESTION_MAX = 200


@dataclass(frozen=True, slots=True)
class Answering:
    """`readers` tells who reads a place now, None where nobody knows."""

    ledger: Ledger
    receive: Callable[[Envelope], Awaitable[object | None]]
    readers: Callable[[Place], Awaitable[Readers | None]]
    clock: Callable[[], datetime]

    async def answer(self, rest: str, place: Place, by: Sender) -> str:
        """`answer r12 firm`, or `answer firm` where one question waits; without an answer, what waits."""
        waiting = await overview.asked(self.ledger, by)
        named, _, words = rest.partition(" ")
        chosen = [one for one in waiting if named == f"r{one.question.run}"]
        if not chosen and len(waiting) == 1:
            chosen, words = list(waiting), rest
        if not chosen or not words.strip():
            return await self._listed(waiting, place, by)
        return await self._given(chosen[0], words.strip())

    async def _given(self, asked: Asked, words: str) -> str:
        """The answer arrives where it was asked, as if it had been typed there; one for each question."""
        run = await self.ledger.run(asked.question.run)
        envelope = Envelope(f"answer:{run.name}", Kind.MESSAGE, asked.place, run.envelope.sender, words, self.clock())
        taken = await self.receive(envelope)
        return say("answer", "given" if taken else "already", run=run.name, platform=asked.place.platform)

    async def _listed(self, waiting: Sequence[Asked], place: Place, by: Sender) -> str:
        """What waits; what was asked elsewhere is repeated only where its asker reads alone."""
        if not waiting:
            return say("answer", "nothing")
        alone = reads_alone(await self.readers(place), by)
        lines = [_line(one, open_=alone or one.place.room == place.room) for one in waiting]
        return "\n".join([*lines, "", say("answer", "how")])


def reads_alone(readers: Readers | None, by: Sender) -> bool:
    """Does nobody else read a place?"""
    return readers is not None and not readers.groups and {one.person for one in readers.people} == {by.person}


def _line(asked: Asked, *, open_: bool) -> str:
    question = asked.question
    text = clip(question.text, QUESTION_MAX) if open_ else say("command", "hidden")
    choices = f" ({' / '.join(question.choices)})" if open_ and question.choices else ""
    return f"- **r{question.run}**, {asked.place.platform}: {text}{choices}"
