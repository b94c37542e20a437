"""What Nova itself says: sentences from `wording.toml`, so that none is spread through the code."""

import tomllib
from functools import cache
from importlib.resources import files


@cache
def _table() -> dict[str, dict[str, str]]:
    table: dict[str, dict[str, str]] = tomllib.loads(files("nova_bot.core").joinpath("wording.toml").read_text("utf-8"))
    return table


def say(section: str, key: str, **facts: object) -> str:
    """The sentence `key` of `section`, with {names} filled from `facts`. Raises KeyError for an unknown one."""
    sentence = _table()[section][key]
    return sentence.format_map({name: str(fact) for name, fact in facts.items()}) if "{" in sentence else sentence
