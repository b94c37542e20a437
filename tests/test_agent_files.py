"""Agent files: what is refused, in which words; taking over changes; and the real ones."""

import asyncio
import os
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nova_bot import agent_files
from nova_bot.agent_files import Watch
from nova_bot.context import pack
from nova_bot.context.budget import estimate_tokens
from nova_bot.core.agent_spec import FIELDS, Budget, parse
from nova_bot.core.errors import BadAgentFile, NoAgents
from nova_bot.core.roster import Roster
from nova_bot.engine.loop import Team
from nova_bot.settings import Settings
from nova_bot.tools.all import REGISTRY
from tests.agents import AGENTS, BOOKS, with_lines, write
from tests.doubles import House, Talk, team

TOOLS = {**REGISTRY.outward(), "lab.read": False}
REAL = agent_files.default_folder()


def problem(text: str) -> str:
    with pytest.raises(BadAgentFile) as error:
        parse(text, "agents/office/books.md", "office")
    return str(error.value).removeprefix("agents/office/books.md:")


# --- one file ---------------------------------------------------------------


def test_a_file_says_what_an_agent_is() -> None:
    spec = parse(BOOKS, "agents/office/books.md", "office").spec
    assert (spec.name, spec.body, spec.hands_to) == ("books", "You keep the books.", ("chaser", "general"))
    assert spec.examples == ("invoice", "ledger")
    assert spec.budget == Budget()
    assert len(spec.sha) == 64


def test_left_out_means_none() -> None:
    spec = parse("---\nname: a\ndescription: b\nexamples: [c]\n---\nd\n", "a.md", "x").spec
    assert (spec.tools, spec.effects, spec.hands_to, spec.needs, spec.not_for) == ((), (), (), (), ())


def test_an_unknown_key_is_named_with_its_line_and_the_nearest_right_one() -> None:
    assert problem(with_lines(BOOKS, "model: fast", "exampels: [x]")) == (
        '3: unknown key "exampels"; did you mean "examples"?'
    )


def test_a_key_like_no_other_gets_the_list() -> None:
    assert problem(with_lines(BOOKS, "zzz: 1")).startswith('2: unknown key "zzz"; the keys are name, description,')


@pytest.mark.parametrize("key", ["body", "sha", "yes", "1", "null", "[a, b]", "<<"])
def test_no_other_key_gets_in(key: str) -> None:
    assert problem(with_lines(BOOKS, f"? {key}\n: x")).startswith("2: ")


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("sees: everything", "\"sees\": Input should be 'public', 'channel', 'owner' or 'secret'"),
        ("needs: client", '"needs": Input should be a valid tuple'),
        ("not_for: [just words]", '"not_for.0": write "utterance -> agent"'),
        ("fresh: {price: soon}", '"fresh.price": write a length of time like 30s, 15m, 24h or 7d'),
        ("budget: {steps: 0}", '"budget.steps": Input should be greater than or equal to 1'),
        ("budget: {stepz: 3}", '"budget.stepz": Extra inputs are not permitted'),
        ("patterns: ['(']", '"patterns.0": not a regular expression: missing ), unterminated subpattern at position 0'),
        ("supervised: perhaps", '"supervised": Input should be a valid boolean'),
        ("model: gpt", "\"model\": Input should be 'fast', 'standard' or 'deep'"),
    ],
)
def test_a_wrong_value_is_named_with_its_line(line: str, said: str) -> None:
    assert problem(with_lines(BOOKS, "# a comment", line)).startswith(f"3: {said}")


def test_the_line_of_a_value_deep_inside_is_found() -> None:
    assert problem(with_lines(BOOKS, "fresh:", "  price: 3m", "  web: soon")).startswith('4: "fresh.web"')


@pytest.mark.parametrize("name", ["Books", "b ooks", "books-", "-b", "b" * 41, "1books", "''"])
def test_a_name_is_lower_case_with_hyphens(name: str) -> None:
    assert problem(BOOKS.replace("name: books", f"name: {name}")).startswith('2: "name": ')


@pytest.mark.parametrize("examples", ["[]", "['']", "['  ']", "[5]", "null", "invoice"])
def test_there_are_examples_in_words(examples: str) -> None:
    said = problem(BOOKS.replace("[invoice, ledger]", examples))
    assert said.startswith('4: "examples')


