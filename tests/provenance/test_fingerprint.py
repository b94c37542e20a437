"""What makes two claims the same, so that a redo stops there."""

from dataclasses import replace

from nova_bot.core.claims import Basis
from nova_bot.provenance.fingerprint import fingerprint
from tests.provenance.build import cid, claim


def test_only_what_is_said_and_why_it_is_held_makes_a_difference() -> None:
    said = claim("c1.1", Basis.DERIVED, "92 kg")
    assert fingerprint(said) == fingerprint(replace(said, id=cid("c9.9"), step=7))
    assert fingerprint(said) != fingerprint(replace(said, text="90 kg"))
    assert fingerprint(said) != fingerprint(replace(said, basis=Basis.ASSUMED))
