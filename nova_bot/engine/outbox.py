"""The outbox: a reply is a row before it is sent, and has a receipt after.

A row without a receipt may have been sent all the same: just before an earlier process died, or by a try that ended
in an error. So it is looked for on the platform before it is sent again. An edit is a row too, and is simply made
again.
"""

import asyncio
import logging
from collections import defaultdict
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import replace
from datetime import datetime
from secrets import token_urlsafe
from time import monotonic
from typing import Protocol

from nova_bot.core.button import APPROVE
from nova_bot.core.delivery import UNCHECKED, Delivery, Limits, Outbound, Underway
from nova_bot.core.envelope import Envelope, Kind, Place
from nova_bot.core.labels import Label, join
from nova_bot.core.wording import say
from nova_bot.engine.giving_way import give_way
from nova_bot.engine.sieve import Sieve, told_owner, withheld
from nova_bot.ledger.store import Ledger
from nova_bot.trust.sinks import Refuse

log = logging.getLogger(__name__)

TRIES = 5
FIRST_WAIT_S = 1.0
PROGRESS_EVERY_S = 0.1
RECOVER_WITHIN_S = 10.0
STOP_WITHIN_S = 1.0


class Undeliverable(Exception):
    """The platform will never take this reply; the message says why."""


class Withdrawn(Undeliverable):
    """What it answers was taken back, so nobody waits for it."""


class Gone(Exception):
    """Nobody reads there any more; whoever comes next is sent it."""


class Courier(Protocol):
    """An adapter's sending side."""

    platform: str
    limits: Limits

    async def deliver(self, outbound: Outbound) -> str:
        """Send it. The platform's id of the message.

        Raises Undeliverable, Gone, or any other error to be tried again.
        """
        ...

    async def find(self, outbound: Outbound) -> str | None:
        """The platform's id of a message sent earlier with this key, if there is one."""
        ...

    async def edit(self, receipt: str, outbound: Outbound) -> str:
        """Make a message say `outbound`, buttons too. Its receipt. Making the same edit twice must be harmless.

        Raises Undeliverable, or any other error to be tried again.
        """
        ...

    def progress(self, underway: Underway) -> None:
        """Show how far a run is, where the platform can. Must return at once."""
        ...

    async def noticed(self, envelope: Envelope) -> None:
        """Show the person, within a second, that the message came in."""
        ...

    async def private(self, place: Place, person: str, text: str) -> None:
        """Tell one person something that the others at `place` don't see. It is not kept.

        A place without a channel is the direct conversation with that person.
        """
        ...


