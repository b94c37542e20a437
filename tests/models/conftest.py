from collections.abc import AsyncIterator, Callable, Mapping

import pytest

from nova_bot.core.agent_spec import Tier
from nova_bot.models.anthropic import AnthropicModel
from tests.fakes.messages import KEY, FakeMessages
from tests.models.sample import MODELS, PRICES, Naps

Make = Callable[..., AnthropicModel]


@pytest.fixture
async def double() -> AsyncIterator[FakeMessages]:
    async with FakeMessages() as server:
        yield server


@pytest.fixture
def naps() -> Naps:
    return Naps()


@pytest.fixture
async def make(double: FakeMessages, naps: Naps) -> AsyncIterator[Make]:
    """Makes models that talk to the double, and closes them."""
    made: list[AnthropicModel] = []

    def model(
        fallback: Mapping[Tier, Tier] | None = None,
        *,
        url: str | None = double.url,
        key: str = KEY,
        stall_s: float = 5.0,
    ) -> AnthropicModel:
        made.append(
            AnthropicModel(MODELS, fallback or {}, PRICES, base_url=url, api_key=key, stall_s=stall_s, sleep=naps)
        )
        return made[-1]

    yield model
    for each in made:
        await each.close()


@pytest.fixture
def model(make: Make) -> AnthropicModel:
    return make()
