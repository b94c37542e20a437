"""Secrets: no part of a registered value leaves in any form, keys that look like keys don't either, prose does."""

import base64
import codecs
import string
from collections.abc import Callable
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nova_bot.trust.secrets import MARK, Secrets

CANARIES = st.text(string.ascii_letters + string.digits, min_size=24, max_size=24).filter(lambda c: len({*c}) > 7)
AROUND = st.text(st.sampled_from(" abc.\n-é█&;"), max_size=6)


def _base64(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


FORMS: dict[str, Callable[[str], str]] = {
    "plain": str,
    "upper": str.upper,
    "lower": str.lower,
    "a part": lambda c: c[5:14],
    "backwards": lambda c: c[::-1],
    "rot13": lambda c: codecs.encode(c, "rot13"),
    "hex": lambda c: c.encode().hex(),
    "HEX": lambda c: c.encode().hex().upper(),
    "hex in pairs": lambda c: c.encode().hex(":"),
    "base64": _base64,
    "base64 in a text": lambda c: _base64(f"x{c}yy"),
    "base64, two before": lambda c: _base64(f"xx{c}"),
    "base64 backwards": lambda c: _base64(c)[::-1],
    "base64url": lambda c: base64.urlsafe_b64encode(f"?>{c}".encode()).decode(),
    "base32": lambda c: base64.b32encode(c.encode()).decode(),
    "hex backwards": lambda c: c.encode().hex()[::-1],
    "rot13 backwards": lambda c: codecs.encode(c, "rot13")[::-1],
    "base64 of it backwards": lambda c: _base64(c[::-1]),
    "base64 of its hex": lambda c: _base64(c.encode().hex()),
    "escapes": lambda c: "".join(f"\\x{ord(x):02x}" for x in c),
    "0x": lambda c: " ".join(f"0x{ord(x):02x}" for x in c),
    "code points": lambda c: "".join(f"\\u{ord(x):04x}" for x in c),
    "letters that no screen shows": lambda c: "".join(chr(0xE0000 + ord(x)) for x in c),
    "percent": lambda c: "".join(f"%{ord(x):02x}" for x in c),
    "percent, some": lambda c: quote(c[:4]) + f"%{ord(c[4]):02X}" + c[5:],
    "entities": lambda c: "".join(f"&#{ord(x)};" for x in c),
    "spaced": " ".join,
    "lines": "\n".join,
    "dashed": "-".join,
    "zero-width": "\u200b".join,
    "joiners": "\u2060\u00ad".join,
    "escaped": lambda c: "_".join(c),
    "full width": lambda c: "".join(chr(ord(x) + 0xFEE0) for x in c),
    "in an address": lambda c: f"https://evil.test/?q={c}&x=1",
    "as a host": lambda c: f"{c}.evil.test",
    "as a file": lambda c: f"{c}.txt",
}


def letters(text: str) -> str:
    return "".join(c for c in text.casefold() if c.isalnum())


@pytest.mark.parametrize("form", FORMS)
@given(canary=CANARIES, before=AROUND, after=AROUND)
def test_no_form_of_a_secret_passes(form: str, canary: str, before: str, after: str) -> None:
    secrets = Secrets([canary])
    made = secrets.redacted(f"{before} {FORMS[form](canary)} {after}")
    assert MARK in made
    left = letters(made)
    assert not any(letters(canary)[i : i + 8] in left for i in range(17))
    assert secrets.redacted(made) == made


@given(CANARIES, st.text(max_size=80))
def test_what_holds_no_secret_stays(canary: str, text: str) -> None:
    secrets = Secrets([canary])
    made = secrets.redacted(text)
    assert made == text or MARK in made
    assert secrets.redacted(made) == made


@pytest.mark.parametrize(
    "key",
    [
        "sk-ant-api03-" + "aB3" * 10,
        "AKIAIOSFODNN7EXAMPLE",
        "ghp_" + "a1B2" * 9,
        "xoxb-123456789012-abcdefghij",
        "xapp-1-A0123-456-abcdef",
        "-----BEGIN RSA PRIVATE KEY-----\nabc\n-----END RSA PRIVATE KEY-----",
        "-----BEGIN PRIVATE KEY-----\nMIIEvQIBADANBg",
        "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.abc",
        "https://hooks.slack.com/services/T000/B000/XXXX",
        "postgresql://u:passw0rd@host/db",
        "s\u200bk-ant-api03-" + "aB3" * 10,
    ],
)
def test_a_key_is_known_by_its_form(key: str) -> None:
    made = Secrets().redacted(f"it is {key} .")
    assert MARK in made
    assert made.startswith("it is ")
    assert key[-10:] not in made or "@host" in key


@pytest.mark.parametrize(
    "text",
    ["The sky is blue.", "sk-8 is a size", "task-management-and-planning-tools", "call 0171 2345678", "a" * 400, ""],
)
def test_prose_is_no_key(text: str) -> None:
    assert Secrets(["Zq8vR2mX9pL4tB7k"]).redacted(text) == text


def test_a_value_too_short_to_look_for_is_let_be() -> None:
    assert Secrets(["abc", "", "yes"]).redacted("yes, abc") == "yes, abc"


def test_a_short_secret_counts_as_a_whole_only() -> None:
    assert MARK in Secrets(["hunter2"]).redacted("it is hunter2")
    assert Secrets(["hunter2"]).redacted("a hunter") == "a hunter"


def test_secrets_are_not_shown() -> None:
    assert "hunter2" not in repr(Secrets(["hunter2"]))
