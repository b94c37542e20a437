"""Reception: what adapters bring in. Messages and presses wait for their turn in a lane; commands don't."""

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import partial

from nova_bot.core.envelope import Envelope, Kind, Place, Sender
from nova_bot.core.form import Form
from nova_bot.core.outcome import EndingKind
from nova_bot.core.people import People
from nova_bot.core.route import Rule
from nova_bot.core.run import Run
from nova_bot.dispatch.commands import Commands, Overview, spoken
from nova_bot.dispatch.lanes import Lanes
from nova_bot.dispatch.resuming import Play, Resuming
from nova_bot.engine.door import Door
from nova_bot.engine.loop import Engine
from nova_bot.engine.outbox import Outbox
from nova_bot.engine.presses import Presses
from nova_bot.ledger import places
from nova_bot.ledger.reads import Accepted
from nova_bot.ledger.store import Ledger

KNOWN_PLACES = 10_000

Ended = Callable[[Run], Awaitable[None]]
"""What is done about a run that has ended."""

Around = Callable[[Play], Awaitable[Run]]
"""Plays a run when it is its turn."""


async def at_once(play: Play) -> Run:
    """Nothing more."""
    return await play()


Mistakes = Callable[[int, Place, Sender], Awaitable[Form | None]]
"""What a run's answer may have wrong, to be chosen from in a form."""