class Outbox:
    """Sends what the ledger holds. `lost` is told of what a platform will never take."""

    def __init__(
        self,
        ledger: Ledger,
        couriers: Iterable[Courier],
        clock: Callable[[], datetime],
        sieve: Sieve,
        progress_every_s: float = PROGRESS_EVERY_S,
        lost: Callable[[Outbound], Awaitable[None]] | None = None,
        new_id: Callable[[], str] = lambda: token_urlsafe(12),
    ) -> None:
        self._ledger = ledger
        self._sieve = sieve
        self._every_s = progress_every_s
        self._shown: dict[str, float] = {}
        self._couriers = {courier.platform: courier for courier in couriers}
        self._clock = clock
        self._lost = lost
        self._new_id = new_id
        self._tasks: set[asyncio.Task[None]] = set()
        self._stuck: set[str] = set()

    @property
    def platforms(self) -> tuple[str, ...]:
        """The platforms that can be sent to."""
        return tuple(self._couriers)

    def takes_feedback(self, platform: str) -> bool:
        """May an answer there ask whether it was good?"""
        courier = self._couriers.get(platform)
        return courier is not None and courier.limits.feedback

    def progress(self, underway: Underway) -> None:
        """Pass on how far a run is, not too often. What goes wrong there is no matter of the run."""
        courier = self._couriers.get(underway.place.platform)
        if courier is None or not self._due(underway):
            return
        try:
            courier.progress(self._sieve.underway(underway))
        except Exception:
            log.warning("no progress of %s", underway.run, exc_info=True, extra={"action": "outbox.progress"})

    def _due(self, underway: Underway) -> bool:
        """Is it time to show more of this run? The whole text is filtered each time."""
        now = monotonic()
        if underway.text and now - self._shown.get(underway.run, 0.0) < self._every_s:
            return False
        self._shown[underway.run] = now if underway.text else 0.0
        return True

    def notice(self, envelope: Envelope) -> None:
        """Give the person a sign of life; nobody waits for it."""
        self._begun(asyncio.create_task(self._notice(envelope), name="sign of life"))

    async def _notice(self, envelope: Envelope) -> None:
        courier = self._couriers.get(envelope.place.platform)
        if courier is None:
            return
        try:
            await courier.noticed(envelope)
        except Exception:
            log.warning("no sign for %s", envelope.identity, exc_info=True, extra={"action": "outbox.notice"})

    async def private(self, place: Place, person: str, text: str, label: Label = UNCHECKED) -> None:
        """Tell one person something at `place`. It is tried once."""
        courier = self._couriers.get(place.platform)
        if courier is None:
            return
        message = Outbound("", 0, place, "nova", text, label=label)
        try:
            checked = await self._sieve.checked(message, self._sieve.reader(place, person))
            if isinstance(checked, Refuse):
                await courier.private(place, person, withheld(message).text)
                await self._whisper_to_owner(message, checked)
            else:
                await courier.private(place, person, checked.text)
        except Exception:
            log.warning("nothing said to %s", person, exc_info=True, extra={"action": "outbox.private"})

    def cleaned(self, text: str) -> str:
        """Words that a platform shows to one person in a way of its own, as they may be shown there."""
        return self._sieve.cleaned(text)

    async def direct(self, near: Place, user: str) -> Place | None:
        """Where a user of the platform of `near` can be told something alone; None where that is nowhere."""
        return await self._sieve.direct(near, user)

    async def keep(self, outbound: Outbound) -> None:
        """Keep a reply or an edit that belongs to no run's end, to be sent later."""
        await self._ledger.outgoing(outbound, self._clock())

    async def post(self, outbound: Outbound) -> bool:
        """Keep one and send it at once. False when it stays in the outbox."""
        await self.keep(outbound)
        return await self.send(outbound)

    async def send(self, outbound: Outbound, *, again: bool = False) -> bool:
        """Send one reply; with `again` it is looked for first. False when it stays in the outbox."""
        courier = self._couriers.get(outbound.place.platform)
        if courier is None:
            return False
        for attempt in range(TRIES):
            if attempt:
                await asyncio.sleep(FIRST_WAIT_S * 2 ** (attempt - 1))
            try:
                await give_way()
                leaving = await self._checked(outbound)
                receipt = await self._delivered(courier, leaving, look=again or attempt > 0)
            except Undeliverable as error:
                await self._ledger.unsendable(outbound.key, str(error))
                log.error("%s can't be sent: %s", outbound.key, error, extra={"action": "outbox.unsendable"})
                self._stuck.discard(outbound.key)
                if self._lost:
                    await self._lost(outbound)
                if not (outbound.edits or isinstance(error, Withdrawn)):
                    await self._tell_asker(outbound, str(error))
                return True
            except Gone:
                break
            except Exception:
                said = "sending %s, try %d of %d"
                log.warning(said, outbound.key, attempt + 1, TRIES, exc_info=True, extra={"action": "outbox.retry"})
            else:
                self._ledger.sent(Delivery(outbound.key, receipt, self._clock()))
                self._stuck.discard(outbound.key)
                return True
        log.error("%s stays in the outbox for now", outbound.key, extra={"action": "outbox.stays"})
        self._stuck.add(outbound.key)
        return False

    async def _tell_asker(self, outbound: Outbound, why: str) -> None:
        """Who asked has seen that it came in, and waits for an answer that can't be said there."""
        envelope = (await self._ledger.run(outbound.run)).envelope
        if envelope.kind is not Kind.CLOCK and envelope.place == outbound.place:
            alone = Place(outbound.place.platform, outbound.place.workspace, "")
            text = say("delivery", "lost", why=why, run=f"r{outbound.run}")
            await self.private(alone, envelope.sender.id, text)

    async def _checked(self, outbound: Outbound) -> Outbound:
        """The message as it may leave now. If it may not, a neutral sentence takes its place and the owner is told."""
        self._shown.pop(f"r{outbound.run}", None)
        whole = outbound
        if outbound.edits:  # what it replaces is part of it
            earlier = [sent.outbound for sent in await self._ledger.message(outbound.edits)]
            label = join([outbound.label, *(one.label for one in earlier)], outbound.label.origin)
            whole = replace(outbound, label=label, links=outbound.links.union(*(one.links for one in earlier)))
        checked = await self._sieve.checked(whole)
        if not isinstance(checked, Refuse):
            return checked
        log.warning("%s may not leave: %s", outbound.key, checked.why, extra={"action": "sink.refused"})
        to = await self._sieve.owners_place(outbound.place)
        if to is None:
            return withheld(outbound)
        if to.room == outbound.place.room:  # he is spoken to alone here already
            return replace(withheld(outbound), text=told_owner(whole, checked.why, to).text)
        line = self._with_card(outbound, told_owner(whole, checked.why, to))
        if not await self._ledger.message(line.key):
            await self.post(line)
        return withheld(outbound)

    def _with_card(self, outbound: Outbound, line: Outbound) -> Outbound:
        """The owner's line; with a card below it where one waits, so that it can be decided where he alone reads it."""
        asking = [button for button in outbound.buttons if button.act == APPROVE]
        if not asking:
            return line
        near = line.place.platform == outbound.place.platform  # elsewhere he has another id, and is alone
        buttons = tuple(replace(one, id=self._new_id(), presser=one.presser if near else "") for one in asking)
        text = f"{line.text}\n\n{outbound.text}"
        return replace(line, text=text, buttons=buttons, label=outbound.label, links=outbound.links)

    async def _whisper_to_owner(self, message: Outbound, refused: Refuse) -> None:
        """What was not kept is told without being kept."""
        to = await self._sieve.owners_place(message.place)
        if to is not None and to.platform in self._couriers:
            await self._couriers[to.platform].deliver(told_owner(message, refused.why, to))

    async def _delivered(self, courier: Courier, outbound: Outbound, *, look: bool) -> str:
        """The receipt. A reply that may be there already, since an error can follow its arrival, is looked for."""
        if outbound.edits:
            return await courier.edit(await self._receipt(outbound), outbound)
        receipt = await courier.find(outbound) if look else None
        return receipt or await courier.deliver(outbound)

    async def _receipt(self, edit: Outbound) -> str:
        """The platform's id of the message to edit. Raises Undeliverable when it was never sent."""
        receipts = [sent.receipt for sent in await self._ledger.message(edit.edits) if sent.receipt]
        if not receipts:
            raise Undeliverable(say("delivery", "nothing_to_edit", reply=edit.edits))
        return receipts[-1]

    async def recover(self) -> None:
        """Send what an earlier process left, unless the platform has it already.

        A platform that doesn't answer is not waited for: the others are to begin.
        """
        unsent = await self._ledger.unsent(self.platforms)
        sending = self._begun(asyncio.create_task(self._resend(unsent), name="outbox recovers"))
        await asyncio.wait([sending], timeout=RECOVER_WITHIN_S)
        if sending.done():
            sending.result()

    async def stop(self) -> None:
        """Give up what is under way and takes longer than a moment; it stays in the outbox."""
        if self._tasks:
            _, late = await asyncio.wait([*self._tasks], timeout=STOP_WITHIN_S)
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)

    def _begun(self, task: asyncio.Task[None]) -> asyncio.Task[None]:
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    async def resend(self) -> None:
        """Send once more what could not be sent, as while a platform was down."""
        if self._stuck:
            unsent = await self._ledger.unsent(self.platforms)
            await self._resend([outbound for outbound in unsent if outbound.key in self._stuck])

    async def _resend(self, outbounds: Iterable[Outbound]) -> None:
        lanes: dict[Place, list[Outbound]] = defaultdict(list)
        for outbound in outbounds:
            lanes[outbound.place].append(outbound)
        await asyncio.gather(*(self._recover(lane) for lane in lanes.values()))

    async def _recover(self, lane: list[Outbound]) -> None:
        """The replies of one conversation in their order; none overtakes one that can't be sent yet."""
        for outbound in lane:
            if not await self.send(outbound, again=True):
                return
