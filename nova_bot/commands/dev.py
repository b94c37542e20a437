"""`nova dev`: the loopback platforms, until they are stopped. Each prints what lets a Nova serve it."""

import asyncio

from adapters.fakes.discord.server import FakeDiscord
from adapters.fakes.slack import ADA, FakeSlack


async def fake_slack(port: int) -> int:
    """Serve the fake Slack on 127.0.0.1."""
    async with FakeSlack(port=port) as fake:
        await _serving(
            "Slack",
            fake.url,
            NOVA_SLACK_API_URL=fake.api_url,
            SLACK_BOT_TOKEN=fake.bot_token,
            SLACK_APP_TOKEN=fake.app_token,
            NOVA_OWNER__SLACK=f"'[\"{fake.ws.app.team}/{ADA}\"]'",
        )
    return 0


async def fake_discord(port: int) -> int:
    """Serve the fake Discord on 127.0.0.1."""
    async with FakeDiscord(port=port) as fake:
        await _serving(
            "Discord",
            fake.url,
            NOVA_DISCORD_API_URL=f"{fake.url}/api/v10",
            DISCORD_BOT_TOKEN=fake.token,
            NOVA_OWNER__DISCORD=f"'[\"{fake.user('ada').id}\"]'",
        )
    return 0


async def _serving(name: str, page: str, **environment: str) -> None:
    print(f"{name}'s page: {page}  (end with Ctrl-C)\n\nIn another shell, with ada as the owner:")
    print("export " + " \\\n  ".join(f"{key}={value}" for key, value in environment.items()))
    print("nova serve", flush=True)
    await asyncio.Event().wait()
