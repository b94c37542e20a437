"""Chat over the outbox: a post is a row before it is sent, like every reply."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

from nova_bot.core.delivery import Outbound
from nova_bot.core.envelope import Place
from nova_bot.core.errors import ToolError
from nova_bot.core.mention import Crowd, Mention, crowd_of
from nova_bot.core.people import Identity, People, Person
from nova_bot.engine.outbox import Outbox
from nova_bot.ledger.store import Ledger

POST = "chat.post"
MENTION = "chat.mention"


@dataclass(frozen=True, slots=True)
class OutboxChat:
    """The `Chat` of `nova_bot.core.chat`. `places` are those that the settings name."""

    ledger: Ledger
    outbox: Outbox
    places: Mapping[str, Place]
    people: People

    @property
    def names(self) -> Collection[str]:
        """The places and the people that the settings name."""
        return {*self.places, *(person.name for person in self.people.listed)}

    def people_at(self, place: Place) -> list[str]:
        """Who can be notified at a place, by name, and by his name in the settings where that is another."""
        here = [person for person in self.people.listed if len(_accounts(person, place)) == 1]
        return [person.name for person in here] + [one.id for one in here if one.id.casefold() != one.name.casefold()]

    async def post(self, outbound: Outbound) -> str:
        """Post it; the same key twice makes one message. Raises ToolError when it did not arrive.

        Its label is that of what is passed on, without what a person agreed to show there; the sink checks it.
        """
        return await self._sent(POST, outbound)

    async def ping(self, outbound: Outbound, who: Sequence[str]) -> str:
        """Post it and notify `who`, by the same rules as above."""
        mentions = tuple(crowd_of(one) or self._person(one, outbound.place) for one in who)
        return await self._sent(MENTION, replace(outbound, mentions=mentions))

    def _person(self, name: str, place: Place) -> Mention:
        """The account of somebody whom the settings name. Raises ToolError when it isn't one."""
        known = [one for one in self.people.listed if name.casefold() in (one.name.casefold(), one.id.casefold())]
        ids = [one for person in known for one in _accounts(person, place)]
        if len(ids) != 1:
            raise ToolError(tool=MENTION, what=f'{len(ids)} people of the settings are called "{name}" here')
        return Mention(Crowd.NOBODY, ids[0])

    async def _sent(self, tool: str, outbound: Outbound) -> str:
        label = outbound.label
        agreed = replace(label, audience=label.audience | {outbound.place.room})
        await self.outbox.post(replace(outbound, label=agreed))
        await self.ledger.put()  # the receipt is on its way to the disk
        sent = [one for one in await self.ledger.message(outbound.key) if one.outbound.key == outbound.key]
        if sent and sent[0].receipt:
            return sent[0].receipt
        why = sent[0].failed if sent and sent[0].failed else "it waits in the outbox for the platform"
        raise ToolError(tool=tool, what=f"not delivered yet: {why}")


def _accounts(person: Person, place: Place) -> list[str]:
    """The ids that a person has where `place` is."""
    here = Identity(place.platform, place.workspace, "")
    return [one.id for one in person.identities if (one.platform, one.workspace) == (here.platform, here.workspace)]
