"""Clearance: may an agent see a claim, and does it work on words of that standing?"""

from functools import cached_property

from nova_bot.core.agent_spec import Accepts, AgentSpec, Sees
from nova_bot.core.claims import Claim
from nova_bot.core.envelope import Place
from nova_bot.core.labels import Integrity, Label
from nova_bot.core.wording import say

_PUBLIC, _CHANNEL, _OWNER, _SECRET = range(4)
_ORDER = {Sees.PUBLIC: _PUBLIC, Sees.CHANNEL: _CHANNEL, Sees.OWNER: _OWNER, Sees.SECRET: _SECRET}
_LOWEST = {
    Accepts.OWNER: Integrity.OWNER,
    Accepts.DIRECTORY: Integrity.DIRECTORY,
    Accepts.TYPED: Integrity.TYPED,
    Accepts.OUTSIDE: Integrity.OUTSIDE,
}


class Viewer:
    """An agent at work in a conversation of `room`."""

    def __init__(self, spec: AgentSpec, room: Place) -> None:
        self.spec = spec
        self._here = frozenset({room})
        self._sees = _ORDER[spec.sees]
        self._lowest = int(_LOWEST[spec.accepts])

    def hidden(self, claim: Claim) -> str:
        """Why the agent may not be shown a claim; "" when it may."""
        return self.hides(claim.label)

    def hides(self, label: Label) -> str:
        """Why it may not be shown what has this label; "" when it may, and then also all that the label joins."""
        if label.secret:
            needed = _SECRET
        elif not label.audience:
            needed = _PUBLIC
        else:
            needed = _CHANNEL if label.audience <= self._here else _OWNER
        if needed > self._sees:
            return self._above
        return self._below if label.integrity < self._lowest else ""

    @cached_property
    def _above(self) -> str:
        return say("why_out", "clearance", agent=self.spec.name, sees=self.spec.sees)

    @cached_property
    def _below(self) -> str:
        return say("why_out", "integrity", agent=self.spec.name, accepts=self.spec.accepts)
