"""The world of a case: its places as Nova's, who is who, and who can read what at this moment."""

from dataclasses import dataclass

from nova_bot.bench.sink_cases import Case, World
from nova_bot.core.envelope import Place, Standing
from nova_bot.core.people import OWNER, Identity, May, People, Person
from nova_bot.core.readers import Reader, Readers

TEAM = "T0TEAM"
THREAD = "1700000000.000100"
_STANDINGS = {"member": Standing.MEMBER, "guest": Standing.GUEST}


@dataclass(frozen=True, slots=True)
class Stage:
    """A world as one case sees it."""

    world: World
    case: Case

    def place(self, name: str) -> Place:
        """A place by its name in the file; a thread stands in its parent."""
        platform, _, channel = name.partition(":")
        entry = self.world.places.get(name, [])
        if isinstance(entry, str) and entry.startswith("as "):
            return Place(platform, _workspace(platform), entry.removeprefix("as ").split()[0], THREAD)
        if platform == "slack" and channel == "WORKSPACE":
            return Place(platform, TEAM, "")
        return Place(platform, _workspace(platform), channel)

    @property
    def sink(self) -> Place:
        """Where the case is bound for."""
        return self.place(self.case.sink)

    @property
    def audience(self) -> frozenset[Place]:
        """The places that a reader must all be able to read."""
        given = self.case.context.audience
        names = [self.case.sink] if given is None else [name for name in given if name not in ("*", "anyone")]
        owners = {"owner": "slack:D_OWNER"}
        return frozenset(self.place(owners.get(name, name)).room for name in names)

    @property
    def people(self) -> People:
        """Everybody. The owner's Discord account is his only when it is linked."""
        mine = {Identity("slack", TEAM, self.world.owner.get("slack", "U_OWNER"))}
        if self.case.context.linked_identity or self.case.scenario:
            mine.add(Identity("discord", "", self.world.owner.get("discord", "42")))
        owner = Person(OWNER, self.world.owner.get("name", "Owner"), Standing.OWNER, identities=frozenset(mine))
        others = [
            Person(
                name,
                self.world.directory.get(name, name),
                _STANDINGS.get(about.split(",")[0].split()[0].lower(), Standing.MEMBER),
                frozenset({May.ASK, May.REMIND}),
                frozenset({self.identity(name)}),
            )
            for name, about in self.world.people.items()
            if "not allowed" not in about
        ]
        return People([owner, *others])

    def identity(self, name: str) -> Identity:
        """A platform's user by his name in the file."""
        if name == "owner":
            return Identity("slack", TEAM, self.world.owner.get("slack", "U_OWNER"))
        return Identity("discord", "", name) if name.isdigit() else Identity("slack", TEAM, name)

    def readers(self, place: Place) -> Readers:
        """Who can read a place. Raises LookupError where the platform answers with an error."""
        if place.platform == "slack" and not place.channel:
            return Readers(groups=frozenset({"slack:WORKSPACE"}))
        name = f"{place.platform}:{place.channel}"
        entry = self.world.places[name]
        while isinstance(entry, str) and entry.startswith("as "):
            name = f"{place.platform}:{entry.removeprefix('as ').split()[0]}"
            entry = self.world.places[name]
        if isinstance(entry, str) and "error" in entry:
            raise LookupError(entry)
        found = Readers()
        for one in [entry] if isinstance(entry, str) else entry:
            found = _both(found, self._readers(name, one))
        if self.lets_in and place != self.sink.room and place in self.audience:
            found = _both(found, self.readers(self.sink.room))
        return found

    @property
    def lets_in(self) -> bool:
        """Does the case say that the sink's reader is among the audience now?"""
        return self.case.context.member is True or (self.case.context.joined_after and self.case.context.member is None)

    def _readers(self, place: str, entry: str) -> Readers:
        who = entry.split(",")[0].strip()
        if who == "owner":
            linked = place.startswith("slack:") or self.case.context.linked_identity or bool(self.case.scenario)
            someone = OWNER if linked else Identity("discord", "", self.world.owner.get("discord", "42")).key
            return Readers(frozenset({Reader(someone, frozenset({"slack:WORKSPACE"} if linked else ()))}))
        if who in self.world.people or who.startswith("U_") or who.isdigit():
            return Readers(frozenset({Reader(self._person(who), self._groups(who))}))
        return Readers(groups=frozenset({who if who == "slack:WORKSPACE" else f"{place}: {who}"}))

    def _person(self, name: str) -> str:
        identity = self.identity(name)
        return self.people.person(identity.platform, identity.workspace, identity.id).id

    def _groups(self, name: str) -> frozenset[str]:
        """What somebody belongs to, by what the world says of him."""
        about = self.world.people.get(name, "")
        if about.startswith("member") and not name.isdigit():
            return frozenset({"slack:WORKSPACE"})
        rooms = [place for place in self.world.places if place.partition(":")[2] in about.replace(",", " ").split()]
        return frozenset(f"{room}: guests of the channel" for room in rooms)


def _workspace(platform: str) -> str:
    return TEAM if platform == "slack" else "G1"


def _both(one: Readers, other: Readers) -> Readers:
    return Readers(one.people | other.people, one.groups | other.groups)
