"""Approving: a person's word on a card, by a button or a command, lets the run go on from where it waits."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from nova_bot.context.items import fenced
from nova_bot.core.deed import Approval, Word
from nova_bot.core.delivery import Outbound
from nova_bot.core.envelope import Sender
from nova_bot.core.form import Form
from nova_bot.core.labels import Label, join
from nova_bot.core.run import Run
from nova_bot.core.wording import say
from nova_bot.engine.calls import buttons_of
from nova_bot.engine.outbox import Outbox
from nova_bot.engine.presses import Done, Handled, No, Press
from nova_bot.ledger import deeds
from nova_bot.ledger.reads import Accepted
from nova_bot.ledger.store import Ledger
from nova_bot.trust import approvals

GoOn = Callable[[Accepted], object]
"""Gives a run its turn in its conversation again."""


@dataclass(frozen=True, slots=True)
class Desk:
    """Hears a person's word. `new_id` names cards, buttons and commands."""

    ledger: Ledger
    outbox: Outbox
    go_on: GoOn
    clock: Callable[[], datetime]
    new_id: Callable[[], str]

    async def press(self, press: Press) -> Handled:
        """The handler of `approve`."""
        name, _, word = press.offered.button.value.partition(" ")
        card = await deeds.approval(self.ledger, name)
        if card is None:
            return No(say("press", "unknown"))
        return await self._hear(card, Word(word), press.envelope.sender, press.envelope.text, press.envelope.identity)

    async def form(self, press: Press) -> Form | None:
        """Asks for what has to be typed to agree, while the card can be pressed."""
        name, _, word = press.offered.button.value.partition(" ")
        card = await deeds.approval(self.ledger, name)
        if card is None or not card.typed or Word(word) is not Word.YES:
            return None
        now, by = self.clock(), press.envelope
        if now >= card.expires or approvals.refusal(card, by.sender, card.typed, by.identity, now):
            return None
        return Form(say("card", "form", run=f"r{card.run}"), say("card", "ending"))

    async def command(self, word: Word, rest: str, by: Sender) -> str:
        """`/approve [run] [last four characters]` and `/deny [run]`: the answer."""
        waiting = await deeds.waiting(self.ledger, by.person)
        named, _, typed = rest.partition(" ")
        chosen = [card for card in waiting if named in ("", f"r{card.run}")]
        if not chosen:
            return say("card", "nothing")
        if len(chosen) > 1:
            return say("card", "which", runs=", ".join(f"r{card.run}" for card in chosen))
        handled = await self._hear(chosen[0], word, by, typed.strip(), f"command:{self.new_id()}")
        return handled.why if isinstance(handled, No) else handled.note

    async def _hear(self, card: Approval, word: Word, by: Sender, typed: str, press: str) -> Done | No:
        now = self.clock()
        old = now >= card.expires and card.word is Word.OPEN
        why = approvals.refusal(card, by, typed if word is Word.YES and not old else card.typed, press, now)
        if why:
            return No(why)
        if old and word is Word.YES:
            return await self._renew(card, by, press, now)
        if not await deeds.decide(self.ledger, card, word, by.id, press, now):
            return No(say("card", "decided"))
        parked = await self.ledger.accepted(card.run)
        if parked.run is not None and parked.run.ending is None:
            self.go_on(parked)
        return Done(say("card", "approved" if word is Word.YES else "was_denied", name=by.name))

    async def _label(self, run: Run) -> Label:
        """That of the card before."""
        shown = [sent.outbound.label for sent in await self.ledger.sent_in(run.id) if sent.outbound.buttons]
        return join(shown, f"card:{run.name}")

    async def _renew(self, card: Approval, by: Sender, press: str, now: datetime) -> Done:
        """An old card never fires; a fresh one says the same and can be pressed."""
        run = await self.ledger.run(card.run)
        fresh = replace(card, id=self.new_id(), shown=now, expires=now + approvals.SHOWN)
        key = f"{run.name}/{run.cards + 1}"
        shown = Outbound(
            key,
            run.id,
            card.place,
            run.agent,
            fenced(card.card),
            buttons_of(fresh, run.envelope.sender.id, self.new_id),
            label=await self._label(run),
        )
        await deeds.renew(self.ledger, card, fresh, by.id, press, now)
        await self.outbox.post(shown)
        return Done(say("card", "renewed"))