@dataclass(slots=True)
class Reception:
    """Call it with an Envelope: it is accepted durably, and its run can be waited for.

    None for an envelope that was accepted before, and for talk in a thread that Nova has no part in.
    """

    ledger: Ledger
    door: Door
    engine: Engine
    outbox: Outbox
    presses: Presses
    lanes: Lanes[Run]
    commands: Callable[[], Commands]
    clock: Callable[[], datetime]
    ended: Ended
    mistakes: Mistakes
    resuming: Resuming
    _known: OrderedDict[Place, None] = field(default_factory=OrderedDict)
    _talk: set[Place] = field(default_factory=set)
    _waiting: dict[str, str | None] = field(default_factory=dict)
    _answering: set[asyncio.Future[Run]] = field(default_factory=set)

    @property
    def people(self) -> People:
        """Who is who."""
        return self.door.people

    @property
    def busy(self) -> bool:
        """Is a command being answered?"""
        return bool(self._answering)

    async def __call__(self, envelope: Envelope) -> Awaitable[Run] | None:
        """Accept `envelope`. Raises a LedgerError when it could not be kept."""
        if envelope.press:
            envelope = await self.presses.placed(envelope)
        elif not (envelope.mentioned or await self.knows(envelope.place)):
            return None
        self.expect(envelope.place)
        number = await self.ledger.accept(envelope, self.clock())
        return None if number is None else self.begin(number, envelope)

    def resume(self, left: Accepted) -> asyncio.Future[Run]:
        """Go on with what an earlier process left, unless that ended it again and again."""
        if self.resuming.hopeless(left):
            return self.lanes.submit(left.envelope.place, lambda: self.resuming.give_up(left))
        return self.begin(left.number, left.envelope, left.run, partial(self.resuming.counted, left))

    def begin(
        self, number: int, envelope: Envelope, begun: Run | None = None, around: Around = at_once
    ) -> asyncio.Future[Run]:
        """Give an accepted envelope its turn."""
        command = spoken(envelope, self.commands().verbs) if begun is None or begun.route.rule is Rule.COMMAND else None
        if command is not None:
            answering = asyncio.ensure_future(around(partial(self._command, number, envelope, *command, begun)))
            self._answering.add(answering)
            answering.add_done_callback(self._answering.discard)
            return answering
        if envelope.kind is Kind.MESSAGE and envelope.mentioned and begun is None:
            self.outbox.notice(envelope)
        self._waiting[envelope.identity] = envelope.text
        return self.lanes.submit(envelope.place, partial(around, partial(self._answer, number, envelope, begun)))

    async def revise(self, identity: str, text: str) -> None:
        """Its author edited a message: one that waits is answered as it now stands, any other stays as it was."""
        if self._waiting.get(identity) is not None:
            self._waiting[identity] = text
            await self.ledger.revise(identity, text)

    async def withdraw(self, identity: str) -> None:
        """Its author deleted a message: one that waits is not answered, and no later pack shows it."""
        if identity in self._waiting:
            self._waiting[identity] = None
        place = await places.of_message(self.ledger, identity)
        if place is None:
            return
        await self.ledger.withdraw(identity)
        self.engine.forget(place)

    async def command(self, verb: str, rest: str, place: Place, by: Sender) -> str | None:
        """The answer to a command that needs no run, filtered like all that leaves; None for a verb not Nova's."""
        answer = await self.commands().answer(verb, rest, place, by)
        return self.outbox.cleaned(answer.text) if answer else None

    async def whisper(self, verb: str, rest: str, place: Place, by: Sender) -> str | None:
        """The answer to a command that its platform shows to one person alone, if the door lets him in."""
        if verb not in self.commands().verbs:
            return None
        asked = Envelope("", Kind.COMMAND, place, by, f"{verb} {rest}", self.clock())
        turned = await self.door.admit(asked)
        return turned.said if turned is not None else await self.command(verb, rest, place, by)

    async def form(self, press: Envelope) -> Form | None:
        """What a press has to ask for before it counts, or to offer after it; None for nothing."""
        return await self.presses.form(press)

    async def overview(self, by: Sender) -> Overview:
        """What concerns one person now, filtered like all that leaves."""
        return (await self.commands().overview(by)).through(self.outbox.cleaned)

    async def _answer(self, number: int, envelope: Envelope, begun: Run | None) -> Run:
        text = self._waiting.pop(envelope.identity)
        if text is None:
            return await self.engine.settle(number, replace(envelope, text=""), Rule.WITHDRAWN, begun=begun)
        if begun is None:
            envelope = await self._with_talk(replace(envelope, text=text))
        desk = self.presses if envelope.kind is Kind.PRESS else self.engine
        run = await desk.answer(number, envelope, begun)
        await self.ended(run)
        self._listened(run)
        return run

    async def _with_talk(self, envelope: Envelope) -> Envelope:
        """`envelope` with what people said to each other there since Nova last spoke: all that came before it is
        judged by now."""
        if envelope.kind is not Kind.MESSAGE or envelope.place not in self._talk:
            return envelope
        talk = await places.overheard(self.ledger, envelope.place)
        new = tuple(one for one in talk if one not in envelope.quoted)
        if new:
            envelope = replace(envelope, quoted=envelope.quoted + new)
            self.ledger.bring(envelope)
        return envelope

    def _listened(self, run: Run) -> None:
        """What people say to each other in Nova's thread comes along with the next message for Nova."""
        if run.route.rule is Rule.PEOPLE:
            self._talk.add(run.envelope.place)
        elif run.ending and run.ending.kind is not EndingKind.SILENT:
            self._talk.discard(run.envelope.place)

    async def _command(self, number: int, envelope: Envelope, verb: str, rest: str, begun: Run | None) -> Run:
        turned = await self.door.admit(envelope)
        if turned is not None:
            return await self.engine.settle(
                number, envelope, turned.rule, turned.said, kind=EndingKind.REFUSED, begun=begun
            )
        answer = await self.commands().answer(verb, rest, envelope.place, envelope.sender)
        text, buttons = (answer.text, answer.buttons) if answer else ("", ())
        return await self.engine.settle(number, envelope, Rule.COMMAND, text, begun=begun, buttons=buttons)

    async def knows(self, place: Place) -> bool:
        """Has Nova a part in what is said there?"""
        if place in self._known:
            return True
        known = await places.knows(self.ledger, place)
        if known:
            self._talk.add(place)  # perhaps: an earlier process listened there
        return known

    def expect(self, place: Place) -> None:
        """Nova was named there, though that message has not come in yet."""
        self._known[place] = None
        self._known.move_to_end(place)
        while len(self._known) > KNOWN_PLACES:
            self._known.popitem(last=False)
