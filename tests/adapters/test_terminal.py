"""The terminal: lines in, replies out, on a TTY and through a pipe."""

import asyncio
import errno
import io
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Awaitable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest

from adapters.terminal import Printer, Terminal, envelope, place_of
from nova_bot import app
from nova_bot.core.button import CHOOSE, Button
from nova_bot.core.delivery import Outbound, Underway
from nova_bot.core.envelope import Envelope, Kind, Place, Sender
from nova_bot.core.errors import LedgerFull
from nova_bot.core.run import Run
from tests.doubles import NOON, OWNER, House, team
from tests.records import a_run

HANGS = 60
"""Seconds after which nothing more is waited for. A busy machine may stand still for half a minute."""


def reply(text: str, thread: str = "main", choices: tuple[str, ...] = ()) -> Outbound:
    buttons = tuple(Button(f"id of {choice}", choice, CHOOSE, choice) for choice in choices)
    return Outbound("r7/1", 7, place_of(thread), "books", text, buttons)


async def printed(outbound: Outbound, *, rich: bool = False) -> str:
    out = io.StringIO()
    await Printer(out, rich, "main").deliver(outbound)
    return out.getvalue()


# --- replies ----------------------------------------------------------------


async def test_a_pipe_gets_plain_lines() -> None:
    assert await printed(reply("**Three** are open.")) == "[books · r7]\nThree are open.\n"


async def test_a_tty_gets_markdown_rendered() -> None:
    said = await printed(reply("**Three** are open."), rich=True)
    assert "**" not in said
    assert "\x1b[1mThree\x1b[0m" in said


async def test_a_new_line_is_a_new_line_on_a_tty_too() -> None:
    lines = [line.strip() for line in (await printed(reply("Reminder 1: call\nFriday, 15:00"), rich=True)).splitlines()]
    assert lines[-2:] == ["Reminder 1: call", "Friday, 15:00"]


async def test_a_single_choice_is_no_range() -> None:
    assert (await printed(reply("Who?", choices=("books",)))).endswith("1. books\n\n(1)\n")


@pytest.mark.parametrize("fault", [BrokenPipeError(), OSError(errno.ENOSPC, "No space left on device")])
async def test_what_can_not_be_written_is_tried_once_and_printed_at_the_next_start(
    house: House, capsys: pytest.CaptureFixture[str], fault: OSError
) -> None:
    class Closed(io.StringIO):
        def write(self, _text: str) -> int:
            raise fault

    left, back = Printer(Closed(), False, "main"), Printer(io.StringIO(), False, "main")
    async with app.running(house.settings(), [left], make_team=team) as nova:
        accepted = await nova.receive(envelope("remind me tomorrow at 9 to call Birch", "main", OWNER))
        assert accepted is not None
        await accepted
        with pytest.raises(type(fault)):
            left.check()
    async with app.running(house.settings(), [back], make_team=team) as nova:
        await asyncio.gather(*await nova.recover())
    assert isinstance(back.out, io.StringIO)
    assert back.out.getvalue().count("Reminder 1: call Birch") == 1
    assert "Traceback" not in capsys.readouterr().err


@pytest.mark.parametrize("rich", [False, True])
async def test_choices_are_numbered(rich: bool) -> None:
    lines = [
        line.strip() for line in (await printed(reply("Who?", choices=("books", "chaser")), rich=rich)).splitlines()
    ]
    text = "\n".join(lines)
    assert "1" in text
    assert "2" in text
    assert text.index("Who?") < text.index("books", text.index("Who?")) < text.index("chaser")
    assert "(1-2)" in text
    if not rich:
        assert lines == ["[books · r7]", "Who?", "", "1. books", "2. chaser", "", "(1-2)"]


@pytest.mark.parametrize("line", ["2", " cancel "])
async def test_a_number_or_a_name_presses_a_button(line: str) -> None:
    printer, came = Printer(io.StringIO(), False, "main"), list[Envelope]()

    async def receive(envelope: Envelope) -> None:
        came.append(envelope)

    async def no_command(*line: object) -> None:
        raise AssertionError(line)

    terminal = Terminal(printer, OWNER, no_command)
    buttons = (Button("a", "Edit", "reminder", "edit 1"), Button("b", "Cancel", "reminder", "cancel 1"))
    await printer.deliver(replace(reply("Reminder 1"), buttons=buttons))
    await terminal._line(line, receive, set())
    await terminal._line(line, receive, set())
    assert [(one.kind, one.press, one.text) for one in came] == [(Kind.PRESS, "b", ""), (Kind.MESSAGE, None, line)]


