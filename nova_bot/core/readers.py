"""Readers: who can read a place at this moment, as far as the platform tells."""

from collections.abc import Iterable
from dataclasses import dataclass

ANYONE = "*"
"""The group of everybody there is."""


@dataclass(frozen=True, slots=True)
class Reader:
    """One person, by person id, and the groups he belongs to for certain (`slack:T1`: the full members there)."""

    person: str
    groups: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Readers:
    """Named people, and whole groups whose members nobody has listed."""

    people: frozenset[Reader] = frozenset()
    groups: frozenset[str] = frozenset()

    @classmethod
    def of(cls, *people: str) -> "Readers":
        """These people and nobody else."""
        return cls(frozenset(map(Reader, people)))

    def within(self, others: "Readers") -> bool:
        """Can everybody in here also read what `others` can?"""
        if ANYONE in others.groups:
            return True
        named = {reader.person for reader in others.people}
        return self.groups <= others.groups and all(
            reader.person in named or reader.groups & others.groups for reader in self.people
        )


def all_within(readers: Readers, places: Iterable[Readers]) -> bool:
    """Can everybody in `readers` read every one of the places?"""
    return all(readers.within(place) for place in places)