@pytest.mark.parametrize("key", ["name", "description", "examples"])
def test_what_every_agent_needs_is_asked_for(key: str) -> None:
    assert f'"{key}": Field required' in problem(re.sub(rf"^{key}:.*\n", "", BOOKS, flags=re.MULTILINE))


def test_an_agent_needs_a_prompt() -> None:
    assert '"body"' in problem(BOOKS.replace("You keep the books.", " "))


def test_a_key_may_stand_only_once() -> None:
    assert problem(with_lines(BOOKS, "style: short")) == '9: "style" stands twice (first on line 2)'
    assert (
        problem(with_lines(BOOKS, "budget:", "  steps: 3", "  steps: 4")) == '4: "steps" stands twice (first on line 3)'
    )


@pytest.mark.parametrize(
    "text",
    ["", "You keep the books.\n", "name: books\n", "---\nname: books\n", "--\nname: books\n--\n", " ---\na: b\n---\n"],
)
def test_front_matter_is_needed(text: str) -> None:
    assert problem(text) == "1: the file must start with front matter between two --- lines"


@pytest.mark.parametrize("front", ["just words", "- a\n- b", "", "# nothing"])
def test_front_matter_is_keys_and_values(front: str) -> None:
    assert problem(f"---\n{front}\n---\nbody\n") == "2: the front matter must be `key: value` lines"


@pytest.mark.parametrize(
    ("front", "line"),
    [
        ("a: [1, 2", 3),
        ("name: books\nstyle: 'open", 4),
        ("name: a: b", 2),
        ("name: books\n\ty: 1", 3),
        ("style: 2026-13-45", 2),
        ("style: !!python/name:os.system x", 2),
        ("style: &a [x]\nneeds: *a", 3),
        ("needs: &a [*a]", 2),
        ("needs: " + "[" * 2_000, 2),
        ("name: books\nstyle: '\x07'", 3),
    ],
)
def test_what_is_no_yaml_is_said_with_its_line(front: str, line: int) -> None:
    said = problem(f"---\n{front}\n---\nbody\n")
    assert said.startswith(f"{line}: not valid YAML: ")
    assert "\n" not in said


LINES = st.text(st.sampled_from("abn:- []{}'\"#&*!|>?%@`,\n\t0x\u00e4"), max_size=40)
KEYS = st.sampled_from([*FIELDS, "nmae", "body"])


@given(st.lists(st.tuples(KEYS, LINES), max_size=4))
def test_whatever_stands_there_it_is_read_or_refused_in_words(pairs: list[tuple[str, str]]) -> None:
    front = "".join(f"{key}: {value}\n" for key, value in pairs)
    try:
        parse(f"---\n{front}---\nbody\n", "a.md", "x")
    except BadAgentFile as error:
        line = int(str(error).split(":")[1])
        assert 1 <= line <= front.count("\n") + 2


# --- files on the disk ------------------------------------------------------


def books(folder: Path) -> Path:
    return folder / "office" / "books.md"


@pytest.mark.parametrize(
    "form",
    [
        lambda text: b"\xef\xbb\xbf" + text.encode(),
        lambda text: text.replace("\n", "\r\n").encode(),
        lambda text: b"\xef\xbb\xbf" + text.replace("\n", "\r\n").encode(),
        lambda text: text.rstrip("\n").encode(),
        lambda text: text.replace("---\n", "---  \n").encode(),
    ],
    ids=["bom", "crlf", "bom and crlf", "no last newline", "blanks behind ---"],
)
def test_every_editors_files_are_read(agents: Path, form: object) -> None:
    before = agent_files.load(agents, TOOLS).get("books")
    books(agents).write_bytes(form(BOOKS))  # type: ignore[operator]
    after = agent_files.load(agents, TOOLS).get("books")
    assert (after.description, after.body) == (before.description, before.body)


def test_a_file_in_another_encoding_is_refused(agents: Path) -> None:
    books(agents).write_bytes(BOOKS.replace("Open", "Überfällige").encode("latin-1"))
    with pytest.raises(BadAgentFile, match="agents/office/books.md:1: the file is not UTF-8 text"):
        agent_files.load(agents, TOOLS)


def test_a_file_that_can_not_be_read_is_named(agents: Path) -> None:
    books(agents).unlink()
    books(agents).mkdir()
    with pytest.raises(BadAgentFile, match=r"agents/office/books.md:1: the file can't be read \(Is a directory\)"):
        agent_files.load(agents, TOOLS)


