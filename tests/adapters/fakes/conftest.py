"""What the tests of the fakes share. discord.py imports audioop, which warns on Python 3.11 and 3.12 although nothing
here plays sound."""

import warnings
from collections.abc import AsyncIterator

import pytest
from slack_sdk.web.async_client import AsyncWebClient

from adapters.fakes.slack import QUICK, FakeSlack
from tests.adapters.fakes.slack_rig import Clock, fake_slack, web_client

with warnings.catch_warnings():
    warnings.simplefilter("ignore", DeprecationWarning)
    import discord  # noqa: F401 - so that it is imported before warnings are errors


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def slack(clock: Clock) -> AsyncIterator[FakeSlack]:
    """A Slack without patience, whose own posts are no events."""
    async with fake_slack(timing=QUICK, clock=clock, echo=False) as running:
        yield running


@pytest.fixture
def client(slack: FakeSlack) -> AsyncWebClient:
    return web_client(slack)
