"""People: who is behind a platform identity. Compared as exact tuples; a linked identity is the same person."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from nova_bot.core.envelope import Sender, Standing

OWNER = "owner"
"""The owner's person id."""

_ONE_ID_EVERYWHERE = frozenset({"discord"})
"""Platforms where a user has the same id in every workspace."""


class May(StrEnum):
    """What a person who is not the owner may do, for himself, in the place he speaks from."""

    ASK = "ask"
    REMIND = "remind"
    NOTE = "note"


class Strangers(StrEnum):
    """What somebody gets who is not listed anywhere: an answer, one constant sentence, or nothing."""

    ANSWER = "answer"
    REFUSE = "refuse"
    SILENT = "silent"


@dataclass(frozen=True, slots=True, order=True)
class Identity:
    """A user of a platform. `workspace` is "" where the id is the same in all of them."""

    platform: str
    workspace: str
    id: str

    def __post_init__(self) -> None:
        if self.platform in _ONE_ID_EVERYWHERE:
            object.__setattr__(self, "workspace", "")

    @property
    def key(self) -> str:
        """The exact tuple as one text; the person id of somebody who is not listed anywhere."""
        return json.dumps([self.platform, self.workspace, self.id], ensure_ascii=False)

    @classmethod
    def from_key(cls, key: str) -> "Identity":
        """The inverse of `key`. Raises ValueError."""
        found = json.loads(key)
        if not (isinstance(found, list) and len(found) == 3 and all(isinstance(part, str) for part in found)):
            raise ValueError(key)
        return cls(*found)

    @classmethod
    def parse(cls, platform: str, text: str) -> "Identity":
        """`T1/U1`, or `123` where ids are the same everywhere. Raises ValueError."""
        workspace, slash, user = text.rpartition("/")
        if (bool(slash) is (platform in _ONE_ID_EVERYWHERE)) or not user or (slash and not workspace):
            wanted = "a user id" if platform in _ONE_ID_EVERYWHERE else "WORKSPACE/USER"
            raise ValueError(f'"{text}" is no {platform} identity; write {wanted}')
        return cls(platform, workspace, user)


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody, by all identities that are known to be his. `tz` is "" when he keeps the owner's zone."""

    id: str
    name: str
    standing: Standing
    may: frozenset[May] = frozenset()
    identities: frozenset[Identity] = field(default_factory=frozenset)
    tz: str = ""


class People:
    """Everybody the settings list, and the identities that were linked since.

    `open_to` gives workspaces whose people may ask without being listed, and their standing.
    """

    def __init__(self, listed: Iterable[Person], open_to: Mapping[tuple[str, str], Standing] | None = None) -> None:
        self._listed = {person.id: person for person in listed}
        self._by_identity = {identity: person for person in self._listed.values() for identity in person.identities}
        self._open_to = dict(open_to or {})
        self._links: dict[Identity, str] = {}

    @property
    def listed(self) -> tuple[Person, ...]:
        """Those the settings name."""
        return tuple(self._listed.values())

    @property
    def links(self) -> Mapping[Identity, str]:
        """Linked identities with their person ids."""
        return self._links

    def sender(
        self,
        platform: str,
        workspace: str,
        id: str,  # noqa: A002
        name: str,
        *,
        bot: bool = False,
        home: str = "",
    ) -> Sender:
        """The sender of an envelope. A bot that is not listed is a machine, which nobody answers.

        A listed bot's words are an outsider's: it speaks as a guest. Whose `home` is another workspace is no member of
        this one; only his own account counts.
        """
        identity = Identity(platform, workspace, id)
        visits = home not in ("", workspace) and identity not in self._by_identity and identity not in self._links
        person = self.person(platform, home if visits else workspace, id)
        standing = Standing.GUEST if person.standing is Standing.MACHINE else person.standing
        if bot and person.standing is not Standing.MACHINE:
            return Sender(id, name, Standing.MACHINE, Identity(platform, workspace, id).key)
        return Sender(id, name, standing, person.id)

    def person(self, platform: str, workspace: str, id: str) -> Person:  # noqa: A002
        """Whose identity this is. Somebody unknown is a guest who may do nothing."""
        identity = Identity(platform, workspace, id)
        if identity in self._by_identity:
            return self._by_identity[identity]
        if identity in self._links:
            return self.of(self._links[identity])
        standing = self._open_to.get((platform, workspace))
        if standing is None:
            return Person(identity.key, "", Standing.GUEST, identities=frozenset({identity}))
        return Person(identity.key, "", standing, frozenset({May.ASK}), frozenset({identity}))

    def of(self, person_id: str) -> Person:
        """The person with this id. An id that names nobody is a guest who may do nothing."""
        if person_id in self._listed:
            return self._listed[person_id]
        try:
            identity = Identity.from_key(person_id)
        except ValueError:
            return Person(person_id, "", Standing.GUEST)
        return self.person(identity.platform, identity.workspace, identity.id)

    def accounts(self, person_id: str) -> list[Identity]:
        """All identities of a person, in a fixed order: those of the settings and those linked since."""
        linked = {identity for identity, person in self._links.items() if person == person_id}
        return sorted(self.of(person_id).identities | linked)

    def link(self, identity: Identity, person_id: str) -> bool:
        """Make `identity` one of that person's. False when it is listed or linked already, or is that person itself."""
        root = self.of(person_id).id
        if identity in self._by_identity or identity in self._links or root == identity.key:
            return False
        self._links[identity] = root
        return True
