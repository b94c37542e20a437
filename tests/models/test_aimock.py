"""The same model against a server that we did not write. `.ci/aimock` starts it and prints AIMOCK_URL."""

import os
import uuid
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import NamedTuple

import pytest

from nova_bot.core.agent_spec import AgentSpec, Tier
from nova_bot.core.envelope import Envelope, Kind, Place, Sender, Standing
from nova_bot.core.errors import ModelBusy
from nova_bot.core.outcome import Ask, EndingKind, HandOff, Outcome, Say, Stop, ToolCall, ToolResult, Use
from nova_bot.core.pack import Exchange
from nova_bot.core.route import Decision, Route, Rule
from nova_bot.core.run import Run
from nova_bot.engine import replies
from nova_bot.models.anthropic import TRIES, AnthropicModel
from nova_bot.models.base import ModelReply, ModelRequest, StopReason
from nova_bot.tools import calculator, clock
from tests.models.sample import MODELS, PRICES, Naps, pack

URL = os.environ.get("AIMOCK_URL", "")

pytestmark = [
    pytest.mark.aimock,
    pytest.mark.skipif(not URL, reason="AIMOCK_URL is not set; .ci/aimock starts the server and prints it"),
]

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
SPEC = AgentSpec(
    name="general",
    description="Answers.",
    examples=("hello",),
    tools=("clock.now", "calc.evaluate"),
    hands_to=("erp-ar",),
    body="You are general.",
    sha="sha",
)
TOOLS = [tool for tool in (*calculator.TOOLS, *clock.TOOLS) if tool.name in SPEC.tools]


class Heard(NamedTuple):
    """A reply, what the engine makes of it, and the texts that were shown meanwhile."""

    reply: ModelReply
    outcome: Outcome
    shown: list[str]


class Asker:
    """Asks the server as the engine would."""

    def __init__(self, model: AnthropicModel) -> None:
        self.model = model

    async def __call__(self, text: str, exchanges: tuple[Exchange, ...] = ()) -> Heard:
        shown: list[str] = []
        offers = replies.offers(SPEC, TOOLS)
        request = ModelRequest(pack(text, exchanges), offers, Tier.STANDARD, max_tokens=500)
        reply = await self.model.reply(request, shown.append)
        return Heard(reply, replies.outcome(reply, SPEC, run(text), hops=3), shown)


def run(text: str) -> Run:
    """A run that has just begun."""
    place = Place("terminal", "local", "chat")
    envelope = Envelope("1", Kind.MESSAGE, place, Sender("me", "Me", Standing.OWNER), text, NOW)
    return Run(1, envelope, Route(Decision.ROUTE, "general", Rule.EXPLICIT, 1.0, text, "it is named"), NOW)


@pytest.fixture
def naps() -> Naps:
    return Naps()


@pytest.fixture
async def ask(naps: Naps, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Asker]:
    # The server counts the requests of each test id apart, so tests may run side by side and again.
    monkeypatch.setenv("ANTHROPIC_CUSTOM_HEADERS", f"X-Test-Id: {uuid.uuid4()}")
    model = AnthropicModel(MODELS, {}, PRICES, base_url=URL, api_key="test", stall_s=10.0, sleep=naps)
    yield Asker(model)
    await model.close()


async def test_a_plain_answer(ask: Asker) -> None:
    heard = await ask("PLAIN")
    assert heard.outcome == Say("It is noon.")
    assert (heard.reply.usage.tokens_in, heard.reply.usage.tokens_out) == (120, 7)
    assert heard.reply.usage.usd == pytest.approx((120 * 3.0 + 7 * 15.0) / 1e6)


async def test_a_streamed_answer_grows(ask: Asker) -> None:
    heard = await ask("STREAMED")
    assert len(heard.shown) > 3
    assert all(heard.reply.text.startswith(text) for text in heard.shown)
    assert heard.shown[-1] == heard.reply.text == "A text that is long enough to arrive in several pieces."


async def test_a_tool_is_asked_for_and_its_result_used(ask: Asker) -> None:
    first = (await ask("ONE TOOL")).outcome
    assert first == Use((ToolCall("toolu_1", "clock.now", {"zone": "Europe/Berlin"}),), "Let me check.")
    exchange = Exchange(first.text, first.calls, (ToolResult("toolu_1", "12:00"),))
    assert (await ask("ONE TOOL", (exchange,))).outcome == Say("It is noon in Berlin.")


async def test_two_tools_are_asked_for_at_once(ask: Asker) -> None:
    first = (await ask("TWO TOOLS")).outcome
    assert isinstance(first, Use)
    assert [(call.tool, call.args) for call in first.calls] == [
        ("clock.now", {"zone": "Europe/Berlin"}),
        ("calc.evaluate", {"expression": "2 + 2"}),
    ]
    results = tuple(ToolResult(call.id, text) for call, text in zip(first.calls, ("12:00", "4"), strict=True))
    heard = await ask("TWO TOOLS", (Exchange(first.text, first.calls, results),))
    assert heard.outcome == Say("It is noon, and that makes 4.")


async def test_work_is_handed_over(ask: Asker) -> None:
    assert (await ask("HAND OVER")).outcome == HandOff(
        "erp-ar", "List what Birch owes.", "there is a total", assumed=("amounts are in euro",)
    )


async def test_the_person_is_asked(ask: Asker) -> None:
    assert (await ask("ASK ME")).outcome == Ask("Which Birch?", ("Birch GmbH", "Birch Ltd"))


async def test_a_limit_is_waited_for(ask: Asker, naps: Naps) -> None:
    heard = await ask("LIMITED ONCE")
    assert heard.outcome == Say("Now there is room.")
    assert (naps.taken, heard.reply.usage.calls) == ([3.0], 2)


async def test_a_lasting_overload_is_told(ask: Asker, naps: Naps) -> None:
    with pytest.raises(ModelBusy, match="HTTP 529"):
        await ask("OVERLOADED")
    assert len(naps.taken) == TRIES - 1


async def test_a_dropped_stream_is_tried_again(ask: Asker, naps: Naps) -> None:
    heard = await ask("DROPPED ONCE")
    assert heard.outcome == Say("This time all of it.")
    cut = heard.shown[: heard.shown.index("")]  # what arrived in time: a socket that breaks loses the rest
    assert all("A text that is long enough".startswith(text) for text in cut), "it is taken back"
    assert (len(naps.taken), heard.reply.usage.calls) == (1, 2)


async def test_a_refusal_ends_the_run(ask: Asker) -> None:
    outcome = (await ask("DECLINED")).outcome
    assert isinstance(outcome, Stop)
    assert outcome.ending is EndingKind.REFUSED


async def test_a_cut_answer_is_marked_and_calls_nothing(ask: Asker) -> None:
    heard = await ask("TOO LONG")
    assert heard.outcome == Say("As far as I", cut=True)
    assert (heard.reply.stop, heard.reply.calls) == (StopReason.CUT, ())
