"""A run that never happened, to ask the guard what it would say: for `nova trust explain` and the bench."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from nova_bot.core.agent_spec import AgentSpec
from nova_bot.core.claims import Basis, Claim, ClaimId
from nova_bot.core.effect import ToolRow
from nova_bot.core.envelope import Envelope, Kind, Place, Sender
from nova_bot.core.labels import Integrity, Label, of_model
from nova_bot.core.outcome import ToolCall
from nova_bot.core.route import Decision, Route, Rule
from nova_bot.core.run import Run
from nova_bot.engine.guard import Guard, Ruling, Scene, typed
from nova_bot.ledger.deeds import Ward
from nova_bot.trust.grants import Planned


@dataclass(slots=True)
class Imagined:
    """One agent at work on what `sender` typed at `home`. `shown` is what its next step has in view."""

    spec: AgentSpec
    rows: Mapping[str, ToolRow]
    places: Mapping[str, Place]
    home: Place
    sender: Sender
    words: str
    now: datetime
    step: int = 1
    ward: Ward = field(default_factory=Ward)
    run: Run = field(init=False)
    shown: tuple[Claim, ...] = field(init=False)

    def __post_init__(self) -> None:
        envelope = Envelope("imagined", Kind.MESSAGE, self.home, self.sender, self.words, self.now)
        label = Label(typed(envelope, self.words), "turn:r1", frozenset({self.home.room}), as_of=self.now)
        told = Claim(ClaimId(1, 1), 0, Basis.TOLD, self.words, label)
        route = Route(Decision.ROUTE, self.spec.name, Rule.ONLY_AGENT, 1.0, self.words, "")
        self.run = Run(1, envelope, route, self.now, claims=(told,))
        self.shown = (told,)

    @property
    def scene(self) -> Scene:
        """What decides about the next call."""
        known = {claim.id: claim for claim in self.run.claims}
        return Scene(self.run, self.step, self.spec, self.rows, self.shown, known, (), self.places, self.now)

    def found(self, tool: str, text: str, integrity: Integrity = Integrity.OUTSIDE, *, secret: bool = False) -> None:
        """A tool's result comes into view."""
        self._claim(Basis.FOUND, text, Label(integrity, f"tool:{tool}", frozenset({self.home.room}), secret))

    def said(self, text: str) -> None:
        """The agent's own words come into view, such as those that it hands over."""
        self._claim(Basis.DERIVED, text, of_model((claim.label for claim in self.shown), f"step:r1.{self.step}"))

    def _claim(self, basis: Basis, text: str, label: Label) -> None:
        claim = Claim(ClaimId(1, len(self.run.claims) + 1), self.step, basis, text, label)
        self.run = replace(self.run, claims=(*self.run.claims, claim))
        self.shown = (*self.shown, claim)

    def planned(self, *plan: Planned) -> None:
        """The agent plans; code mints what it may while nothing from outside is in view."""
        if not self.scene.outside:
            self.ward = self.ward.also(self.scene.minted(plan, f"r1.{self.step}/plan"))

    def ruled(self, call: ToolCall) -> Ruling:
        """What would become of this call, made in a step of its own."""
        self.step += 1
        return Guard(self.scene, self.ward).rule(0, call)
