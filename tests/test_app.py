"""The wiring, where nothing else shows it."""

import gc

from tests.doubles import House


async def test_garbage_is_not_looked_for_in_what_nova_started_with(house: House) -> None:
    async with house.open():
        assert gc.get_freeze_count() > 0
    assert gc.get_freeze_count() == 0
