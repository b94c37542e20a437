"""Judged messages: what the classifier thinks of them, beside who is right."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, ValidationError

from nova_bot.core.errors import BadInput
from nova_bot.core.route import Candidate
from nova_bot.core.text import clip, visible
from nova_bot.routing import address, calibration, training
from nova_bot.routing.classifier import Declared
from nova_bot.routing.ngrams import Floats
from nova_bot.routing.regression import softmax
from nova_bot.routing.training import EncodeMany

Bools = NDArray[np.bool_]
Rank = Callable[[str], Sequence[Candidate]]


class Labelled(BaseModel):
    """One labelled message. The thread fields are "" for a message that opens a conversation."""

    model_config = ConfigDict(extra="ignore", frozen=True)
    text: str
    agent: str = ""
    also_ok: tuple[str, ...] = ()
    style: str = ""
    current: str = ""
    previous: str = ""
    for_bot: bool = True

    @property
    def right(self) -> tuple[str, ...]:
        """The agents that count as right."""
        return (self.agent, *self.also_ok)

    @property
    def stays(self) -> bool:
        """Does a thread message go on with the work of the thread's agent?"""
        return self.agent == self.current


def labelled(path: Path) -> tuple[Labelled, ...]:
    """The messages of a JSON Lines file with `text` and `agent` in each line. Raises BadInput with file and line."""
    try:
        lines = path.read_text("utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise BadInput(where=path, problem=f"it can't be read ({error})") from None
    return tuple(_message(path, number, line) for number, line in enumerate(lines, 1) if line.strip())


def _message(path: Path, number: int, line: str) -> Labelled:
    try:
        return Labelled.model_validate_json(line)
    except ValidationError as error:
        problem = clip(str(error.errors()[0]["msg"]), 80)
        raise BadInput(where=f"{path}:{number}", problem=problem) from None


@dataclass(frozen=True)
class Judged:
    """`label` is the index of each message's agent, `right` (messages, agents) marks all that count, `p` is what the
    classifier gives each of them.
    """

    agents: tuple[str, ...]
    texts: tuple[str, ...]
    label: NDArray[np.intp]
    right: Bools
    p: Floats

    @cached_property
    def guess(self) -> NDArray[np.intp]:
        """The likeliest agent of each message."""
        return np.asarray(self.p.argmax(axis=1), np.intp)

    @cached_property
    def sure(self) -> Floats:
        """The probability of each guess."""
        return np.asarray(self.p.max(axis=1), np.float32)

    @cached_property
    def hit(self) -> Bools:
        """Is the guess right?"""
        return np.asarray(self.right[np.arange(len(self.texts)), self.guess], np.bool_)

    def within(self, places: int) -> float:
        """The share of messages with a right agent among the first `places`."""
        first = np.argsort(-self.p, axis=1, kind="stable")[:, :places]
        return float(np.take_along_axis(self.right, first, axis=1).any(axis=1).mean())

    @property
    def calibration_error(self) -> float:
        """Expected calibration error, 0 to 1."""
        return calibration.error(self.p, self.hit)

    def precision_by_coverage(self) -> tuple[Floats, Floats]:
        """Coverage and precision when the surest 1, 2, … n messages are routed."""
        count = np.arange(1, len(self.texts) + 1)
        precision = np.cumsum(self.hit[np.argsort(-self.sure, kind="stable")]) / count
        return (count / len(self.texts)).astype(np.float32), precision.astype(np.float32)

    def coverage_at(self, precision: float) -> float:
        """The largest share of messages, the surest first, that is right at least `precision` of the time."""
        coverage, precisions = self.precision_by_coverage()
        enough = np.flatnonzero(precisions >= np.float32(precision))
        return float(coverage[enough[-1]]) if len(enough) else 0.0


def ranked(rank: Rank, agents: Sequence[str], messages: Iterable[Labelled]) -> Judged:
    """Messages that the router has not learnt from, as its brain ranks them. Raises BadInput for an unknown label."""
    messages = tuple(messages)
    place = {name: i for i, name in enumerate(agents)}
    for message in messages:
        if message.agent not in place:
            raise BadInput(where=clip(message.text, 40), problem=f'"{message.agent}" is no agent')
    right = np.array([[name in message.right for name in agents] for message in messages])
    p = np.array([_row(rank(_said(message.text)), place) for message in messages], np.float32)
    label = np.array([place[message.agent] for message in messages], np.intp)
    return Judged(tuple(agents), tuple(message.text for message in messages), label, right, p)


def _said(text: str) -> str:
    """What the ladder gives the classifier."""
    return address.without_mention(visible(text))


def _row(ranking: Sequence[Candidate], place: dict[str, int]) -> Floats:
    row = np.zeros(len(place), np.float32)
    for candidate in ranking:
        row[place[candidate.agent]] = candidate.p
    return row


def held_out(texts: Declared, encode: EncodeMany | None) -> Judged:
    """The typical utterances, each judged by a classifier that had not seen it. Takes about a minute.

    The temperature is the one that fits these very scores best, as when the router is trained.
    """
    lexical, full = training.held_out(texts, encode)
    scores = (full if encode else lexical)[texts.typical]
    owner = texts.owner[texts.typical]
    p = softmax(scores / np.float32(calibration.temperature(scores, owner)))
    said = tuple(text for text, typical in zip(texts.texts, texts.typical, strict=True) if typical)
    return Judged(texts.agents, said, owner, owner[:, None] == np.arange(len(texts.agents)), p)
