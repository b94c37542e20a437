"""`inbox` and `retry`: what failed for good is listed, and tried again as if it had just come in."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import datetime

from nova_bot.core.envelope import Envelope, Kind, Place, Sender, Standing
from nova_bot.core.errors import NotDone
from nova_bot.core.readers import Readers
from nova_bot.core.run import Run
from nova_bot.core.text import clip
from nova_bot.core.wording import say
from nova_bot.dispatch.answering import reads_alone
from nova_bot.engine.outbox import Outbox
from nova_bot.ledger import inbox
from nova_bot.ledger.inbox import RETRY, Dead
from nova_bot.ledger.store import Ledger

TEXT_MAX = 80
WHY_MAX = 160


@dataclass(frozen=True, slots=True)
class Inbox:
    """The owner sees everything, anyone else what he asked for. `readers` tells who reads a place now."""

    ledger: Ledger
    outbox: Outbox
    receive: Callable[[Envelope], Awaitable[object | None]]
    readers: Callable[[Place], Awaitable[Readers | None]]
    clock: Callable[[], datetime]

    @property
    def verbs(self) -> dict[str, Callable[[str, Place, Sender], Awaitable[str]]]:
        """What can be asked."""
        return {"inbox": self._list, "retry": self._retry}

    async def _list(self, rest: str, place: Place, by: Sender) -> str:  # noqa: ARG002
        found = await self._of(by)
        if not found:
            return say("inbox", "nothing")
        alone = reads_alone(await self.readers(place), by)
        lines = [line(one, open_=alone or one.place.room == place.room) for one in found]
        return "\n".join([*lines, "", say("inbox", "how")])

    async def _retry(self, rest: str, place: Place, by: Sender) -> str:  # noqa: ARG002
        """Raises NotDone for what has not failed, or has been tried again already."""
        name = rest.strip()
        if not name:
            raise NotDone(why=say("inbox", "which"))
        if not any(one.name == name for one in await self._of(by)):
            raise NotDone(why=say("inbox", "unknown", name=clip(name, 40)))
        reply = await inbox.revive(self.ledger, name)
        if reply is not None:
            sent = await self.outbox.send(reply.outbound, again=True)
            failed = [one.failed for one in await self.ledger.message(name) if one.failed]
            if failed:
                raise NotDone(why=failed[0])
            return say("inbox", "again" if sent else "later", name=name)
        run = await self.ledger.run(int(name.removeprefix("r")))
        await self.receive(again(run, self.clock()))
        return say("inbox", "again", name=name)

    async def _of(self, by: Sender) -> list[Dead]:
        found = await inbox.dead(self.ledger)
        return [one for one in found if by.standing is Standing.OWNER or one.person == by.person]


def again(run: Run, now: datetime) -> Envelope:
    """The message of a run that failed, once more. A press says what its run made of it, if it got so far."""
    envelope = replace(run.envelope, identity=f"{RETRY}{run.id}", twin=None, at=now)
    if envelope.kind is Kind.PRESS and run.route.request:
        return replace(envelope, kind=Kind.MESSAGE, press=None, text=run.route.request)
    return envelope


def line(dead: Dead, *, open_: bool) -> str:
    """One failure; its text only where it may be read."""
    text = clip(dead.text, TEXT_MAX) if open_ else say("command", "hidden")
    where = " ".join(filter(None, (dead.place.platform, dead.place.channel)))
    return say("inbox", "line", name=dead.name, place=where, why=clip(dead.why, WHY_MAX), text=text)
