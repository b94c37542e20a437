"""`nova dev`: the loopback platforms, until they are stopped."""

import asyncio

from adapters.fakes.discord.server import FakeDiscord
from adapters.fakes.slack.server import FakeSlack


async def slack(port: int) -> int:
    """Serve the fake Slack on 127.0.0.1."""
    async with FakeSlack(port=port) as fake:
        print(f"Slack's page: {fake.url}  (Web API below {fake.url}/api/; end with Ctrl-C)", flush=True)
        await asyncio.Event().wait()
    return 0


async def discord(port: int) -> int:
    """Serve the fake Discord on 127.0.0.1."""
    async with FakeDiscord(port=port) as fake:
        print(f"Discord's page: {fake.url}  (REST below {fake.url}/api/v10; end with Ctrl-C)", flush=True)
        await asyncio.Event().wait()
    return 0
