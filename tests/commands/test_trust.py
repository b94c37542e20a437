"""`nova trust`: the same decision as at run time, in words."""

import pytest
from typer.testing import CliRunner

from nova_bot.cli import cli
from nova_bot.commands.trust import parsed
from nova_bot.core.errors import BadInput

POST = 'chat.post place=#team text="hello all"'
TEAM = '{"#team": {"platform": "slack", "workspace": "T1", "channel": "C1"}}'


@pytest.fixture(autouse=True)
def home(monkeypatch: pytest.MonkeyPatch, tmp_path: object) -> None:
    monkeypatch.setenv("NOVA_HOME", str(tmp_path))
    monkeypatch.setenv("NOVA_PLACES", TEAM)


def nova(*words: str) -> str:
    done = CliRunner().invoke(cli, ["trust", *words])
    assert done.exit_code == 0, done.output
    return done.output.strip()


def test_a_call_is_explained() -> None:
    assert nova("explain", POST, "--said", "post hello all in #team").startswith("allow: ")
    assert nova("explain", POST, "--said", "what is up?") == "refuse: you didn't ask for that"
    assert nova("explain", POST, "--agent", "draft") == "refuse: draft has no tool chat.post"
    assert nova("explain", "clock.now") == "allow: it only reads"


def test_a_call_without_what_it_needs_is_not_allowed() -> None:
    done = CliRunner().invoke(cli, ["trust", "explain", "chat.post text=hi", "--said", "post hi"])
    assert done.exit_code != 0
    assert "place: Field required. It takes: place, text" in done.output


def test_a_list_is_written_with_commas() -> None:
    call = "chat.mention who=Ana,channel text=hi"
    shown = nova("explain", call, "--said", "ping Ana and channel: hi", "--agent", "client-comms")
    assert shown.startswith(("ask:", "refuse: client-comms has no tool"))


def test_a_supervised_tool_shows_its_card() -> None:
    shown = nova("explain", POST, "--said", "post hello all in #team", "--agent", "planner")
    assert shown.splitlines()[:3] == [
        "ask:",
        "May I? send: chat.post, for planner in r1",
        "place: #team [you said]",
    ]


def test_the_audit_shows_every_agent_and_who_reaches_whom() -> None:
    lines = nova("audit").splitlines()
    assert sum(line.lstrip()[:2].strip().isdigit() for line in lines if line) >= 2 * 34
    assert any("client-comms" in line and "chat.post (asks)" in line for line in lines)


@pytest.mark.parametrize("text", ['chat.post "open', "chat.post place"])
def test_a_call_that_cant_be_read_is_named(text: str) -> None:
    with pytest.raises(BadInput):
        parsed(text)
