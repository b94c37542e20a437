"""The borders between agents, as the fitted router sees them: for `nova agents lint`."""

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from nova_bot.core.roster import Roster
from nova_bot.core.route import Candidate
from nova_bot.judged import Rank

OFTEN = 3
"""Mistakes of one kind that make two agents worth looking at."""

PER_LINE = 4


def crossed(roster: Roster, rank: Rank) -> Iterator[str]:
    """One line per `not_for` case that the router gives to the very agent that should not get it."""
    for file in roster.files:
        for i, case in enumerate(file.spec.not_for):
            best: Candidate = rank(case.text)[0]
            if best.agent == file.spec.name:
                where = f"{file.path}:{file.line('not_for', i)}"
                told = f'"{case.text}" goes to {file.spec.name} (p {best.p:.2f}) instead of {case.agent}'
                yield f"{where}: {told}; write utterances like it for {case.agent}"


def recall(agents: Sequence[str], confusion: NDArray[np.intp]) -> Iterator[str]:
    """The cross-validated recall of each agent's examples, the worst first, some to a line."""
    own = np.diag(confusion) / np.maximum(confusion.sum(axis=1), 1)
    shown = [f"{agents[i]} {own[i]:.2f}" for i in np.argsort(own, kind="stable")]
    for start in range(0, len(shown), PER_LINE):
        yield "".join(f"{one:<26}" for one in shown[start : start + PER_LINE]).rstrip()


def confusable(agents: Sequence[str], confusion: NDArray[np.intp]) -> Iterator[str]:
    """The pairs whose examples are taken for each other at least `OFTEN` times, the most frequent first."""
    both = np.triu(confusion + confusion.T, 1)
    for flat in np.argsort(-both, axis=None, kind="stable"):
        a, b = divmod(int(flat), len(agents))
        if both[a, b] < OFTEN:
            return
        yield f"{agents[a]} and {agents[b]}: {both[a, b]} examples of one were taken for the other"