async def test_an_answer_to_a_question_stays_a_message() -> None:
    printer = Printer(io.StringIO(), False, "main")
    await printer.deliver(reply("Who?", choices=("books", "chaser")))
    assert printer.numbered("1") is None


@pytest.mark.parametrize("rich", [False, True])
async def test_a_reply_for_another_thread_says_which(rich: bool) -> None:
    assert "books · r7 · thread other" in await printed(reply("Three.", thread="other"), rich=rich)


async def test_a_thread_may_be_called_anything() -> None:
    assert "thread [/bold]" in await printed(reply("Three.", thread="[/bold]"), rich=True)
    assert place_of("a\ud800").key.encode()


async def test_a_reply_after_a_restart_is_printed_again() -> None:
    printer = Printer(io.StringIO(), False, "main")
    receipt = await printer.deliver(reply("Three."))
    assert receipt
    assert await printer.find(reply("Three.")) is None


def progress(*, rich: bool, thread: str = "main", text: str = "Three are") -> str:
    out = io.StringIO()
    Printer(out, rich, "main").progress(Underway(place_of(thread), "ada", "r7", "books", 1, text, NOON))
    return out.getvalue()


def test_an_answer_grows_on_one_line_of_a_tty() -> None:
    assert progress(rich=True) == "\r\x1b[2K\x1b[2mbooks · r7 · Three are\x1b[0m"
    assert "\n" not in progress(rich=True, text="a\nb\n" * 100)


def test_an_answer_does_not_grow_in_a_pipe_or_in_another_thread() -> None:
    assert progress(rich=False) == progress(rich=True, thread="other") == ""


def test_a_growing_answer_can_not_steer_the_terminal() -> None:
    assert progress(rich=True, text="a\x1b[2Jb").count("\x1b") == 3


# --- lines ------------------------------------------------------------------


@dataclass(slots=True)
class Desk:
    """A terminal whose lines come through a pipe."""

    out: io.StringIO
    terminal: Terminal
    typed: int
    received: list[Envelope] = field(default_factory=list)
    commands: list[tuple[str, str, Place, Sender]] = field(default_factory=list)
    fault: Exception | None = None
    broken_run: Exception | None = None
    card: tuple[Button, ...] = ()

    async def receive(self, sent: Envelope) -> Awaitable[Run] | None:
        if self.fault:
            raise self.fault
        self.received.append(sent)
        return self._run()

    async def _run(self) -> Run:
        await asyncio.sleep(0)
        if self.broken_run:
            raise self.broken_run
        await self.terminal.printer.deliver(replace(reply("answered"), buttons=self.card))
        return a_run()

    async def answer(self, verb: str, rest: str, place: Place, by: Sender) -> str | None:
        self.commands.append((verb, rest, place, by))
        return "the agents" if verb == "agents" else None

    async def types(self, *lines: bytes) -> list[str]:
        """Type these lines and then nothing more; what stands on the screen."""
        os.write(self.typed, b"".join(lines))
        os.close(self.typed)
        await asyncio.wait_for(self.terminal.serve(self.receive), HANGS)
        return self.out.getvalue().splitlines()


