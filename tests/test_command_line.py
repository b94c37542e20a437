"""The `nova` command: what every command does with wrong settings, files that can't be used, and `--version`."""

from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from nova_bot import __version__
from nova_bot.cli import cli


@pytest.fixture(autouse=True)
def home(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    monkeypatch.setenv("NOVA_HOME", str(tmp_path))
    return tmp_path


def nova(*words: str) -> Result:
    return CliRunner().invoke(cli, words)


def failed(result: Result) -> str:
    """The one line that a failure is."""
    assert result.exit_code == 1
    assert isinstance(result.exception, SystemExit)
    assert result.stderr.count("\n") == 1
    return result.stderr


def test_the_version_needs_no_command() -> None:
    assert nova("--version").output == f"nova {__version__}\n"


@pytest.mark.parametrize("words", ["chat --once hi", "runs list", "route hi", "when tomorrow", "agents list", "serve"])
def test_wrong_settings_are_one_line(home: Path, words: str) -> None:
    (home / "nova.toml").write_text("hopps = 2\n")
    assert "hopps" in failed(nova(*words.split()))


@pytest.mark.parametrize("words", ["route --batch", "when --batch", "reminders import"])
def test_a_file_that_is_not_there_is_one_line(words: str) -> None:
    assert failed(nova(*words.split(), "/nonexistent/file")) == "nova: /nonexistent/file: No such file or directory\n"


def test_a_limit_is_at_least_one() -> None:
    assert nova("runs", "list", "--limit", "-5").exit_code == 2


def test_a_home_that_a_command_makes_is_its_owners_only(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NOVA_HOME", str(home / "new"))
    assert nova("schedule", "resume", "morning-brief").exit_code == 0
    assert (home / "new").stat().st_mode & 0o777 == 0o700


def test_a_recurrence_is_shown_with_its_coming_times(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NOVA_TIMEZONE", "Europe/Berlin")
    lines = nova("when", "every friday at 16:00 send the report").output.splitlines()
    coming = [line for line in lines if line.startswith("next: ")]
    assert len(coming) == 3
    assert all(line.startswith("next: Fri ") and line.endswith(" 16:00 (Europe/Berlin)") for line in coming)


def test_a_run_that_failed_before_it_said_anything_is_not_the_latest_to_blame() -> None:
    assert nova("chat", "--once", "erp-ar: who owes us money?").exit_code == 0
    assert "could not be done again" in nova("fork", "r1.1", "agent=general").output
    assert "c1.1 told: who owes us money?" in nova("blame").output
