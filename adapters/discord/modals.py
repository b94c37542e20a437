"""What "Ask Nova about this" opens: the question about a message.

The message stays what it is, somebody's words; only what is typed here is a request. The modal's id names the message,
so one that was open while Nova was restarted still counts: the message is read again.
"""

import logging
import re
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import discord
from discord import ui

from adapters.discord import forms, quotes
from nova_bot.core.envelope import Quoted, QuotedKind
from nova_bot.core.wording import say

log = logging.getLogger(__name__)

QUESTION_MAX = 1_000
REMEMBERED = 1_000

_NAME = re.compile(r"nova:about:(\d{1,20})")


@dataclass(frozen=True, slots=True)
class Asked:
    """A question about a message of the channel it came from, which is Discord's word: an id can be made up."""

    channel: int
    message: int
    question: str


def asked(sent: Mapping[str, Any], channel: int | None) -> Asked | None:
    """What was sent from `channel`, None if it is no question about a message."""
    name = _NAME.fullmatch(str(sent.get("custom_id")))
    if name is None or channel is None:
        return None
    question = forms.given(sent).get(forms.TEXT, "").strip() or say("adapter", "about_default")
    return Asked(channel, int(name[1]), question)


@dataclass(frozen=True, slots=True)
class Subjects:
    """The messages that were asked about, as Discord showed them: where the bot is not, it can't read them itself."""

    _shown: OrderedDict[tuple[int, int], Quoted] = field(default_factory=OrderedDict)

    def modal(self, message: discord.Message) -> ui.Modal:
        """The modal about a message. It is finished at once: what is filled in comes back by the id."""
        self._shown[message.channel.id, message.id] = quotes.about(message)
        while len(self._shown) > REMEMBERED:
            self._shown.popitem(last=False)
        made = ui.Modal(title=say("discord", "menu"), custom_id=f"nova:about:{message.id}")
        box: ui.TextInput[Any] = ui.TextInput(
            style=discord.TextStyle.paragraph, max_length=QUESTION_MAX, required=False,
            placeholder=say("adapter", "about_default"), custom_id=forms.TEXT,
        )  # fmt: skip
        made.add_item(ui.Label(text=say("discord", "about"), component=box))
        made.stop()
        return made

    async def of(self, one: Asked, client: discord.Client) -> Quoted:
        """The message that was asked about; a word that it could not be read, where that is so."""
        shown = self._shown.get((one.channel, one.message)) or await _read(one, client)
        return shown if shown and shown.text else Quoted(QuotedKind.QUOTE, say("discord", "unread"))


async def _read(one: Asked, client: discord.Client) -> Quoted | None:
    try:
        return quotes.about(await client.get_partial_messageable(one.channel).fetch_message(one.message))
    except discord.HTTPException as error:
        log.warning("can't read %d, which is asked about: %s", one.message, error, extra={"action": "discord.quotes"})
        return None
