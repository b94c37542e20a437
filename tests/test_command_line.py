"""The `nova` command: what every command does with wrong settings, files that can't be used, and `--version`."""

import shutil
import signal
import socket
import subprocess
import sys
from functools import partial
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from nova_bot import __version__, app
from nova_bot.cli import cli
from tests.agents import AGENTS, write
from tests.doubles import team


@pytest.fixture(autouse=True)
def home(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    monkeypatch.setenv("NOVA_HOME", str(tmp_path))
    return tmp_path


@pytest.fixture
def no_pip(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr("nova_bot.weights._download")


def nova(*words: str) -> Result:
    return CliRunner().invoke(cli, words)


STOPPED = """
import asyncio, sys, typer
from nova_bot.cli.base import run_to_end

async def work():
    try:
        print("at work", flush=True)
        await asyncio.Event().wait()
    finally:
        await asyncio.sleep(0)
        print("tidied up", flush=True)

try:
    run_to_end(work())
except typer.Exit as end:
    sys.exit(end.exit_code)
"""


@pytest.mark.parametrize(("stop", "code"), [(signal.SIGTERM, 143), (signal.SIGINT, 130)])
def test_who_stops_a_command_lets_it_tidy_up(stop: signal.Signals, code: int) -> None:
    running = subprocess.Popen([sys.executable, "-c", STOPPED], stdout=subprocess.PIPE)
    with running:
        assert running.stdout
        assert running.stdout.readline() == b"at work\n"
        running.send_signal(stop)
        assert running.stdout.read() == b"tidied up\n"
        assert running.wait() == code


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


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no /dev/full here")
def test_help_that_finds_no_room_is_one_line() -> None:
    with Path("/dev/full").open("w") as full:
        command = [sys.executable, "-m", "nova_bot", "--help"]
        ended = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, text=True, check=False)
    assert (ended.returncode, ended.stderr) == (1, "nova: No space left on device\n")


@pytest.mark.parametrize("closed", ["<&-", ">&-", "2>&-", "<&- >&- 2>&-"])
def test_a_closed_stream_breaks_nothing(closed: str) -> None:
    command = ["sh", "-c", f'exec "$0" -m nova_bot when --batch - {closed}', sys.executable]
    ended = subprocess.run(command, input="", capture_output=True, text=True, check=False)
    assert (ended.returncode, ended.stderr) == (0, "")


def test_a_bad_line_of_a_batch_is_named_with_its_key(home: Path) -> None:
    (home / "batch").write_text('{"text": "hi"}\n{"text": 5}\n')
    said = failed(nova("when", "--batch", str(home / "batch")))
    assert said == f'nova: {home}/batch:2: "text": Input should be a valid string\n'


@pytest.mark.usefixtures("no_pip")
def test_an_encoder_that_can_not_be_kept_is_not_fetched(home: Path) -> None:
    (home / "models").write_text("a file")
    assert failed(nova("models", "install")) == f"nova: {home}/models: File exists\n"


def test_a_port_that_is_taken_is_one_line() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        assert f"('127.0.0.1', {port}): " in failed(nova("dev", "fake-slack", "--port", port))


def test_a_port_is_at_most_65535() -> None:
    assert nova("dev", "fake-discord", "--port", "99999").exit_code == 2


@pytest.mark.usefixtures("asked")
def test_a_shell_has_no_current_thread_to_forget() -> None:
    refused = nova("forget", "thread")
    assert refused.exit_code == 2
    assert "nova forget --thread main" in " ".join(refused.stderr.split())
    assert nova("forget", "--thread", "other").output == "There is nothing to forget there.\n"
    assert nova("forget", "--thread", "main").output.startswith("Forgotten: the text of 1 run")


@pytest.mark.parametrize("number", ["-5", "0", "99999999999999999999"])
def test_a_limit_is_a_number_that_can_be_counted_to(number: str) -> None:
    assert nova("runs", "list", "--limit", number).exit_code == 2


def test_a_home_that_a_command_makes_is_its_owners_only(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NOVA_HOME", str(home / "new"))
    assert nova("schedule", "resume", "morning-brief").exit_code == 0
    assert (home / "new").stat().st_mode & 0o777 == 0o700


def test_a_number_answers_the_last_message_of_an_earlier_command() -> None:
    assert "3. Cancel" in nova("chat", "--once", "remind me in 3 hours to call Birch").output
    assert "Reminder 1 is cancelled" in nova("chat", "--once", "3").output


def test_a_mistyped_command_goes_to_no_agent() -> None:
    assert failed(nova("chat", "--once", "/hlep")) == "nova: There is no command /hlep. `/help` lists them.\n"


@pytest.mark.parametrize("verb", ["new", "thread", "quit"])
def test_what_steers_the_open_chat_is_said_to_belong_there(verb: str) -> None:
    assert failed(nova("chat", "--once", f"/{verb}")) == (
        f"nova: /{verb} works inside `nova chat`. With --once, --thread NAME says which thread is meant.\n"
    )


def test_a_recurrence_is_shown_with_its_coming_times(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NOVA_TIMEZONE", "Europe/Berlin")
    lines = nova("when", "every friday at 16:00 send the report").output.splitlines()
    coming = [line for line in lines if line.startswith("next: ")]
    assert len(coming) == 3
    assert all(line.startswith("next: Fri ") and line.endswith(" 16:00 (Europe/Berlin)") for line in coming)


@pytest.fixture
def asked(home: Path, empty_ledger: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One question was asked, of four agents that need no fitted router."""
    shutil.copy(empty_ledger, home / "nova.sqlite")
    for name, text in AGENTS.items():
        write(home / "agents", name, text.replace(", lab.read", "").replace("tools: [lab.read]\n", ""))
    monkeypatch.setenv("NOVA_AGENTS", str(home / "agents"))
    monkeypatch.setattr(app, "running", partial(app.running, make_team=team))
    assert nova("chat", "--once", "which invoice is late?").exit_code == 0


@pytest.mark.parametrize(
    ("words", "says"),
    [
        ("wrong c9.9 = 92", "There is no claim c9.9."),
        ("wrong the weight", "Say which claim"),
        ("wrong", "Say which claim"),
        ("redo", "Say what to do again"),
        ("redo r9", "There is no run r9."),
        ("redo c9.1", "There is no claim c9.1."),
        ("fork r9.1 agent=books", "There is no run r9."),
        ("fork r1.1 colour=red", "Say from which step"),
        ("fork", "Say from which step"),
        ("forget", "Say what to forget"),
        ("forget everything", "Say what to forget"),
        ("why banana", '"banana" names no run'),
        ("blame r9", "There is no run r9."),
        ("why c1.9", "There is no claim c1.9."),
        ("runs show nonsense", '"nonsense" names no run'),
        ("inbox retry ", "Say what to try again"),
        ("reminders cancel 9", "reminder 9: there is none that is waiting"),
        ("schedule pause nothing", 'No job is called "nothing"'),
        ("agents show nobody", 'No agent is called "nobody"'),
    ],
)
@pytest.mark.usefixtures("asked")
def test_a_wrong_reference_is_one_line_and_an_exit_code(words: str, says: str) -> None:
    assert says in failed(nova(*words.split(" ")))


@pytest.mark.parametrize(
    "words", ["runs list", "runs show r1", "why", "blame", "reminders list", "schedule runs", "trust log", "redo"]
)
def test_a_home_in_which_nothing_happened_is_one_line(words: str) -> None:
    assert failed(nova(*words.split()))


@pytest.mark.parametrize(
    ("words", "says"),
    [
        ("reminders list", "No reminders are waiting."),
        ("schedule next", "No job is on."),
        ("schedule runs", "No job has been due yet."),
        ("trust log", "No effects and no refusals yet."),
        ("route export", "No lessons yet"),
    ],
)
@pytest.mark.usefixtures("asked")
def test_an_empty_list_says_so(words: str, says: str) -> None:
    result = nova(*words.split())
    assert (result.exit_code, result.stdout) == (0, "")
    assert result.stderr.startswith(says)


def test_a_run_that_failed_before_it_said_anything_is_not_the_latest_to_blame() -> None:
    assert nova("chat", "--once", "erp-ar: who owes us money?").exit_code == 0
    assert "could not be played again" in nova("fork", "r1.1", "agent=general").output
    assert "c1.2 derived: I chose erp-ar" in nova("blame").output
