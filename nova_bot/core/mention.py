"""Mention: who is notified by a message. Code alone makes one, for a granted call; in a text it stays text."""

import re
from dataclasses import dataclass
from enum import StrEnum

_GROUP = re.compile(r"group:(?P<id>[A-Za-z0-9]{1,32})")


class Crowd(StrEnum):
    """Whoever is in a place: all of them, those who are there at the moment, or the members of one group."""

    CHANNEL = "channel"
    HERE = "here"
    EVERYONE = "everyone"
    GROUP = "group"
    NOBODY = ""


@dataclass(frozen=True, slots=True)
class Mention:
    """A crowd, or the user with the platform's `id`; of a group, `id` says which."""

    crowd: Crowd
    id: str = ""

    @property
    def text(self) -> str:
        """As it is kept: the inverse of `parse`."""
        return f"{self.crowd}:{self.id}"

    @classmethod
    def parse(cls, text: str) -> "Mention":
        """The inverse of `text`. Raises ValueError."""
        crowd, _, user = text.partition(":")
        return cls(Crowd(crowd), user)


def crowd_of(who: str) -> Mention | None:
    """The crowd that `who` names (channel, here, everyone, group:ID); None where it is a person's name."""
    if who in (Crowd.CHANNEL, Crowd.HERE, Crowd.EVERYONE):
        return Mention(Crowd(who))
    found = _GROUP.fullmatch(who)
    return Mention(Crowd.GROUP, found["id"]) if found else None
