"""The roster: agents checked against each other."""

import pytest

from nova_bot.core.agent_spec import AgentFile
from nova_bot.core.errors import BadAgentFile, UnknownAgent
from nova_bot.core.roster import Roster, build
from tests.agents import AGENTS, BOOKS, a_file, with_lines

TOOLS = dict.fromkeys(["clock.now", "calc.evaluate", "notes.remember", "notes.find", "notes.forget", "lab.read"], False)
TOOLS |= {"lab.send": True, "mail.send": True}


def files(**changed: str) -> list[AgentFile]:
    return [a_file(text, name) for name, text in {**AGENTS, **changed}.items()]


@pytest.fixture
def roster() -> Roster:
    return build(files(), TOOLS)


def problem(*made: AgentFile) -> str:
    with pytest.raises(BadAgentFile) as error:
        build(made, TOOLS)
    return str(error.value)


def line_of(text: str, piece: str) -> int:
    return text[: text.index(piece)].count("\n") + 1


def test_agents_are_found_by_name(roster: Roster) -> None:
    assert roster.names == ("general", "books", "chaser", "mailer")
    assert roster.get("books").style == "figures first"
    assert "books" in roster
    assert "bookz" not in roster
    assert len(roster) == 4


def test_an_unknown_name_gets_the_nearest_ones(roster: Roster) -> None:
    with pytest.raises(UnknownAgent, match='No agent is called "book". Did you mean books?'):
        roster.get("book")
    assert roster.like("zzzz") == ("general",)
    assert roster.like("CHASER")[0] == "chaser"


def test_part_of_a_name_is_enough() -> None:
    text = BOOKS.replace("name: books", "name: erp-books").replace("hands_to: [chaser, general]", "")
    assert build([a_file(text, "erp-books")], TOOLS).like("erp") == ("erp-books",)


def test_a_dangling_hand_off_is_named_with_line_and_hint() -> None:
    text = BOOKS.replace("[chaser, general]", "\n  - general\n  - chasr")
    assert problem(*files(books=text)) == (
        f"agents/office/books.md:{line_of(text, '- chasr')}: "
        'hands_to names "chasr", which is no agent; did you mean "chaser"?'
    )


def test_a_dangling_border_case_is_named_with_line_and_hint() -> None:
    text = with_lines(BOOKS, "not_for:", "  - send the letter -> mailer", "  - say hello -> genral")
    assert problem(*files(books=text)) == (
        'agents/office/books.md:4: not_for names "genral", which is no agent; did you mean "general"?'
    )


@pytest.mark.parametrize("key", ["tools", "effects", "asks_before"])
def test_a_dangling_tool_is_named_with_line_and_hint(key: str) -> None:
    chaser = AGENTS["chaser"].replace("tools: [lab.read]\n", "")
    text = with_lines(chaser, f"{key}: [lab.read, notes.rember]")
    assert problem(*files(chaser=text)) == (
        f'agents/office/chaser.md:2: {key} names "notes.rember", which is no tool; did you mean "notes.remember"?'
    )


def test_an_agent_does_not_hand_to_itself() -> None:
    text = BOOKS.replace("[chaser, general]", "[books]")
    assert "hands_to names the agent itself" in problem(*files(books=text))


def test_two_agents_have_two_names() -> None:
    again = AgentFile("agents/other/books.md", "other", a_file().spec, a_file().lines)
    assert problem(*files(), again) == 'agents/other/books.md:2: an agent "books" stands in agents/office/books.md too'


def test_the_name_is_that_of_the_file() -> None:
    assert problem(a_file(BOOKS, "ledger")) == (
        'agents/office/ledger.md:2: the name is "books" but the file is called ledger.md; make them equal'
    )


CHASER = AGENTS["chaser"].replace("accepts: outside\n", "")


def dangerous(*lines: str) -> str:
    return with_lines(CHASER.replace("[lab.read]", "[lab.read, mail.send]"), "accepts: outside", *lines)


@pytest.mark.parametrize("sees", ["owner", "secret"])
def test_outside_text_private_data_and_an_outward_tool_do_not_go_together(sees: str) -> None:
    text = dangerous(f"sees: {sees}")
    assert problem(*files(chaser=text)).startswith(
        "agents/office/chaser.md:2: it reads outside text, sees private data and acts outward (mail.send); set"
    )


def test_an_outward_effect_is_as_dangerous_as_an_outward_tool() -> None:
    text = with_lines(CHASER, "accepts: outside", "sees: owner", "effects: [lab.send]")
    assert "acts outward (lab.send)" in problem(*files(chaser=text))


@pytest.mark.parametrize(
    "lines",
    [
        ["sees: channel"],
        ["sees: owner", "supervised: true"],
        ["sees: owner", "asks_before: [mail.send]"],
    ],
)
def test_two_of_the_three_or_a_click_in_between_are_fine(lines: list[str]) -> None:
    assert build(files(chaser=dangerous(*lines)), TOOLS)


def test_an_agent_that_reads_no_outside_text_may_act() -> None:
    text = dangerous("sees: owner").replace("accepts: outside", "accepts: typed")
    assert build(files(chaser=text), TOOLS)
