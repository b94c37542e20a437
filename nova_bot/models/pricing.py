"""What a model call costs, from the price table."""

import re
import tomllib
from collections.abc import Mapping
from importlib.resources import files

from nova_bot.settings import Price


def table(own: Mapping[str, Price]) -> dict[str, Price]:
    """The shipped prices, with the owner's over them."""
    shipped = tomllib.loads(files("nova_bot.models").joinpath("pricing.toml").read_text("utf-8"))
    return {**{name: Price(**price) for name, price in shipped.items()}, **own}


def usd(prices: Mapping[str, Price], model: str, fresh: int, out: int, read: int, written: int) -> float | None:
    """The cost in USD of so many tokens in, out, read from and written to the cache; None where no price is known."""
    price = prices.get(model) or prices.get(re.sub(r"-20\d{6}$", "", model))
    if price is None:
        return None
    per_million = fresh * price.input + out * price.output + read * price.cache_read + written * price.cache_write
    return per_million / 1e6
