"""Chat: a post goes to a place that the settings name, and to no other."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace

from nova_bot.core.delivery import Outbound
from nova_bot.core.envelope import Place
from nova_bot.tools.chat import TOOLS
from nova_bot.tools.registry import Caller
from tests.tools.callers import calling

TEAM = Place("test", "here", "team")


@dataclass(slots=True)
class Board:
    places: dict[str, Place] = field(default_factory=lambda: {"#team": TEAM})
    posted: list[tuple[str, Place, str]] = field(default_factory=list)

    @property
    def names(self) -> Collection[str]:
        return self.places

    async def post(self, outbound: Outbound) -> str:
        self.posted.append((outbound.key, outbound.place, outbound.text))
        return "receipt 1"

    async def ping(self, outbound: Outbound, who: Sequence[str]) -> str:
        self.posted.append((outbound.key, outbound.place, f"{' '.join(who)}: {outbound.text}"))
        return "receipt 2"


async def test_a_named_place_gets_the_post(caller: Caller) -> None:
    board = Board()
    asked = replace(caller, chat=board)
    assert await calling(TOOLS[0], asked, place="#team", text="Hello") == "Posted in #team (receipt receipt 1)."
    assert board.posted == [(caller.key, TEAM, "Hello")]


async def test_an_unknown_place_gets_nothing(caller: Caller) -> None:
    board = Board()
    said = await calling(TOOLS[0], replace(caller, chat=board), place="#elsewhere", text="Hello")
    assert 'no place is called "#elsewhere"' in said
    assert board.posted == []
    assert "no place is called" in await calling(TOOLS[0], caller, place="#team", text="Hello")


async def test_people_are_notified_where_one_speaks(caller: Caller) -> None:
    board = Board()
    told = await calling(TOOLS[1], replace(caller, chat=board), who=["channel", "Ana"], text="The build is red")
    assert told == "Posted here, and notified channel, Ana (receipt receipt 2)."
    assert board.posted == [(caller.key, caller.place, "channel Ana: The build is red")]
    assert "nobody can be notified" in await calling(TOOLS[1], caller, who=["channel"], text="The build is red")
