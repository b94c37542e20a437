"""Slack's events as Nova understands them. Pure: an event in, a small record or nothing out."""

import html
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from nova_bot.core.envelope import Place

PLATFORM = "slack"
SPOKEN = frozenset({"", "file_share", "thread_broadcast", "bot_message"})
"""Kinds of message that somebody wrote."""

_TOKEN = re.compile(r"<(?P<goal>[^<>|]+)(?:\|(?P<label>[^<>]*))?>")

Event = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Me:
    """Who Nova is in this workspace, as `auth.test` tells."""

    team: str
    user: str
    bot: str
    name: str = "nova"

    def place(self, channel: str, thread: str = "") -> Place:
        """A place in this workspace."""
        return Place(PLATFORM, self.team, channel, thread)

    def named_in(self, text: str) -> bool:
        """Does a text mention Nova, with or without a label?"""
        return f"<@{self.user}>" in text or f"<@{self.user}|" in text

    def wrote(self, message: Event) -> bool:
        """Is a message Nova's own? `bot` is "" where a token has no bot."""
        return self.user == message.get("user") or (bool(self.bot) and self.bot == message.get("bot_id"))

    def identity(self, channel: str, ts: str) -> str:
        """A message's identity: its two copies, as message and as mention, have the same."""
        return f"{PLATFORM}:{self.team}:{channel}:{ts}"


@dataclass(frozen=True, slots=True)
class File:
    """A file of a message: `kind` is its MIME type, `size` in bytes, `address` where it can be had ("" nowhere)."""

    name: str
    kind: str
    size: int
    address: str


@dataclass(frozen=True, slots=True)
class Posted:
    """Somebody wrote. `bot` is set for another app's post; `attached` are the texts of attachments.

    `home` is the workspace whose member the author is, "" where it isn't told.
    """

    channel: str
    ts: str
    thread: str
    user: str
    text: str
    mentioned: bool
    bot: bool = False
    gesture: str = ""
    attached: tuple[str, ...] = ()
    files: tuple[File, ...] = ()
    home: str = ""

    @property
    def begins(self) -> bool:
        """Does it stand at the root?"""
        return self.thread == self.ts

    @property
    def at(self) -> datetime:
        """When."""
        return datetime.fromtimestamp(float(self.ts), UTC)


@dataclass(frozen=True, slots=True)
class Edited:
    """Somebody changed a message."""

    channel: str
    ts: str
    text: str


@dataclass(frozen=True, slots=True)
class Deleted:
    """Somebody deleted a message."""

    channel: str
    ts: str


@dataclass(frozen=True, slots=True)
class Stopped:
    """Somebody pressed the stop button of a thread."""

    channel: str
    thread: str
    user: str


@dataclass(frozen=True, slots=True)
class Opened:
    """Somebody opened the app, on the tab `home` or `messages`."""

    user: str
    channel: str
    tab: str


Read = Posted | Edited | Deleted | Stopped | Opened


def concerns(body: Mapping[str, Any], me: Me) -> bool:
    """Is a payload for Nova's workspace? One that names no workspace is; `authorizations` say for whom it was sent."""
    team = body.get("team")
    inner = team.get("id") if isinstance(team, Mapping) else team
    sent_to = [one.get("team_id") for one in body.get("authorizations") or () if isinstance(one, Mapping)]
    teams = {str(one) for one in (body.get("team_id"), inner, *sent_to) if one}
    return not teams or me.team in teams


def read(event: Event, me: Me) -> Read | None:
    """What an event means for Nova; None for what it doesn't care about, such as its own messages and joins."""
    match event.get("type"):
        case "app_mention":
            return _posted(event, me)
        case "message":
            return _message(event, me)
        case "agent_session_stopped":
            return Stopped(str(event["channel"]), str(event["thread_ts"]), str(event["user"]))
        case "app_home_opened":
            return Opened(str(event["user"]), str(event.get("channel", "")), str(event.get("tab", "")))
    return None


def _message(event: Event, me: Me) -> Read | None:
    match event.get("subtype") or "":
        case "message_changed":
            return _edited(event, me)
        case "message_deleted":
            gone = event.get("previous_message") or {}
            return None if me.wrote(gone) else Deleted(str(event["channel"]), str(event["deleted_ts"]))
        case subtype if subtype in SPOKEN:
            return _posted(event, me)
    return None


