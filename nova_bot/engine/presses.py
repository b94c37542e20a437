"""Presses: a button's id comes back from a platform; here it gets its meaning.

What is unknown, expired, pressed already or another person's is refused, privately and in words. Everything else goes
to the handler of the button's act. A press whose handling was cut short is handled again after a restart, so a handler
has to be harmless when it is called twice with the same press.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from nova_bot.core.button import GOOD
from nova_bot.core.delivery import Offered, Outbound
from nova_bot.core.envelope import Envelope
from nova_bot.core.errors import LedgerError
from nova_bot.core.form import Form
from nova_bot.core.route import Rule
from nova_bot.core.run import Run
from nova_bot.core.wording import say
from nova_bot.engine.loop import Engine
from nova_bot.engine.outbox import Outbox
from nova_bot.ledger.store import Ledger

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Press:
    """A press that may be handled."""

    envelope: Envelope
    offered: Offered


@dataclass(frozen=True, slots=True)
class Words:
    """The press says `text` in the conversation, and a run answers it. `note` and `hint`: see `Done`."""

    text: str
    note: str = ""
    hint: str = ""


@dataclass(frozen=True, slots=True)
class Done:
    """The press is dealt with. `note` takes the place of the buttons; "" leaves the message as it is.

    `hint` is a line of the message that speaks of its buttons, and goes with them.
    """

    note: str = ""
    hint: str = ""


@dataclass(frozen=True, slots=True)
class No:
    """The press changes nothing, and the button can be pressed again; only who pressed reads `why`."""

    why: str


@dataclass(frozen=True, slots=True)
class Noted:
    """The press is kept, and that is all; only who pressed reads `thanks`."""

    thanks: str


Handled = Words | Done | No | Noted
PressHandler = Callable[[Press], Awaitable[Handled]]
"""Handles the presses of an act. Where a form was filled in, the envelope has its text."""

FormMaker = Callable[[Press], Awaitable[Form | None]]
"""Says what a press of an act has to ask for, None for nothing."""


class Presses:
    """`handlers` and `forms` by the act of a button."""

    def __init__(
        self,
        ledger: Ledger,
        outbox: Outbox,
        engine: Engine,
        handlers: dict[str, PressHandler],
        clock: Callable[[], datetime],
        forms: Mapping[str, FormMaker] | None = None,
    ) -> None:
        self._forms = forms or {}
        self._ledger = ledger
        self._outbox = outbox
        self._engine = engine
        self.handlers = handlers
        self._clock = clock

    async def placed(self, envelope: Envelope) -> Envelope:
        """The press at the place of its message, so that it waits for its turn in that conversation."""
        offered = await self._ledger.offered(envelope.press or "")
        return replace(envelope, place=offered.message.place) if offered else envelope

    async def form(self, envelope: Envelope) -> Form | None:
        """What this press has to ask for; None for nothing, and for a press that will be refused."""
        offered = await self._ledger.offered(envelope.press or "")
        if offered is None or offered.button.act not in self._forms or refusal(offered, envelope, self._clock()):
            return None
        return await self._forms[offered.button.act](Press(envelope, offered))

    async def answer(self, number: int, envelope: Envelope, begun: Run | None = None) -> Run:
        """Handle accepted press `number` to the end of its run."""
        if begun is not None and begun.route.rule is not Rule.PRESS:
            return await self._engine.answer(number, envelope, begun)
        handled, offered = await self._handled(envelope)
        if isinstance(handled, No) or offered is None:
            why = handled.why if isinstance(handled, No) else ""
            await self._outbox.private(envelope.place, envelope.sender.id, why)
            return await self._engine.settle(number, envelope, Rule.PRESS, begun=begun)
        if isinstance(handled, Noted):
            await self._outbox.private(envelope.place, envelope.sender.id, handled.thanks)
            return await self._engine.settle(number, envelope, Rule.PRESS, begun=begun)
        if isinstance(handled, Done):
            await self._note(offered, handled)
            return await self._engine.settle(number, envelope, Rule.PRESS, begun=begun)
        spoken = replace(envelope, text=handled.text, press=handled.text)
        _, run = await asyncio.gather(self._note(offered, handled), self._engine.answer(number, spoken))
        return run

    async def _handled(self, envelope: Envelope) -> tuple[Handled, Offered | None]:
        """What came of the press. A fault while finding out means no."""
        try:
            offered = await self._ledger.offered(envelope.press or "")
            why = refusal(offered, envelope, self._clock())
            if offered is None or why:
                return No(why), None
            handler = self.handlers[offered.button.act]
            await self._ledger.press(offered.button.id, envelope)
            handled = await handler(Press(envelope, offered))
            if isinstance(handled, No):
                await self._ledger.unpress(offered.button.id, envelope)
            return handled, offered
        except LedgerError:
            raise
        except Exception:
            log.exception("press %s broke", envelope.identity, extra={"action": "press.broke"})
            return No(say("press", "broke")), None

    async def _note(self, offered: Offered, handled: Done | Words) -> None:
        """Edit the message: without buttons, and with what became of them."""
        if not handled.note:
            return
        message = offered.message
        kept = "\n".join(line for line in message.text.split("\n") if line != handled.hint or not line)
        text = f"{kept}\n\n{handled.note}"
        edit = Outbound(
            f"{message.message}/{offered.button.id}", message.run, message.place, message.agent, text,
            edits=message.message,
        )  # fmt: skip
        await self._outbox.post(edit)


def refusal(offered: Offered | None, envelope: Envelope, now: datetime) -> str:
    """Why this press may not be handled, "" when it may."""
    if offered is None:
        return say("press", "unknown")
    button = offered.button
    if button.presser not in ("", envelope.sender.id):
        return say("press", "not_yours")
    if offered.press not in ("", envelope.identity):
        return say("press", "pressed")
    if button.expires is not None and now > button.expires and not offered.press:
        return say("press", "expired")
    return ""


async def noted(press: Press) -> Handled:
    """The handler of `feedback`: who found which answer good or bad stands in the button's row."""
    return Noted(say("press", "thanks_good" if press.offered.button.value == GOOD else "thanks_bad"))


def choosing(ledger: Ledger) -> PressHandler:
    """The handler of `choose`: the button's value answers our open question."""

    async def choose(press: Press) -> Handled:
        message = press.offered.message
        question = (await ledger.conversation(message.place)).question
        if question is None or question.run != message.run:
            return No(say("press", "answered"))
        label = press.offered.button.label
        return Words(press.offered.button.value, say("press", "chosen", label=label, name=press.envelope.sender.name))

    return choose
