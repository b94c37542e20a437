"""What a bench gives back, and whether it met its targets."""

import operator
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

_OPERATORS: dict[str, Callable[[float, float], bool]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
    "==": operator.eq,
}


@dataclass(frozen=True, slots=True)
class Target:
    """What a figure has to be: an operator such as `<=`, and a number in the figure's unit."""

    op: str
    number: float

    def met_by(self, figure: float) -> bool:
        """Is `figure` good enough?"""
        return _OPERATORS[self.op](figure, self.number)


@dataclass(frozen=True, slots=True)
class Measured:
    """`figures` holds only what was measured; `peers` the same figures of other programs, by their names."""

    figures: Mapping[str, float]
    targets: Mapping[str, Target] = field(default_factory=dict)
    peers: Mapping[str, Mapping[str, float]] = field(default_factory=dict)

    @property
    def met(self) -> bool:
        """Does every target have its figure, good enough?"""
        return all(key in self.figures and target.met_by(self.figures[key]) for key, target in self.targets.items())
