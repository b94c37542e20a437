"""Which platforms are configured, and how each is put together."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

from adapters.base import Adapter, supervised
from nova_bot import parts
from nova_bot.core.envelope import Place
from nova_bot.core.people import OWNER
from nova_bot.engine.outbox import Courier
from nova_bot.nova import Nova
from nova_bot.settings import Settings


@dataclass(frozen=True, slots=True)
class Platform:
    """The courier is there before Nova runs, the adapter is made for a running one; `close` ends both at last."""

    courier: Courier
    adapter: Callable[[Nova], Adapter]
    close: Callable[[], Awaitable[None]]


def configured(settings: Settings) -> list[Platform]:
    """The platforms that have any token. Raises BadSettings for one that is set up by half."""
    made = []
    if settings.slack_bot_token or settings.slack_app_token or settings.slack_signing_secret:
        made.append(_slack(settings))
    if settings.discord_bot_token is not None:
        made.append(_discord(settings, settings.discord_bot_token.get_secret_value()))
    return made


def _slack(settings: Settings) -> Platform:
    from adapters.slack.access import access
    from adapters.slack.adapter import Slack

    adapter = Slack(access(settings))
    return Platform(adapter.courier, lambda _nova: adapter, adapter.close)


def _discord(settings: Settings, token: str) -> Platform:
    from adapters.discord.adapter import Discord
    from adapters.discord.courier import DiscordCourier
    from adapters.discord.pointing import point

    if settings.discord_api_url:
        point(settings.discord_api_url)
    courier = DiscordCourier(token, parts.now)
    return Platform(
        courier,
        lambda nova: Discord(courier, token, nova.people, settings.home, settings.discord_shards),
        courier.close,
    )


def serving(nova: Nova, platforms: Sequence[Platform]) -> list[asyncio.Task[None]]:
    """Every platform in a task of its own, named like it: what befalls one is told to the owner on the others."""

    async def tell(text: str) -> None:
        await tell_owner(nova, platforms, text)

    adapters = [platform.adapter(nova) for platform in platforms]
    return [asyncio.create_task(supervised(one, nova.receive, tell), name=one.name) for one in adapters]


async def tell_owner(nova: Nova, platforms: Sequence[Platform], text: str) -> None:
    """Say it wherever the owner has an account on one of these platforms; one that is broken stays silent."""
    served = {platform.courier.platform for platform in platforms}
    accounts = (one for one in nova.people.accounts(OWNER) if one.platform in served)
    told = (nova.outbox.private(Place(one.platform, one.workspace, ""), one.id, text) for one in accounts)
    await asyncio.gather(*told)
