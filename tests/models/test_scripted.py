from pathlib import Path

import pytest

from nova_bot.core.errors import Addressee, BadFixture, NoScript
from nova_bot.core.outcome import ToolCall
from nova_bot.core.pack import ContextPack, Exchange, ItemKind
from nova_bot.models.base import ModelRequest, StopReason
from nova_bot.models.scripted import LABEL, Line, ScriptedModel
from tests.models.sample import item, request, used

SCRIPT = """
lines:
  - {agent: erp-ar, when: Birch, use: [{tool: erp.search, args: {client: Birch}}, {tool: clock.now}]}
  - {agent: erp-ar, when: Birch, after: clock.now, say: "Open at Birch: {result}."}
  - {agent: erp-ar, say: "Which client?"}
  - {when: weather, say: "It is noon."}
"""


@pytest.fixture
def script(tmp_path: Path) -> Path:
    path = tmp_path / "demo.yaml"
    path.write_text(SCRIPT, "utf-8")
    return path


@pytest.fixture
def model(script: Path) -> ScriptedModel:
    return ScriptedModel.from_file(script)


async def test_what_it_says_is_always_labelled(model: ScriptedModel) -> None:
    reply = await model.reply(request("How is the weather?"))
    assert (reply.text, reply.stop, reply.model) == ("[scripted] It is noon.", StopReason.END, "scripted")


async def test_the_first_line_that_fits_answers(model: ScriptedModel) -> None:
    assert (await model.reply(request("weather", agent="erp-ar"))).text == LABEL + "Which client?"


async def test_case_does_not_matter(model: ScriptedModel) -> None:
    assert (await model.reply(request("what is open at BIRCH?", agent="erp-ar"))).stop is StopReason.TOOLS


async def test_it_uses_tools(model: ScriptedModel) -> None:
    reply = await model.reply(request("open at Birch?", agent="erp-ar"))
    assert [(call.tool, call.args) for call in reply.calls] == [("erp.search", {"client": "Birch"}), ("clock.now", {})]
    assert len({call.id for call in reply.calls}) == 2
    assert reply.text == ""


async def test_after_a_tool_it_says_the_tools_result(model: ScriptedModel) -> None:
    reply = await model.reply(request("open at Birch?", (used("clock.now", "1,200"),), agent="erp-ar"))
    assert (reply.text, reply.calls) == (LABEL + "Open at Birch: 1,200.", ())


async def test_ids_of_calls_differ_from_step_to_step() -> None:
    lines = (
        Line.model_validate({"use": [{"tool": "a.b"}]}),
        Line.model_validate({"after": "a.b", "use": [{"tool": "a.b"}]}),
    )
    model = ScriptedModel(lines, "x")
    first = (await model.reply(request())).calls
    second = (await model.reply(request(exchanges=(used("a.b", "", first[0].id),)))).calls
    assert first[0].id != second[0].id


async def test_a_line_about_the_request_does_not_answer_to_an_earlier_turn(model: ScriptedModel) -> None:
    items = (item("Earlier, you asked about the weather", ItemKind.TURN), item("Hello?"))
    pack = ContextPack("general", "sha", "", items, (), (), 1, 1)
    with pytest.raises(NoScript):
        await model.reply(ModelRequest(pack, (), request().tier, 100))


async def test_a_hand_off_counts_as_what_is_asked(model: ScriptedModel) -> None:
    items = (item("Task: tell the weather", ItemKind.HAND_OFF), item("Hello?"))
    pack = ContextPack("general", "sha", "", items, (), (), 1, 1)
    assert (await model.reply(ModelRequest(pack, (), request().tier, 100))).text == LABEL + "It is noon."


async def test_the_text_is_shown_before_it_is_returned(model: ScriptedModel) -> None:
    shown: list[str] = []
    reply = await model.reply(request("weather"), shown.append)
    assert shown == [reply.text]


async def test_nothing_is_shown_for_a_line_that_only_uses_tools(model: ScriptedModel) -> None:
    shown: list[str] = []
    await model.reply(request("Birch", agent="erp-ar"), shown.append)
    assert shown == []


async def test_it_costs_nothing_and_counts_as_one_call(model: ScriptedModel) -> None:
    usage = (await model.reply(request("weather"))).usage
    assert (usage.usd, usage.calls) == (0.0, 1)
    assert usage.tokens_in == request().pack.tokens


async def test_the_same_request_gets_the_same_answer(model: ScriptedModel) -> None:
    asked = request("Birch", agent="erp-ar")
    assert await model.reply(asked) == await model.reply(asked)


async def test_a_missing_line_names_agent_request_and_file(model: ScriptedModel) -> None:
    with pytest.raises(NoScript, match=r'agent general, "Hello\?".*demo.yaml') as raised:
        await model.reply(request("Hello?"))
    assert raised.value.addressee is Addressee.OWNER
    await model.close()


async def test_an_exchange_without_a_line_after_it_is_missing_too(model: ScriptedModel) -> None:
    with pytest.raises(NoScript):
        await model.reply(request("weather", (used("notes.find", "nothing"),)))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("lines: [", "demo.yaml"),
        ("nothing: here", "lines"),
        ("just text", "demo.yaml"),
        ("lines: 5", "demo.yaml"),
        ("lines: [just text]", "demo.yaml"),
        ("lines: [{agent: general}]", "`say` or `use`"),
        ("lines: [{say: hi, whn: there}]", "whn"),
        ("lines: [{use: [{tol: clock.now}]}]", "tol"),
        ("", "demo.yaml"),
    ],
)
def test_a_broken_script_is_told_to_its_author(text: str, said: str, script: Path) -> None:
    script.write_text(text, "utf-8")
    with pytest.raises(BadFixture, match=r"demo.yaml is not a script") as raised:
        ScriptedModel.from_file(script)
    assert said in str(raised.value)


def test_a_script_that_is_not_there_is_told_too(tmp_path: Path) -> None:
    with pytest.raises(BadFixture, match=r"gone.yaml"):
        ScriptedModel.from_file(tmp_path / "gone.yaml")


def test_a_script_that_is_not_text_is_told_too(script: Path) -> None:
    script.write_bytes(b"lines: [{say: \xff}]")
    with pytest.raises(BadFixture, match=r"demo.yaml"):
        ScriptedModel.from_file(script)


def test_the_last_result_is_the_one_that_is_quoted() -> None:
    line = Line(after="b.b", say="{result}")
    calls = (ToolCall("1", "a.a", {}), ToolCall("2", "b.b", {}))
    exchange = Exchange("", calls, (used("a.a", "first", "1").results[0], used("b.b", "last", "2").results[0]))
    assert line.fits(request(exchanges=(exchange,)).pack)
