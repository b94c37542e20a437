"""The words of orders and requests in each language, from `orders/*.toml`, and patterns made of them."""

import re
import tomllib
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent / "orders"
LANGUAGES = ("en", "de", "es", "fr", "zh")


@cache
def table(lang: str) -> dict[str, Any]:
    """A language's words."""
    return tomllib.loads((FOLDER / f"{lang}.toml").read_text("utf-8"))


def either(phrases: Iterable[str]) -> str:
    """Any of these phrases, as a part of a pattern; the longest first."""
    return "|".join(re.escape(phrase) for phrase in sorted(phrases, key=len, reverse=True))


def gap(lang: str) -> str:
    """What parts a small word from the next one, as a pattern: nothing in Chinese, nor behind an apostrophe."""
    return r"\s*" if lang == "zh" else r"(?:\s+|(?<=['’]))"
