"""Stories: whole conversations as readable transcripts. `routed-and-answered.md` says how one is written."""

import re
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
import yaml

from nova_bot.core.delivery import Outbound
from nova_bot.core.envelope import Place
from nova_bot.models.base import ModelReply
from tests.agents import write
from tests.doubles import GUEST, OWNER, PLATFORM, House, Talk, asked, handed, said, used

STORIES = sorted(Path(__file__).parent.glob("*.md"))
PEOPLE = {"Ada": OWNER, "Gus": GUEST}
PLACES = {f"#team-{city}": Place(PLATFORM, "here", "desk", city) for city in ("berlin", "paris")}
PLANNER = """---
name: planner
description: Appointments and announcements.
examples: [calendar, meeting, announce]
tools: [lab.read, calendar.list]
effects: [chat.post, calendar.add, calendar.cancel]
needs: [client]
accepts: outside
---
You plan.
"""
"""A fifth agent, for the stories that speak of it."""
_EVENT = re.compile(
    r"\((?:(?P<restart>Nova is restarted)(?: at (?P<at>[\d-]+ [\d:]+))?|It is (?P<now>[\d-]+ [\d:]+))\.\)"
)
_LINE = re.compile(
    r"(?P<who>[\w-]+) (?P<what>in (?P<thread>\S+)|presses|> \w+|sees|does not see):(?: |(?=\n))(?P<text>.*)", re.DOTALL
)
ZONE = ZoneInfo("Europe/Berlin")
_CHOICES = re.compile(r"(?P<text>.*?)(?: \[(?P<choices>[^\]]*)\])?", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a transcript: who, what (`says`, `> use`, `sees` ...), in which thread, and the text."""

    where: str
    who: str
    what: str
    thread: str
    text: str


@dataclass(frozen=True, slots=True)
class Event:
    """Nova is restarted, or time passes until a moment; `at` is "" for no other moment than now."""

    restart: bool
    at: str


@dataclass(slots=True)
class Beat:
    """What one person says or presses, or what happens; the answers laid out for it, and what is heard and seen."""

    said: Line | Event
    lines: list[Line]


def lines_of(path: Path) -> Iterator[Line | Event]:
    """The lines of all transcripts in a story."""
    text = path.read_text("utf-8")
    for block in re.finditer(r"^```transcript\n(.*?)^```", text, re.DOTALL | re.MULTILINE):
        first = text[: block.start(1)].count("\n") + 1
        for found in re.finditer(r"^(?! |$).*(?:\n+ .*)*", block[1], re.MULTILINE):
            where = f"{path.name}:{first + block[1][: found.start()].count(chr(10))}"
            event = _EVENT.fullmatch(found[0])
            at = (event["at"] or event["now"] or "") if event else ""
            yield Event(bool(event["restart"]), at) if event else _line(found[0], where)


def _line(text: str, where: str) -> Line:
    found = _LINE.fullmatch(text)
    assert found, f"{where}: not a line of a transcript: {text}"
    what = "says" if found["thread"] else found["what"]
    return Line(where, found["who"], what, found["thread"] or "", re.sub(r"\n +", "\n", found["text"]))


def beats_of(path: Path) -> list[Beat]:
    """The lines of a story, grouped by what starts them."""
    beats: list[Beat] = []
    for line in lines_of(path):
        if isinstance(line, Event) or line.who in PEOPLE:
            beats.append(Beat(line, []))
        else:
            beats[-1].lines.append(line)
    return beats


def _split(text: str) -> tuple[str, list[str]]:
    found = _CHOICES.fullmatch(text)
    assert found
    return found["text"], [choice.strip() for choice in (found["choices"] or "").split("|") if choice.strip()]


def answer_of(line: Line) -> ModelReply:
    """What an agent's model does: `> say`, `> use`, `> ask` or `> hand_off`."""
    match line.what:
        case "> say":
            return said(line.text)
        case "> ask":
            question, choices = _split(line.text)
            return asked(question, *choices)
        case "> use":
            tool, _, args = line.text.partition(" ")
            return used((tool, yaml.safe_load(args or "{}")))
        case "> hand_off":
            return handed(**yaml.safe_load(line.text))
    raise AssertionError(f"{line.where}: no agent can {line.what}")


def heard(outbound: Outbound) -> str:
    choices = f" [{' | '.join(button.label for button in outbound.buttons)}]" if outbound.buttons else ""
    return f"{outbound.agent} in {outbound.place.thread}: {outbound.text}{choices}"


def shown(nova: Talk, agent: str, since: int) -> str:
    """Everything the agent was shown since then."""
    packs = [request.pack for request in nova.model.requests[since:] if request.pack.agent == agent]
    results = [result.text for pack in packs for exchange in pack.exchanges for result in exchange.results]
    return "\n\n".join([*(pack.text for pack in packs), *results])


async def play(beat: Beat, stage: "Stage") -> None:
    """Let it happen, and compare what comes of it."""
    where = beat.said.where if isinstance(beat.said, Line) else str(beat.said)
    replies, requests = len(stage.nova.mailbox.there), len(stage.nova.model.requests)
    for line in beat.lines:
        if line.what.startswith("> "):
            stage.nova.model.will(line.who, answer_of(line))
    await stage.let(beat.said)
    nova = stage.nova
    wanted = [f"{line.who} in {line.thread}: {line.text}" for line in beat.lines if line.what == "says"]
    assert [heard(one) for one in nova.mailbox.there[replies:]] == wanted, where
    assert not nova.model.unused, f"{where}: answers that nobody needed"
    for line in beat.lines:
        if line.what in ("sees", "does not see"):
            assert (line.text in shown(nova, line.who, requests)) is (line.what == "sees"), line.where


@asynccontextmanager
async def restartable(house: House) -> AsyncIterator["Stage"]:
    async with AsyncExitStack() as stack:
        stage = Stage(house, stack)
        await stage.restart()
        yield stage


class Stage:
    """Nova in a house, to be restarted in the middle of a story."""

    def __init__(self, house: House, stack: AsyncExitStack) -> None:
        self._house = house
        self._stack = stack
        self.nova: Talk

    async def let(self, said: Line | Event) -> None:
        """Somebody says or presses something, or time passes."""
        if isinstance(said, Line):
            by = PEOPLE[said.who]
            if said.what == "presses":
                await self.nova.press(self.nova.button(said.text).id, by=by)
                assert await self.nova.nova.lanes.finish(10)  # an approval lets another run go on
            else:
                await self.nova.say(said.text, thread=said.thread, by=by)
            return
        moment = datetime.fromisoformat(said.at).replace(tzinfo=ZONE) if said.at else self._house.clock.now
        if said.restart:
            self._house.clock.now = moment
            await self.restart()
        await self.nova.until(moment)

    async def restart(self) -> None:
        await self._stack.aclose()
        self.nova = await self._stack.enter_async_context(self._house.open(places=PLACES))
        await self.nova.nova.recover()


@pytest.mark.parametrize("path", STORIES, ids=lambda path: path.stem)
async def test_story(path: Path, house: House) -> None:
    beats = beats_of(path)
    assert beats, f"{path.name} has no transcript"
    if any(line.who == "planner" for beat in beats for line in beat.lines):
        write(house.agents, "planner", PLANNER)
    async with restartable(house) as stage:
        for beat in beats:
            await play(beat, stage)


def test_there_are_stories() -> None:
    assert len(STORIES) >= 4


@pytest.mark.parametrize(
    "wrong",
    [
        "books in main: Four are open.",
        "books in other: Three are open.",
        "chaser in main: Three are open.",
        "books in main: Three are open.\nnova in main: And more.",
        "books in main: Three are open.\nbooks sees: a secret",
        "books in main: Three are open.\nbooks does not see: which invoice",
        "books in main: Three are open.\nchaser > say: unused",
    ],
)
async def test_a_story_that_is_not_so_fails(tmp_path: Path, house: House, wrong: str) -> None:
    path = tmp_path / "wrong.md"
    path.write_text(
        f"```transcript\nAda in main: which invoice?\nbooks > say: Three are open.\n{wrong}\n```\n", "utf-8"
    )
    (beat,) = beats_of(path)
    async with restartable(house) as stage:
        with pytest.raises(AssertionError):
            await play(beat, stage)
