"""`nova agents lint`: what the loader can't refuse but a careful author would mend."""

import sys
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from nova_bot import agent_files, router_files
from nova_bot import borders as about
from nova_bot.core.agent_spec import AgentFile
from nova_bot.core.errors import BadAgentFile
from nova_bot.core.roster import build
from nova_bot.core.text import comparable
from nova_bot.routing.ngrams import Counts, Idf

EXAMPLES = (20, 30)
SHORT_WORDS = 5
ALIKE = 0.85
"""Cosine of word and character n-grams from which on two utterances say nearly the same."""


def problems(folder: Path, tools: dict[str, bool]) -> list[str]:
    """One line per problem, each naming file and what to do; every broken file is named, not only the first."""
    files, found = [], []
    for path in agent_files.paths(folder):
        try:
            files.append(agent_files.read(path, folder))
        except BadAgentFile as error:
            found.append(str(error))
    try:
        build(files, tools)
    except BadAgentFile as error:
        found.append(str(error))
    said = [(file, text) for file in files for text in (*file.spec.examples, *agent_files.utterances(folder, file))]
    return [*found, *(p for file in files for p in _counts(file)), *_twice(said), *_alike(files)]


def borders(folder: Path, home: Path, tools: dict[str, bool]) -> list[str]:
    """One line per `not_for` case that the fitted router gets wrong; recall and confusable pairs go to stderr."""
    roster = agent_files.load(folder, tools)
    learnt = router_files.found(folder, home, roster)
    if learnt is None:
        print("no router is fitted to these files: `nova models fit` makes one, then run this again", file=sys.stderr)
        return []
    texts, fitted = learnt
    print(
        "cross-validated recall of the examples:",
        *about.recall(texts.agents, fitted.confusion),
        sep="\n",
        file=sys.stderr,
    )
    print(*about.confusable(texts.agents, fitted.confusion), sep="\n", file=sys.stderr)
    return [*about.crossed(roster, router_files.brain_of(texts, fitted, router_files.embedder(home)).rank)]


def _counts(file: AgentFile) -> Iterator[str]:
    examples = file.spec.examples
    few, many = EXAMPLES
    if not few <= len(examples) <= many:
        yield f"{file.path}:{file.line('examples')}: {len(examples)} examples; write {few} to {many}"
    short = sum(len(text.split()) <= SHORT_WORDS for text in examples)
    if short * 3 < len(examples):
        where = f"{file.path}:{file.line('examples')}"
        yield f"{where}: only {short} examples of {SHORT_WORDS} words or fewer; make it a third"
    if not file.spec.not_for:
        yield f"{file.path}:1: no `not_for` cases; name at least one for each neighbour"


def _twice(said: list[tuple[AgentFile, str]]) -> Iterator[str]:
    places: dict[str, list[tuple[AgentFile, str]]] = defaultdict(list)
    for file, text in said:
        places[comparable(text)].append((file, text))
    for same in places.values():
        if len(same) > 1:
            names = sorted({file.spec.name for file, _ in same})
            where = f"stands in {' and '.join(names)}" if len(names) > 1 else f"stands {len(same)} times in {names[0]}"
            yield f'{same[0][0].path}: "{same[0][1]}" {where}; keep it once'


def _alike(files: list[AgentFile]) -> Iterator[str]:
    """Examples of two agents that say nearly the same."""
    said = [(file, i, text) for file in files for i, text in enumerate(file.spec.examples)]
    if not said:
        return
    counts = Counts.of(text for _, _, text in said)
    rows = Idf.of(counts).weigh(counts)
    for n, (file, i, text) in enumerate(said):
        near = np.flatnonzero(rows.like(rows.take(np.array([n]))) > ALIKE)
        for other, _, again in (said[m] for m in near if m > n):
            if other is not file and comparable(text) != comparable(again):
                yield f'{file.path}:{file.line("examples", i)}: "{text}" is nearly "{again}" of {other.spec.name}'
