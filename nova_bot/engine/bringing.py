"""Bringing: what a run begins with beside the request, and what is looked up for its agent, as claims."""

import re
from dataclasses import replace

from nova_bot.context.pack import NOTE
from nova_bot.context.slots import told as told_slots
from nova_bot.core.agent_spec import AgentSpec
from nova_bot.core.claims import Basis, Claim, ClaimId, Edge, How
from nova_bot.core.envelope import Envelope
from nova_bot.core.labels import Integrity, Label
from nova_bot.core.note import Note, Notes
from nova_bot.core.run import Run
from nova_bot.trust.grants import spoken

FITTING = 3
"""At most so many notes are shown unasked."""

FIND_NOTES = "notes.find"


def quoted(run: int, envelope: Envelope, label: Label) -> tuple[Claim, ...]:
    """What came along with the message of run number `run`, whose own words have `label`: nobody vouches for it."""
    if not envelope.quoted:
        return ()
    outside = replace(label, integrity=Integrity.OUTSIDE, origin=f"quoted:r{run}", as_of=None)
    return tuple(
        Claim(ClaimId(run, 2 + n), 0, Basis.TOLD, what.text, outside) for n, what in enumerate(envelope.quoted)
    )


def slots(run: Run, subjects: frozenset[str]) -> Run:
    """`run` with what its request tells about `subjects` that agents need, as claims that the request is made of."""
    request = run.claims[0]
    told = told_slots(spoken(request.text), subjects)
    if not told:
        return run
    first = len(run.claims) + 1
    claims = tuple(
        replace(request, id=ClaimId(run.id, first + n), text=one.text, subject=one.subject, value=one.value)
        for n, one in enumerate(told)
    )
    edges = tuple(Edge(request.id, claim.id, How.LIT) for claim in claims)
    return replace(run, claims=run.claims + claims, edges=run.edges + edges)


async def notes(run: Run, spec: AgentSpec, kept: Notes) -> tuple[Claim, ...]:
    """Notes of the sender that fit the request of `run`, as its next claims, for an agent that may read notes.

    A note made from words that others can't read stays where it was made, and one that outsiders may have written is
    only read when the agent asks for it.
    """
    request, room = run.route.request, run.envelope.place.room
    if FIND_NOTES not in spec.tools or not _words(request):
        return ()
    found = await kept.find(run.envelope.sender.person, request, FITTING * 3)
    clean = [n for n in found if n.label.audience <= {room} and n.label.integrity >= Integrity.DIRECTORY]
    fitting = [note for note in clean if fits(note.text, request)]
    first = len(run.claims) + 1
    return tuple(_claim(ClaimId(run.id, first + n), note) for n, note in enumerate(fitting[:FITTING]))


def fits(note: str, request: str) -> bool:
    """Do they share two words that carry a meaning, or half of the note's?"""
    own = _words(note)
    shared = own & _words(request)
    return len(shared) >= 2 or (bool(shared) and len(shared) * 2 >= len(own))


def _words(text: str) -> set[str]:
    return set(re.findall(r"\w{4,}", text.casefold()))


def _claim(number: ClaimId, note: Note) -> Claim:
    return Claim(number, 0, Basis.FOUND, note.text, note.label, subject=NOTE)