def test_a_folder_without_agents_says_what_to_set(tmp_path: Path) -> None:
    with pytest.raises(NoAgents, match="NOVA_AGENTS"):
        agent_files.load(tmp_path / "nowhere", TOOLS)


def test_an_editors_own_files_are_not_agents(agents: Path) -> None:
    (agents / "office" / ".#books.md").symlink_to("ada@desk.1234")
    (agents / "office" / ".books.md.swp.md").write_text("x")
    assert len(agent_files.load(agents, TOOLS)) == 4
    assert Watch(agents, TOOLS, print).start().names == ("books", "chaser", "general", "mailer")


def test_utterances_are_lines_without_comments(agents: Path) -> None:
    file = agent_files.read(books(agents), agents)
    assert agent_files.utterances(agents, file) == ()
    path = agents / "office" / "books.utterances.txt"
    path.write_text("\ufeff# a comment\n  who owes \r\n\n#3 is late\nfirst\\nsecond\n", "utf-8")
    assert agent_files.utterances(agents, file) == ("who owes", "#3 is late", "first\nsecond")
    path.write_bytes(b"\xff\xfe")
    with pytest.raises(BadAgentFile, match="agents/office/books.utterances.txt:1"):
        agent_files.utterances(agents, file)


# --- taking over changes ----------------------------------------------------


class Watched:
    """A watch over `folder`, and what it complained about."""

    def __init__(self, folder: Path) -> None:
        self.complaints: list[str] = []
        self.watch = Watch(folder, TOOLS, lambda error: self.complaints.append(str(error)))
        self.folder = folder
        self.roster = self.watch.start()
        self.written = 0

    def write(self, text: str, name: str = "books") -> Roster | None:
        path = write(self.folder, name, text)
        self.written += 1
        os.utime(path, ns=(self.written, self.written))
        return self.watch.changed()


@pytest.fixture
def watched(agents: Path) -> Watched:
    return Watched(agents)


def test_nothing_changed_nothing_taken(watched: Watched) -> None:
    assert watched.watch.changed() is None


def test_a_changed_file_is_taken_over(watched: Watched) -> None:
    taken = watched.write(BOOKS.replace("figures first", "words first"))
    assert taken
    assert taken.get("books").style == "words first"
    assert watched.watch.changed() is None


def test_a_new_and_a_removed_file_are_taken_over(watched: Watched) -> None:
    text = AGENTS["mailer"].replace("name: mailer", "name: printer")
    taken = watched.write(text, "printer")
    assert taken
    assert "printer" in taken
    (watched.folder / "office" / "printer.md").unlink()
    taken = watched.watch.changed()
    assert taken
    assert "printer" not in taken


def test_changed_utterances_are_taken_over(watched: Watched) -> None:
    (watched.folder / "office" / "books.utterances.txt").write_text("who owes\n")
    assert watched.watch.changed()


def test_a_broken_change_is_reported_once_and_not_taken(watched: Watched, caplog: pytest.LogCaptureFixture) -> None:
    assert watched.write(with_lines(BOOKS, "stile: short")) is None
    assert watched.watch.changed() is None
    assert watched.complaints == ['agents/office/books.md:2: unknown key "stile"; did you mean "style"?']
    assert caplog.messages == []


def test_a_mended_file_is_taken_over(watched: Watched) -> None:
    watched.write(with_lines(BOOKS, "stile: short"))
    assert watched.write(BOOKS)
    assert len(watched.complaints) == 1


def test_a_broken_link_to_another_agent_is_not_taken(watched: Watched) -> None:
    (watched.folder / "office" / "mailer.md").unlink()
    assert watched.watch.changed() is None
    assert 'hands_to names "mailer", which is no agent' in watched.complaints[0]


def test_all_files_gone_is_not_taken(watched: Watched) -> None:
    for path in agent_files.paths(watched.folder):
        path.unlink()
    assert watched.watch.changed() is None


def test_a_file_that_leads_nowhere_stops_nothing(watched: Watched) -> None:
    ghost = watched.folder / "office" / "ghost.md"
    ghost.symlink_to(watched.folder / "nowhere.md")
    assert watched.watch.changed() is None
    assert "ghost.md:1: the file can't be read" in watched.complaints[0]
    ghost.unlink()
    assert watched.watch.changed()


