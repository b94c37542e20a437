"""Label: whose words something is, who may see it, and how old it is. The model can't change one."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum

from nova_bot.core.envelope import Place, Standing

NOVAS, PRESSED = "nova:", "press:"
"""How the origins of Nova's own sentences begin, and of what a button says when it is pressed."""


class Integrity(IntEnum):
    """How far words may be trusted to cause something; joins take the minimum."""

    OUTSIDE = 0
    TYPED = 1
    DIRECTORY = 2
    OWNER = 3


@dataclass(frozen=True, slots=True)
class Label:
    """`audience` holds places that a reader must ALL be able to read; empty means anyone.

    `as_of` is when the world was observed (copying never renews it); `expires` is when that is no longer fresh.
    `origin` is one id such as `turn:r7`, `tool:clock.now`, `step:r7.3`, `nova:r7` for what code said in a run,
    or `press:r7` for the words of a button.
    """

    integrity: Integrity
    origin: str
    audience: frozenset[Place] = frozenset()
    secret: bool = False
    as_of: datetime | None = None
    expires: datetime | None = None


def join(labels: Iterable[Label], origin: str) -> Label:
    """The label of something made from all of `labels`: the least trusted, the narrowest, the oldest.

    Made from nothing, it is the word of a machine: `DIRECTORY`, for anyone.
    """
    seen = list(labels)
    return Label(
        integrity=min([label.integrity for label in seen], default=Integrity.DIRECTORY),
        origin=origin,
        audience=frozenset[Place]().union(*[label.audience for label in seen]),
        secret=any(label.secret for label in seen),
        as_of=min([label.as_of for label in seen if label.as_of], default=None),
        expires=min([label.expires for label in seen if label.expires], default=None),
    )


def aged(label: Label, sources: Sequence[Label]) -> Label:
    """`label` as old as the oldest of `sources`, if there are any."""
    if not sources:
        return label
    as_of = min([source.as_of for source in sources if source.as_of], default=None)
    expires = min([source.expires for source in sources if source.expires], default=None)
    return Label(label.integrity, label.origin, label.audience, label.secret, as_of, expires)


def of_model(labels: Iterable[Label], origin: str) -> Label:
    """The label of a model's wording over `labels`: their join, and never the owner's own word."""
    joined = join(labels, origin)
    return Label(
        min(joined.integrity, Integrity.DIRECTORY), origin, joined.audience, joined.secret, joined.as_of, joined.expires
    )


def confirm(label: Label, origin: str) -> Label:
    """`label` after its owner confirmed this one claim. Nothing else makes words trusted that were not."""
    return Label(Integrity.OWNER, origin, label.audience, label.secret, label.as_of, label.expires)


def of_standing(standing: Standing) -> Integrity:
    """The integrity of words typed by someone of this standing."""
    known = {Standing.OWNER: Integrity.OWNER, Standing.MACHINE: Integrity.DIRECTORY}
    return known.get(standing, Integrity.OUTSIDE)
