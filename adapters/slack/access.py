"""How to reach Slack, from the settings."""

from dataclasses import dataclass

from nova_bot.core.errors import BadSettings
from nova_bot.core.wording import say
from nova_bot.settings import SECRETS, Settings


@dataclass(frozen=True, slots=True)
class Access:
    """A bot token, and either an app token (Socket Mode) or a signing secret (HTTP at `port`)."""

    bot_token: str
    app_token: str = ""
    signing_secret: str = ""
    host: str = "0.0.0.0"  # noqa: S104 - a container's port is published from outside
    port: int = 3000
    base_url: str | None = None


def access(settings: Settings) -> Access:
    """How the settings say it. Raises BadSettings when neither way is set up."""
    bot, app, secret = settings.slack_bot_token, settings.slack_app_token, settings.slack_signing_secret
    if bot is None or (app is None and secret is None):
        raise BadSettings(problems=say("slack", "no_tokens"), where=settings.home / SECRETS)
    return Access(
        bot.get_secret_value(),
        app.get_secret_value() if app else "",
        secret.get_secret_value() if secret else "",
        port=settings.slack_port,
        base_url=settings.slack_api_url,
    )