@pytest.fixture
def desk(monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    read, write = os.pipe()
    out = io.StringIO()
    with open(read, encoding="utf-8") as source:
        monkeypatch.setattr("sys.stdin", source)
        made = Desk(out, Terminal(Printer(out, False, "main"), OWNER, lambda *line: made.answer(*line)), write)
        yield made


async def test_lines_become_envelopes_and_the_end_waits_for_their_runs(desk: Desk) -> None:
    shown = await desk.types(b"which invoice?\n", b"and now?")
    assert [sent.text for sent in desk.received] == ["which invoice?", "and now?"]
    assert shown == ["[books · r7]", "answered"] * 2
    first, second = desk.received
    assert (first.kind, first.sender, first.place) == (Kind.MESSAGE, OWNER, place_of("main"))
    assert first.identity != second.identity


async def test_a_line_of_a_pipe_may_answer_the_card_before_it(desk: Desk) -> None:
    desk.card = (Button("b7", "Edit", "reminder", "edit 1"),)
    await desk.types(b"remind me\n", b"1\n")
    assert [(sent.kind, sent.press) for sent in desk.received] == [(Kind.MESSAGE, None), (Kind.PRESS, "b7")]


async def test_odd_bytes_are_taken(desk: Desk) -> None:
    await desk.types(b"caf\xe9 \x00\r\n")
    assert [sent.text for sent in desk.received] == ["caf\ufffd \ufffd\n"]


async def test_an_empty_line_is_not_a_message(desk: Desk) -> None:
    assert await desk.types(b"\n", b"   \n") == []
    assert desk.received == []


@pytest.mark.parametrize("line", [b"/quit\n", b" /exit \n"])
async def test_quit_ends_the_chat(desk: Desk, line: bytes) -> None:
    await desk.types(line, b"not read\n")
    assert desk.received == []


async def test_a_chat_that_ended_takes_nothing_of_what_is_typed_next(desk: Desk) -> None:
    before = os.dup(desk.typed)
    assert await desk.types(b"/quit\n") == []  # its thread waits for a line: `before` is not closed yet
    reader = next(thread for thread in threading.enumerate() if thread.name == "terminal")
    read, desk.typed = os.pipe()
    os.dup2(read, sys.stdin.fileno())  # what a closed number is next: another chat's lines
    os.close(read)
    os.write(before, b"late\n")
    os.close(before)
    os.write(desk.typed, b"hello\n")
    os.close(desk.typed)
    await asyncio.to_thread(reader.join, HANGS)
    await asyncio.wait_for(desk.terminal.serve(desk.receive), HANGS)
    assert [sent.text for sent in desk.received] == ["hello"]


async def test_commands_are_novas_or_unknown(desk: Desk) -> None:
    assert await desk.types(b"/agents led ger\n", b"/deploy\n") == [
        "the agents",
        "There is no command /deploy. /help lists them.",
    ]
    assert desk.commands == [("agents", "led ger", place_of("main"), OWNER), ("deploy", "", place_of("main"), OWNER)]
    assert desk.received == []


async def test_naming_an_agent_is_a_message(desk: Desk) -> None:
    await desk.types(b"/agent books which?\n")
    assert [sent.text for sent in desk.received] == ["/agent books which?"]


async def test_threads_are_switched(desk: Desk) -> None:
    shown = await desk.types(b"one\n", b"/thread birch\n", b"two\n", b"/new\n", b"three\n")
    one, two, three = (sent.place.thread for sent in desk.received)
    assert (one, two) == ("main", "birch")
    assert three not in ("main", "birch", "")
    assert "Now in thread birch." in shown
    assert "[books · r7 · thread main]" in shown


async def test_what_nova_can_say_about_an_error_is_said_and_the_chat_goes_on(desk: Desk) -> None:
    desk.fault = LedgerFull(path="/x")
    shown = await desk.types(b"one\n", b"/agents\n")
    assert shown == [str(desk.fault), "the agents"]


async def test_a_broken_run_shows_no_internals(desk: Desk) -> None:
    desk.broken_run = KeyError("secret internals")
    assert await desk.types(b"one\n") == ["That went wrong inside Nova; the log has the details. Your message is kept."]


async def test_a_run_that_the_ledger_refused_is_explained(desk: Desk) -> None:
    desk.broken_run = LedgerFull(path="/x")
    assert await desk.types(b"one\n") == [str(desk.broken_run)]


def test_an_envelope_has_an_identity_of_its_own() -> None:
    assert len({envelope("x", "main", OWNER).identity for _ in range(100)}) == 100


STOPPED = """
import asyncio, signal, sys
from adapters.terminal import Printer, Terminal
from tests.doubles import NOON, OWNER, House, team

async def receive(envelope):
    print("heard", envelope.text, flush=True)

async def main():
    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    serving = asyncio.create_task(Terminal(Printer(sys.stdout, False, "main"), OWNER, None).serve(receive))
    await stop.wait()
    serving.cancel()
    await asyncio.gather(serving, return_exceptions=True)

asyncio.run(main())
"""


def test_a_stop_does_not_wait_for_a_line_that_never_comes() -> None:
    root = Path(__file__).parents[2]
    running = subprocess.Popen(
        [sys.executable, "-c", STOPPED], cwd=root, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    with running:
        assert running.stdin
        assert running.stdout
        assert running.stderr
        try:
            running.stdin.write(b"hello\n")
            running.stdin.flush()
            assert running.stdout.readline() == b"heard hello\n"
            running.send_signal(signal.SIGTERM)
            assert running.wait(HANGS) == 0
            assert running.stderr.read() == b""
        finally:
            running.kill()


async def test_choices_that_the_text_numbers_itself_are_not_listed_again() -> None:
    out = io.StringIO()
    printer = Printer(out, rich=False, thread="main")
    buttons = tuple(Button(f"b{label}", label, "blame", label) for label in ("1", "none"))
    await printer.deliver(Outbound("r1/1", 1, place_of("main"), "nova", "1. the weight", buttons))
    assert out.getvalue() == "[nova · r1]\n1. the weight\n"
    assert printer.numbered("none") == buttons[1]
    assert printer.numbered("2") is None
