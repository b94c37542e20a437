import pytest

from nova_bot.models.pricing import table, usd
from nova_bot.settings import Price, Settings

PRICES = {"a": Price(input=1.0, output=10.0, cache_read=0.1, cache_write=2.0)}


@pytest.mark.parametrize(
    ("fresh", "out", "read", "written", "cost"),
    [
        (1_000_000, 0, 0, 0, 1.0),
        (0, 1_000_000, 0, 0, 10.0),
        (0, 0, 1_000_000, 0, 0.1),
        (0, 0, 0, 1_000_000, 2.0),
        (0, 0, 0, 0, 0.0),
        (1_000, 200, 50, 10, 0.003025),
    ],
)
def test_each_kind_of_token_has_its_price(fresh: int, out: int, read: int, written: int, cost: float) -> None:
    assert usd(PRICES, "a", fresh, out, read, written) == pytest.approx(cost)


def test_an_unknown_model_has_no_price_rather_than_a_guess() -> None:
    assert usd(PRICES, "b", 1, 1, 0, 0) is None
    assert usd(PRICES, "a-large", 1, 1, 0, 0) is None


def test_a_dated_name_has_the_price_of_the_name() -> None:
    assert usd(PRICES, "a-20260101", 1_000_000, 0, 0, 0) == pytest.approx(1.0)


def test_a_dated_names_own_price_comes_first() -> None:
    prices = {**PRICES, "a-20260101": Price(input=5.0, output=0.0, cache_read=0.0, cache_write=0.0)}
    assert usd(prices, "a-20260101", 1_000_000, 0, 0, 0) == pytest.approx(5.0)


def test_every_model_of_the_default_settings_has_a_shipped_price() -> None:
    assert set(Settings.model_fields["models"].get_default().values()) <= set(table({}))


def test_shipped_prices_are_sane() -> None:
    for name, price in table({}).items():
        assert 0 < price.cache_read < price.input < price.cache_write < price.output, name


def test_the_owners_prices_beat_the_shipped_ones() -> None:
    shipped = table({})
    name = next(iter(shipped))
    own = Price(input=9.0, output=9.0, cache_read=9.0, cache_write=9.0)
    mixed = table({name: own, "mine": own})
    assert (mixed[name], mixed["mine"]) == (own, own)
    assert {key: mixed[key] for key in shipped if key != name} == {key: shipped[key] for key in shipped if key != name}
