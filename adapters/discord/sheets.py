"""A reply as the messages Discord takes: 2,000 characters each, the last one with footer, buttons and file."""

import hashlib
import io
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import discord
from discord import ui

from adapters.render import parts
from adapters.render.discord import DiscordWriter
from nova_bot.core.button import Button
from nova_bot.core.delivery import Outbound
from nova_bot.core.envelope import Place
from nova_bot.core.mention import Crowd, Mention

TEXT_MAX = 2_000
BUTTONS_MAX = 25
LABEL_MAX = 80
ROW = 5
PREFIX = "nova:"
NONCE = 24

_RUN = re.compile(r"(?:^|\n)-# [^\n]* · r(\d+)\Z")
_STYLES = {"primary": discord.ButtonStyle.primary, "danger": discord.ButtonStyle.danger}


@dataclass(frozen=True, slots=True)
class Sheet:
    """One message. `file` is the whole answer when it is too long for messages; `name` is what it is called.

    `mentions` are those whom its text notifies when it is new.
    """

    text: str
    buttons: tuple[Button, ...] = ()
    file: str = ""
    name: str = ""
    mentions: tuple[Mention, ...] = ()


def sheets(outbound: Outbound) -> tuple[Sheet, ...]:
    """The messages of a reply."""
    writer = DiscordWriter()
    footer = footed(outbound.agent, f"r{outbound.run}")
    pings = "".join(f"{_token(one)} " for one in outbound.mentions)
    made = parts(outbound.text, TEXT_MAX - len(footer) - len(pings), writer.write)
    texts = [writer.write(page) for page in made.pages] or [""]
    texts[0] = pings + texts[0]
    texts[-1] = (texts[-1] + footer).lstrip("\n")
    first = [Sheet(text) for text in texts]
    first[0] = replace(first[0], mentions=outbound.mentions)
    first[-1] = replace(
        first[-1], buttons=outbound.buttons[:BUTTONS_MAX], file=made.file, name=f"{outbound.agent}-r{outbound.run}.md"
    )
    return tuple(first)


def _token(mention: Mention) -> str:
    """Discord's live token. It has no word for a channel: all who can read it are `everyone`."""
    match mention.crowd:
        case Crowd.NOBODY:
            return f"<@{mention.id}>"
        case Crowd.GROUP:
            return f"<@&{mention.id}>"
        case Crowd.HERE:
            return "@here"
    return "@everyone"


def _notified(mentions: tuple[Mention, ...]) -> discord.AllowedMentions:
    """Nobody but those."""
    crowds = {one.crowd for one in mentions}
    users = [discord.Object(int(one.id)) for one in mentions if one.crowd is Crowd.NOBODY and one.id.isdecimal()]
    roles = [discord.Object(int(one.id)) for one in mentions if one.crowd is Crowd.GROUP and one.id.isdecimal()]
    everyone = bool(crowds - {Crowd.NOBODY, Crowd.GROUP})
    return discord.AllowedMentions(everyone=everyone, users=users, roles=roles, replied_user=False)


def footed(*facts: str) -> str:
    """The line at the end that says who spoke in which run."""
    return "\n-# " + DiscordWriter().text(" · ".join(filter(None, facts)))


def nonce(place: Place, key: str, part: int, again: int = 0) -> str:
    """A name for one message of a reply that stays the same, whatever is tried how often.

    `again` tells a message apart from one with the same name that somebody deleted.
    """
    named = f"{place.key}\n{key}\n{part}\n{again}"
    return hashlib.sha256(named.encode()).hexdigest()[:NONCE]


def layout(text: str, buttons: Sequence[Button]) -> ui.LayoutView:
    """Text with buttons below it. It is finished at once: presses come in by their id, also after a restart."""
    view = ui.LayoutView(timeout=None)
    view.add_item(ui.TextDisplay(text))
    for start in range(0, len(buttons), ROW):
        row: ui.ActionRow[ui.LayoutView] = ui.ActionRow()
        for button in buttons[start : start + ROW]:
            row.add_item(_button(button))
        view.add_item(row)
    view.stop()
    return view


def _button(button: Button, row: int | None = None) -> ui.Button[Any]:
    style = _STYLES.get(button.style, discord.ButtonStyle.secondary)
    return ui.Button(label=button.label[:LABEL_MAX], custom_id=PREFIX + button.id, style=style, row=row)


def run_of(message: discord.Message) -> int | None:
    """The run that said a message of Nova's, by its footer."""
    found = _RUN.search(says(message))
    return int(found[1]) if found else None


def pressed(used: Mapping[str, Any]) -> str:
    """The id of the button that was used, "" if it is none of Nova's."""
    name = str(used.get("custom_id"))
    return name.removeprefix(PREFIX) if name.startswith(PREFIX) else ""


def classic(buttons: Sequence[Button]) -> ui.View:
    """The buttons alone, for a Discord without components v2."""
    view = ui.View(timeout=None)
    for n, button in enumerate(buttons):
        view.add_item(_button(button, row=n // ROW))
    view.stop()
    return view


def new(sheet: Sheet, *, plain: bool = False) -> dict[str, Any]:
    """The arguments that send it as a new message. `plain`: without components v2."""
    what: dict[str, Any] = {"content": sheet.text}
    if sheet.buttons:
        what = what | {"view": classic(sheet.buttons)} if plain else {"view": layout(sheet.text, sheet.buttons)}
    if sheet.mentions:
        what["allowed_mentions"] = _notified(sheet.mentions)
    return what | ({"file": _file(sheet)} if sheet.file else {}) | {"suppress_embeds": True}


def changed(sheet: Sheet, *, was_layout: bool, plain: bool = False) -> dict[str, Any]:
    """The arguments that make a message say this; one that is made of components v2 stays so."""
    quiet: dict[str, Any] = {"allowed_mentions": discord.AllowedMentions.none()}
    if sheet.file:
        quiet["attachments"] = [_file(sheet)]
    if plain:
        return quiet | {"content": sheet.text, "view": classic(sheet.buttons) if sheet.buttons else None}
    if not sheet.buttons and not was_layout:
        return quiet | {"content": sheet.text}
    return quiet | {"view": layout(sheet.text, sheet.buttons)} | ({} if was_layout else {"content": None})


def _file(sheet: Sheet) -> discord.File:
    return discord.File(io.BytesIO(sheet.file.encode()), sheet.name)


def says(message: discord.Message) -> str:
    """All the text of a message, also when it is made of components."""
    shown = [part.content for part in getattr(message, "components", ()) if isinstance(part, discord.TextDisplay)]
    return "\n".join([message.content, *shown]).strip()
