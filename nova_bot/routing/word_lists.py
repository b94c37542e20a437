"""Word lists of the routing rules: TOML files beside this module, and patterns made of them."""

import re
import tomllib
from collections.abc import Iterable
from functools import cache
from importlib.resources import files


@cache
def word_lists(name: str) -> dict[str, list[str]]:
    """The lists of `lexicons/<name>.toml`."""
    text = files("nova_bot.routing").joinpath(f"lexicons/{name}.toml").read_text("utf-8")
    lists: dict[str, list[str]] = tomllib.loads(text)
    return lists


def any_of(words: Iterable[str]) -> str:
    """A pattern of these words or phrases; of two that begin alike the longer one is tried first."""
    return "(?:" + "|".join(sorted(map(re.escape, words), key=len, reverse=True)) + ")"
