"""Effect: what a tool does to the world, and the row of data by which the trust policy judges a call."""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from nova_bot.core.labels import Integrity


class Effect(StrEnum):
    """What a tool does to the world."""

    READ = "read"
    INTERNAL = "internal"
    SEND = "send"
    SHARE = "share"
    DESTROY = "destroy"
    COMMIT = "commit"
    MONEY = "money"
    IDENTITY = "identity"
    EXEC = "exec"


OUTWARD = frozenset(Effect) - {Effect.READ, Effect.INTERNAL, Effect.DESTROY}
"""What others notice. To destroy what is one's own can't be undone, but tells nobody anything."""


@dataclass(frozen=True, slots=True)
class Returns:
    """The label of a result: its integrity, its subject kind, and how long it stays fresh (None: always).

    `anyone` may see it: it is the same whoever asks. `echo`: it is made of its arguments, and so no better than them.
    """

    integrity: Integrity
    kind: str
    fresh: timedelta | None = None
    secret: bool = False
    anyone: bool = False
    echo: bool = False


@dataclass(frozen=True, slots=True)
class ToolRow:
    """What the policy knows of a tool.

    `targets` are the arguments that say who or where, `content` those that may hold free text, `egress` those of a
    read that leave the house (a URL, a query). An argument in none of them is free unless a grant pins it. `own`: it
    only reaches what belongs to the person who asks. `echo`: its result is made of its arguments. `pings` are the
    targets that name people to notify in the place where the run speaks; to notify many always asks.
    """

    effect: Effect
    targets: tuple[str, ...] = ()
    content: tuple[str, ...] = ()
    egress: tuple[str, ...] = ()
    secret: bool = False
    own: bool = False
    echo: bool = False
    pings: tuple[str, ...] = ()

    @property
    def plain(self) -> bool:
        """Does it only read, with nothing that leaves the house?"""
        return self.effect is Effect.READ and not self.egress

    @property
    def outward(self) -> bool:
        """Does it act, or tell something, outside of the house?"""
        return self.effect in OUTWARD or bool(self.egress)

    @property
    def bound(self) -> tuple[str, ...]:
        """The arguments whose values must be quoted or come from a named source."""
        return (*self.targets, *self.egress)
