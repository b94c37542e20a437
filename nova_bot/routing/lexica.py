"""The data files of the router that belong to no agent: follow-ups, talk between people, vague and outside messages."""

from dataclasses import dataclass
from importlib.resources import files

from nova_bot.routing.address import without_mention


@dataclass(frozen=True, slots=True)
class FollowUp:
    """A thread message: who held the thread, what was asked before, what is said now, and who is right for it."""

    holder: str
    previous: str
    text: str
    right: str

    @property
    def stays(self) -> bool:
        """Does it go on with the holder's work?"""
        return self.right == self.holder


def _lines(name: str) -> tuple[tuple[str, ...], ...]:
    text = files("nova_bot.routing").joinpath(f"lexicons/{name}").read_text("utf-8")
    lines = (line for line in text.splitlines() if line.strip() and not line.startswith("# "))
    return tuple(tuple(part.replace("\\n", "\n") for part in line.split("\t")) for line in lines)


def follow_ups() -> list[FollowUp]:
    """Thread messages that stay with the holder or leave it."""
    return [FollowUp(a, previous, without_mention(text), right) for a, previous, text, right in _lines("followups.tsv")]


def addressed() -> list[tuple[str, bool]]:
    """Thread messages, and whether they are meant for Nova."""
    return [(text, said == "yes") for said, text in _lines("addressed.tsv")]


def vague() -> list[tuple[str, bool]]:
    """Short messages, and whether they say too little to choose an agent."""
    return [(without_mention(text), said == "vague") for said, text in _lines("vague.tsv")]


def outside() -> list[str]:
    """Messages that no specialist owns."""
    return [without_mention(line[0]) for line in _lines("outside.txt")]
