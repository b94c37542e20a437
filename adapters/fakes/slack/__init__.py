"""A loopback Slack: Web API, Socket Mode, signed HTTP events, commands, buttons and forms, with faults on demand.

Bolt connects to it unchanged:

    async with FakeSlack(timing=QUICK) as slack:
        client = AsyncWebClient(token=slack.bot_token, base_url=slack.api_url)
        app = AsyncApp(client=client, signing_secret=slack.signing_secret)
        await AsyncSocketModeHandler(app, slack.app_token).connect_async()
        slack.user_says(GENERAL, ADA, f"{slack.mention} hello")
"""

from adapters.fakes.slack.records import (
    AS_SLACK,
    QUICK,
    Attempt,
    Call,
    Channel,
    Delivery,
    Fate,
    Json,
    Message,
    Room,
    Stream,
    StreamState,
    Timing,
    User,
    View,
)
from adapters.fakes.slack.server import ADA, BOB, GENERAL, MANIFEST_SCOPES, PAGER, SECRET_ROOM, FakeSlack
from adapters.fakes.slack.signed import Forgery
from adapters.fakes.slack.speaking import Order

__all__ = [
    "ADA",
    "AS_SLACK",
    "BOB",
    "GENERAL",
    "MANIFEST_SCOPES",
    "PAGER",
    "QUICK",
    "SECRET_ROOM",
    "Attempt",
    "Call",
    "Channel",
    "Delivery",
    "FakeSlack",
    "Fate",
    "Forgery",
    "Json",
    "Message",
    "Order",
    "Room",
    "Stream",
    "StreamState",
    "Timing",
    "User",
    "View",
]
