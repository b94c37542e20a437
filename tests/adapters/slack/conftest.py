"""A house with a Slack beside it."""

from collections.abc import AsyncIterator

import pytest

from tests.adapters.slack.rig import Desk, SlackHouse, slack_house
from tests.doubles import House


@pytest.fixture
async def place(house: House) -> AsyncIterator[SlackHouse]:
    async with slack_house(house) as made:
        yield made


@pytest.fixture
async def desk(place: SlackHouse) -> AsyncIterator[Desk]:
    async with place.open() as opened:
        yield opened