# --- a running Nova ---------------------------------------------------------


@pytest.fixture
def quick_look(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("nova_bot.nova.LOOK_AT_FILES_S", 0.01)


async def until(true: Callable[[], object]) -> None:
    """Wait until it is so."""
    async with asyncio.timeout(5):
        while not true():  # noqa: ASYNC110  (a file on the disk sets no event)
            await asyncio.sleep(0.005)


def style(nova: Talk) -> str:
    return nova.nova.team.roster.get("books").style


async def test_a_running_nova_takes_over_a_changed_file(house: House, quick_look: None) -> None:
    async with house.open() as nova:
        write(house.agents, "books", BOOKS.replace("figures first", "words first, always"))
        await until(lambda: style(nova) == "words first, always")
        await nova.say("which invoice?")
        assert "Style: words first, always" in nova.model.last_pack.system
        pack = await nova.nova.ledger.pack(1, 1)
        assert pack == nova.model.last_pack


async def test_a_running_nova_keeps_its_agents_when_a_change_is_broken(house: House, quick_look: None) -> None:
    async with house.open() as nova:
        write(house.agents, "books", with_lines(BOOKS, "stile: short"))
        await until(lambda: nova.complaints)
        assert style(nova) == "figures first"
        write(house.agents, "books", BOOKS.replace("figures first", "words first, always"))
        await until(lambda: style(nova) == "words first, always")
        assert len(nova.complaints) == 1


async def test_a_fault_while_taking_over_ends_neither_the_look_nor_nova(
    house: House, quick_look: None, caplog: pytest.LogCaptureFixture
) -> None:
    async with house.open() as nova:
        faults: list[Exception] = [BadAgentFile(file="books.utterances.txt", line=1, problem="odd"), ValueError("odd")]

        def make_team(settings: Settings, roster: Roster) -> Team:
            if faults:
                raise faults.pop()
            return team(settings, roster)

        nova.nova.make_team = make_team
        write(house.agents, "books", BOOKS.replace("figures first", "one"))
        await until(lambda: len(faults) == 1)
        write(house.agents, "books", BOOKS.replace("figures first", "second"))
        await until(lambda: not faults)
        write(house.agents, "books", BOOKS.replace("figures first", "third time"))
        await until(lambda: style(nova) == "third time")
        assert [str(error) for error in nova.complaints] == ["books.utterances.txt:1: odd"]
        assert "the agents stay as they were" in caplog.text
        assert (await nova.say("which invoice?")).ending


# --- the real ones ----------------------------------------------------------

ROSTER = {
    "general": "general planner research",
    "nova": "guide improve pipeline",
    "erp": "erp-ap erp-ar erp-finance erp-hr erp-inventory erp-manufacturing erp-migration erp-procurement "
    "erp-reporting erp-sales",
    "language": "draft proofread rewrite summarise translate",
    "software": "code-review debug docs refactor security tests",
    "operations": "ops release",
    "consulting": "backlog client-comms invoicing proposals time",
}


@pytest.fixture(scope="module")
def real() -> Roster:
    return agent_files.load(REAL, REGISTRY.outward())


def test_the_34_agents_load(real: Roster) -> None:
    folders = {file.folder for file in real.files}
    names = {folder: [file.spec.name for file in real.files if file.folder == folder] for folder in folders}
    assert names == {folder: listed.split() for folder, listed in ROSTER.items()}
    assert len(real) == 34


def test_each_agent_has_examples_of_all_lengths(real: Roster) -> None:
    for spec in real:
        assert 20 <= len(spec.examples) <= 30, spec.name
        assert sum(len(text.split()) <= 5 for text in spec.examples) * 3 >= len(spec.examples), spec.name


def test_each_agent_has_many_further_utterances(real: Roster) -> None:
    few = {file.spec.name: len(agent_files.utterances(REAL, file)) for file in real.files}
    assert {name: n for name, n in few.items() if n < 150} == {}


def test_each_agent_names_its_borders(real: Roster) -> None:
    assert [spec.name for spec in real if not spec.not_for] == []


def test_no_agents_pack_is_filled_by_its_own_prompt(real: Roster) -> None:
    for spec in real:
        assert estimate_tokens(pack.system(spec, real)) < spec.budget.tokens * pack.SHARE_OF_BUDGET / 2, spec.name
