"""Roster: all agents together, checked against each other."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property

from nova_bot.core.agent_spec import Accepts, AgentFile, AgentSpec, Sees
from nova_bot.core.errors import BadAgentFile, UnknownAgent
from nova_bot.core.front_matter import like, nearest


@dataclass(frozen=True)
class Roster:
    """The agents by name, in the order of their folders and names."""

    files: tuple[AgentFile, ...]

    @cached_property
    def _by_name(self) -> dict[str, AgentSpec]:
        return {spec.name: spec for spec in self}

    def __iter__(self) -> Iterator[AgentSpec]:
        return (file.spec for file in self.files)

    def __len__(self) -> int:
        return len(self.files)

    def __contains__(self, name: str) -> bool:
        return name in self._by_name

    @property
    def names(self) -> tuple[str, ...]:
        """All names."""
        return tuple(spec.name for spec in self)

    @cached_property
    def needs(self) -> frozenset[str]:
        """The subjects that some agent wants to know about."""
        return frozenset(subject for spec in self for subject in spec.needs)

    def get(self, name: str) -> AgentSpec:
        """The agent called `name`. Raises UnknownAgent, which names the nearest ones."""
        found = self._by_name.get(name)
        if found is None:
            raise UnknownAgent(name=name, nearest=" or ".join(self.like(name)))
        return found

    def like(self, name: str, n: int = 3) -> tuple[str, ...]:
        """The names most like `name`; `general` where nothing is like it."""
        return like(name, self.names, n) or ("general",)


def build(files: Iterable[AgentFile], tools: dict[str, bool]) -> Roster:
    """A roster of `files`, each checked against the others. `tools` maps a tool's name to: is its effect outward?

    Raises BadAgentFile for a duplicate name, a dangling name or tool, and a dangerous combination of powers.
    """
    files = tuple(files)
    names = [file.spec.name for file in files]
    for file in files:
        _check_name(file, files)
        _check_links(file, names)
        _check_tools(file, tools)
    return Roster(files)


def _check_name(file: AgentFile, files: tuple[AgentFile, ...]) -> None:
    spec = file.spec
    stem = file.path.rsplit("/", 1)[-1].removesuffix(".md")
    if spec.name != stem:
        problem = f'the name is "{spec.name}" but the file is called {stem}.md; make them equal'
        raise BadAgentFile(file=file.path, line=file.line("name"), problem=problem)
    first = next(other for other in files if other.spec.name == spec.name)
    if first is not file:
        problem = f'an agent "{spec.name}" stands in {first.path} too'
        raise BadAgentFile(file=file.path, line=file.line("name"), problem=problem)


def _check_links(file: AgentFile, names: list[str]) -> None:
    links = [("hands_to", i, name) for i, name in enumerate(file.spec.hands_to)]
    links += [("not_for", i, case.agent) for i, case in enumerate(file.spec.not_for)]
    for key, i, name in links:
        if name == file.spec.name:
            problem = f"{key} names the agent itself"
        elif name not in names:
            problem = f'{key} names "{name}", which is no agent{_hint(name, names)}'
        else:
            continue
        raise BadAgentFile(file=file.path, line=file.line(key, i), problem=problem)


def _check_tools(file: AgentFile, tools: dict[str, bool]) -> None:
    spec = file.spec
    for key in ("tools", "effects", "asks_before"):
        for i, tool in enumerate(getattr(spec, key)):
            if tool not in tools:
                problem = f'{key} names "{tool}", which is no tool{_hint(tool, list(tools))}'
                raise BadAgentFile(file=file.path, line=file.line(key, i), problem=problem)
    outward = {tool for tool in (*spec.tools, *spec.effects) if tools[tool]}
    open_handed = spec.accepts is Accepts.OUTSIDE and spec.sees in (Sees.OWNER, Sees.SECRET)
    if open_handed and outward - set(spec.asks_before) and not spec.supervised:
        listed = ", ".join(sorted(outward - set(spec.asks_before)))
        problem = (
            f"it reads outside text, sees private data and acts outward ({listed}); "
            "set `supervised: true` or name these tools in asks_before"
        )
        raise BadAgentFile(file=file.path, line=file.line("accepts"), problem=problem)


def _hint(word: str, known: list[str]) -> str:
    guess = nearest(word, known)
    return f'; did you mean "{guess}"?' if guess else ""
