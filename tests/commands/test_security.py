"""The audit: each thing that is wrong has its line and its fix; a house in order has none."""

import json
from pathlib import Path
from typing import Any

import pytest

from nova_bot import agent_files
from nova_bot.commands import security
from nova_bot.commands.security import Level, audit
from nova_bot.settings import Settings
from nova_bot.tools.all import REGISTRY


@pytest.fixture
def home(tmp_path: Path) -> Path:
    made = tmp_path / "home"
    made.mkdir(mode=0o700)
    return made


def found(home: Path, agents: Path, **more: Any) -> dict[str, Level]:
    settings = Settings(home=home, agents=agents, **more)
    roster = agent_files.load(agents, REGISTRY.outward() | {"lab.read": False, "lab.send": True})
    return {one.check: one.level for one in audit(settings, roster, REGISTRY.rows())}


def test_a_house_in_order_has_nothing_wrong(home: Path, agents: Path) -> None:
    (home / "nova.sqlite").touch(mode=0o600)
    assert Level.WRONG not in found(home, agents).values()


@pytest.mark.parametrize(("name", "mode"), [("nova.sqlite", 0o640), ("nova.sqlite-wal", 0o604), ("nova.toml", 0o666)])
def test_files_that_others_can_open(home: Path, agents: Path, name: str, mode: int) -> None:
    (home / name).touch()
    (home / name).chmod(mode)
    assert found(home, agents)["file_mode"] is Level.WRONG


def test_a_job_that_others_can_write_speaks_for_them_and_its_grants_are_named(home: Path, agents: Path) -> None:
    job = home / "jobs" / "brief.md"
    job.parent.mkdir()
    grants = 'grants:\n  - {tool: chat.post, values: {place: "#team"}, uses: 2}'
    job.write_text(f"---\nname: brief\nenabled: true\nevery: 1h\nagent: books\n{grants}\n---\nBrief me.\n", "utf-8")
    job.chmod(0o600)
    settings = Settings(home=home, agents=agents)
    roster = agent_files.load(agents, REGISTRY.outward() | {"lab.read": False, "lab.send": True})
    lines = {one.check: one.what for one in audit(settings, roster, REGISTRY.rows())}
    assert lines["job_grant"].endswith("chat.post place=#team (2 times)")
    assert "file_mode" not in lines
    job.chmod(0o666)
    assert found(home, agents)["file_mode"] is Level.WRONG


def test_a_home_that_others_can_open(home: Path, agents: Path) -> None:
    home.chmod(0o755)
    assert found(home, agents)["home_mode"] is Level.WRONG


@pytest.mark.parametrize("line", ['anthropic_api_key = "x"', 'name = "sk-ant-api03-aB3aB3aB3aB3aB3aB3aB3aB3"'])
def test_a_secret_in_the_settings_file(home: Path, agents: Path, line: str) -> None:
    (home / "nova.toml").write_text(line, "utf-8")
    assert found(home, agents)["secret_in_config"] is Level.WRONG


def test_chats_without_an_owner_and_with_open_doors(home: Path, agents: Path) -> None:
    chats = {"slack_bot_token": "xoxb-1", "strangers": "answer", "members_of": {"slack": ["T1"]}}
    checks = found(home, agents, **chats)
    assert (checks["no_owner"], checks["strangers"], checks["port"]) == (Level.WRONG,) * 3
    assert checks["open_workspace"] is Level.NOTE
    owned = found(home, agents, owner={"slack": ["T1/U1"]}, slack_bot_token="xoxb-1", slack_app_token="xapp-1")
    assert not owned.keys() & {"no_owner", "port"}


def test_the_command_prints_one_object_and_fails_when_something_is_wrong(
    home: Path, agents: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    shipped = agent_files.default_folder()
    home.chmod(0o755)
    assert security.show(Settings(home=home, agents=shipped), as_json=True) == 1
    said = json.loads(capsys.readouterr().out)
    assert said["ok"] is False
    assert said["findings"][0]["fix"] == f"chmod 700 {home}"
    home.chmod(0o700)
    assert security.show(Settings(home=home, agents=shipped), as_json=False) == 0