def _edited(event: Event, me: Me) -> Edited | Deleted | None:
    """A person's edit: the preview of a link, and Slack's grave of a deleted root, come as the same event."""
    after, before = event.get("message") or {}, event.get("previous_message") or {}
    if me.user == after.get("user") or after.get("bot_id"):
        return None
    if after.get("subtype") == "tombstone":
        return Deleted(str(event["channel"]), str(after["ts"]))
    if after.get("text") == before.get("text"):
        return None
    return Edited(str(event["channel"]), str(after["ts"]), plain(str(after.get("text", "")), me))


def _posted(event: Event, me: Me) -> Posted | None:
    if me.wrote(event):
        return None
    ts, text = str(event["ts"]), str(event.get("text") or "")
    direct = event.get("channel_type") == "im" or str(event["channel"]).startswith("D")
    bot, attached = bool(event.get("bot_id")), tuple(_attached(event))
    said = text or "\n".join(_block_texts(event.get("blocks") or ())) or ("\n".join(attached) if bot else "")
    return Posted(
        channel=str(event["channel"]),
        ts=ts,
        thread=str(event.get("thread_ts") or ts),
        user=str(event.get("user") or event.get("bot_id") or ""),
        text=plain(said, me),
        mentioned=direct or event["type"] == "app_mention" or me.named_in(text),
        bot=bot,
        gesture=str(event.get("client_msg_id") or ""),
        attached=() if bot and not text else attached,
        files=tuple(_files(event)),
        home=home_of(event),
    )


def home_of(event: Event) -> str:
    """The workspace of who wrote; in a channel shared with another company it may be another one than the channel's."""
    teams = (str(event.get(name) or "") for name in ("user_team", "source_team", "team"))
    return next((team for team in teams if team.startswith("T")), "")


def _attached(event: Event) -> Iterator[str]:
    """What a message says outside of its text: alerts often have only this."""
    for attachment in event.get("attachments") or ():
        said = [attachment.get(name) for name in ("pretext", "title", "text")]
        fields = [f"{field.get('title', '')}: {field.get('value', '')}" for field in attachment.get("fields") or ()]
        found = "\n".join(str(part) for part in (*said, *fields) if part) or str(attachment.get("fallback") or "")
        if found:
            yield html.unescape(found)


def _files(event: Event) -> Iterator[File]:
    for file in event.get("files") or ():
        name = str(file.get("name") or file.get("title") or file.get("id") or "")
        address = str(file.get("url_private_download") or file.get("url_private") or "")
        yield File(name, str(file.get("mimetype") or ""), int(file.get("size") or 0), address)


def said_in(message: Event, me: Me) -> str:
    """All that a message says, wherever it says it: a bot's alert may have everything in its attachments."""
    text = str(message.get("text") or "") or "\n".join(_block_texts(message.get("blocks") or ()))
    files = (f"[file: {file.name}]" for file in _files(message))
    return "\n".join(filter(None, (plain(text, me), *_attached(message), *files)))


def _block_texts(blocks: Any) -> Iterator[str]:
    if isinstance(blocks, Mapping):
        if isinstance(blocks.get("text"), str) and blocks.get("type") != "image":
            yield blocks["text"]
        for name in ("text", "fields", "elements", "title"):
            if isinstance(blocks.get(name), Mapping | list):
                yield from _block_texts(blocks[name])
    elif isinstance(blocks, list | tuple):
        for block in blocks:
            yield from _block_texts(block)


def plain(text: str, me: Me) -> str:
    """Slack's text as people read it: Nova's own name at the start gone, tokens and entities written out."""
    text = re.sub(rf"^\s*<@{re.escape(me.user)}(?:\|[^>]*)?>[\s,:]*", "", text)
    return html.unescape(_TOKEN.sub(_written, text)).strip()


def _written(token: re.Match[str]) -> str:
    goal, label = token["goal"], token["label"] or ""
    match goal[0]:
        case "@":
            return f"@{label or goal[1:]}"
        case "#":
            return f"#{label or goal[1:]}"
        case "!":
            return label or "@" + goal[1:].partition("^")[0]
    return f"{label} ({goal})" if label and label != goal and not goal.endswith(label) else goal
