"""Logs and crashes: a registered secret and a key by its form stand in neither."""

import io
import logging
import subprocess
import sys

import pytest

from nova_bot import logs
from nova_bot.trust.secrets import MARK, Secrets
from tests.doubles import House, said, used

SECRET = "Zq8vR2mX9pL4tB7k"
KEY = "sk-ant-api03-" + "aB3" * 10


def logged(error: Exception | None = None) -> str:
    """What a log line with secrets in its text, its arguments and its traceback becomes."""
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    formatter = logs.Redacting(logs.FORMAT)
    formatter.secrets = Secrets([SECRET])
    handler.setFormatter(formatter)
    logger = logging.Logger("test")
    logger.addHandler(handler)
    logger.error("sent %s with %s", SECRET, KEY, exc_info=error)
    return stream.getvalue()


def test_a_line_has_no_secret() -> None:
    assert logged() == f"ERROR test: sent {MARK} with {MARK}\n"


def test_nor_has_its_traceback() -> None:
    try:
        raise ValueError(f"refused: {SECRET}")
    except ValueError as error:
        line = logged(error)
    assert "Traceback" in line
    assert SECRET not in line


def test_a_crash_prints_no_key() -> None:
    crash = f"from nova_bot import logs; logs.start(30); raise ValueError({KEY!r})"
    died = subprocess.run([sys.executable, "-c", crash], capture_output=True, text=True, check=False)
    assert "ValueError" in died.stderr
    assert MARK in died.stderr
    assert f"raise ValueError({KEY!r})" not in died.stderr.replace("'", "")
    assert KEY not in died.stderr


async def test_what_a_model_says_is_kept_without_secrets(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MY_API_KEY", SECRET)
    async with house.open() as nova:

        async def leak(text: str) -> str:
            return f"the key is {SECRET}"

        nova.lab.run = leak
        nova.model.will("books", used(("lab.read", {"text": SECRET[::-1]})), said(f"It is {SECRET}."))
        await nova.say("which invoice?")
        await nova.settled()
        assert nova.lab.calls[0][1] == MARK
        kept = nova.nova.ledger.path.read_bytes() + nova.nova.ledger.path.with_name("nova.sqlite-wal").read_bytes()
        assert SECRET.encode() not in kept
