"""What comes along with a message: the one it answers, the talk it breaks into, its files. Words, never requests."""

import logging
from collections.abc import AsyncIterator, Iterator
from contextlib import suppress

import discord

from adapters import attached
from nova_bot.core.envelope import Quoted, QuotedKind

log = logging.getLogger(__name__)

TALK_MAX = 20
"""Messages of a thread that Nova had no part in so far."""


async def along_with(message: discord.Message, *, breaks_in: bool) -> tuple[Quoted, ...]:
    """What belongs to a message; `breaks_in`: it calls Nova into a thread that went on without it.

    What can't be read is left out: the message itself matters more.
    """
    found = [*_answered(message), *_carried(message)]
    try:
        found += [quoted async for quoted in _files(message)]
        if breaks_in and isinstance(message.channel, discord.Thread):
            found = [quoted async for quoted in _talk(message, message.channel)] + found
    except (discord.HTTPException, OSError) as error:
        log.warning("can't read what belongs to %d: %s", message.id, error, extra={"action": "discord.quotes"})
    return tuple(found)


def about(message: discord.Message, kind: QuotedKind = QuotedKind.QUOTE) -> Quoted:
    """A message with what its embeds say: alerts have their text only there."""
    return Quoted(kind, _worded(message), message.author.display_name)


def _worded(message: discord.Message | discord.MessageSnapshot) -> str:
    embeds = [text for embed in message.embeds for text in _embedded(embed)]
    return "\n".join(filter(None, [message.content, *embeds]))


def carries(message: discord.Message) -> bool:
    """Are there words in it that aren't its own: forwarded ones, or a poll's?"""
    return bool(message.message_snapshots or message.poll)


def _answered(message: discord.Message) -> Iterator[Quoted]:
    parent = message.reference.resolved if message.reference else None
    if isinstance(parent, discord.Message):
        yield about(parent, QuotedKind.PARENT)


def _carried(message: discord.Message) -> Iterator[Quoted]:
    for one in message.message_snapshots:
        yield Quoted(QuotedKind.QUOTE, _worded(one))
    if message.poll is not None:
        answers = [f"- {answer.text}" for answer in message.poll.answers]
        yield Quoted(QuotedKind.QUOTE, "\n".join([message.poll.question, *answers]), message.author.display_name)


async def _talk(message: discord.Message, thread: discord.Thread) -> AsyncIterator[Quoted]:
    """The message that began the thread, and what was said in it lately."""
    if isinstance(thread.parent, discord.TextChannel):
        with suppress(discord.NotFound):  # the thread was begun without one, or it was deleted
            yield about(await thread.parent.fetch_message(thread.id), QuotedKind.ROOT)
    said = [one async for one in thread.history(limit=TALK_MAX, before=message)]
    for one in reversed(said):
        if one.type in (discord.MessageType.default, discord.MessageType.reply):
            yield about(one)


async def _files(message: discord.Message) -> AsyncIterator[Quoted]:
    files = [*message.attachments, *(file for one in message.message_snapshots for file in one.attachments)]
    for file in files[: attached.FILES_MAX]:
        if attached.readable(file.filename, file.content_type or "", file.size):
            yield attached.read(file.filename, await file.read())
        else:
            yield attached.named(file.filename, file.size)


def _embedded(embed: discord.Embed) -> Iterator[str]:
    yield embed.title or ""
    yield embed.description or ""
    for field in embed.fields:
        yield f"{field.name}: {field.value}"
