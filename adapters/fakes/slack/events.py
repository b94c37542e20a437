"""What Slack says when something happens: event payloads, and the JSON of messages, users and channels."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol

from adapters.fakes.slack.records import Channel, Json, Message, Room, User


@dataclass(frozen=True, slots=True)
class App:
    """The app under test, and the team it is installed in."""

    team: str = "T0TEAM"
    domain: str = "nova-test"
    id: str = "A0NOVA"
    user: str = "U0NOVA"
    bot_id: str = "B0NOVA"
    name: str = "nova"

    @property
    def mention(self) -> str:
        """How a message names the app."""
        return f"<@{self.user}>"

    def is_named_in(self, text: str) -> bool:
        """Does a text mention the app, with or without a label?"""
        return self.mention in text or f"<@{self.user}|" in text


class Source(Protocol):
    """What building an event needs to know of the workspace."""

    app: App
    channels: dict[str, Channel]
    messages: dict[tuple[str, str], Message]

    def next_ts(self) -> str:
        """A new timestamp."""
        ...


def callback(app: App, event: Json, event_id: str, at: float) -> Json:
    """An event as it is delivered."""
    who: Json = {"team_id": app.team, "user_id": app.user, "is_bot": True}
    return {
        "token": "verification-token",
        "team_id": app.team,
        "api_app_id": app.id,
        "event": event,
        "type": "event_callback",
        "event_id": event_id,
        "event_time": int(at),
        "authorizations": [{"enterprise_id": None, **who, "is_enterprise_install": False}],
        "is_ext_shared_channel": False,
        "event_context": f"4-{event_id}",
    }


def subscription(event: Json) -> str:
    """The name under which an app subscribes to an event."""
    kind = str(event["type"])
    if kind != "message":
        return kind
    rooms = {Room.CHANNEL: "channels", Room.GROUP: "groups"}
    room = Room(event["channel_type"])
    return f"message.{rooms.get(room, room)}"


def is_own(app: App, event: Json) -> bool:
    """Did the app itself cause it? Its joining a channel does not count: Slack's libraries pass that on."""
    about = event.get("message") or event.get("previous_message") or event
    return event["type"] != "member_joined_channel" and app.user in (event.get("user"), about.get("user"))


def message(source: Source, posted: Message) -> Json:
    """A new message."""
    where: Json = {"channel": posted.channel, "event_ts": posted.ts}
    return {**message_json(source, posted), **where, "channel_type": str(source.channels[posted.channel].room)}


def mention(source: Source, posted: Message) -> Json:
    """The same message once more, for the app it names."""
    return {**message_json(source, posted), "type": "app_mention", "channel": posted.channel, "event_ts": posted.ts}


def changed(source: Source, before: Message, after: Message) -> Json:
    """An edit, or a link that got its preview."""
    inner = {"message": message_json(source, after), "previous_message": message_json(source, before)}
    return _hidden(source, after, "message_changed") | inner


def deleted(source: Source, gone: Message) -> Json:
    """A deletion."""
    inner = {"deleted_ts": gone.ts, "previous_message": message_json(source, gone)}
    return _hidden(source, gone, "message_deleted") | inner


def _hidden(source: Source, about: Message, subtype: str) -> Json:
    ts = source.next_ts()
    kind: Json = {"type": "message", "subtype": subtype, "hidden": True, "channel": about.channel}
    return kind | {"ts": ts, "event_ts": ts, "channel_type": str(source.channels[about.channel].room)}


def reaction(source: Source, about: Message, user: str, name: str, *, added: bool) -> Json:
    """An emoji put on a message, or taken off."""
    item = {"type": "message", "channel": about.channel, "ts": about.ts}
    kind = "reaction_added" if added else "reaction_removed"
    return {"type": kind, "user": user, "reaction": name, "item": item, "item_user": about.user,
            "event_ts": source.next_ts()}  # fmt: skip


def joined(source: Source, channel: Channel, user: str) -> Json:
    """Somebody became a member."""
    return {"type": "member_joined_channel", "user": user, "channel": channel.id, "team": source.app.team,
            "channel_type": "G" if channel.private else "C", "event_ts": source.next_ts()}  # fmt: skip


def home_opened(source: Source, user: str, channel: str, tab: str) -> Json:
    """Somebody opened the app's page."""
    return {"type": "app_home_opened", "user": user, "channel": channel, "tab": tab, "event_ts": source.next_ts()}


def context_changed(source: Source, user: str, channel: str, entities: Iterable[Json]) -> Json:
    """Somebody who has the app open looks at something else; without entities, at nothing it may know."""
    seen = list(entities)
    return {"type": "app_context_changed", "user": user, "channel": channel,
            "context": {"entities": seen} if seen else {}, "event_ts": source.next_ts()}  # fmt: skip


def session_stopped(source: Source, user: str, channel: str, thread_ts: str, streams: Iterable[str]) -> Json:
    """Somebody pressed the stop button of a session."""
    return {"type": "agent_session_stopped", "user": user, "channel": channel, "thread_ts": thread_ts,
            "streaming_message_ts": list(streams), "event_ts": source.next_ts()}  # fmt: skip


def message_json(source: Source, message: Message, *, with_metadata: bool = True) -> Json:
    """A message; what is empty is left out, as Slack does."""
    app = source.app
    made: Json = {"type": "message", "ts": message.ts, "text": message.text, "team": app.team}
    root = source.messages.get((message.channel, message.thread))
    extras: Json = {
        "user": message.user,
        "subtype": message.subtype,
        "bot_id": message.bot_id,
        "username": message.username,
        "app_id": app.id if message.bot_id == app.bot_id else "",
        "client_msg_id": message.client_msg_id,
        "thread_ts": message.thread_ts,
        "parent_user_id": root.user if root and message.is_reply else "",
        "edited": {"user": message.user, "ts": message.edited} if message.edited else "",
        "blocks": list(message.blocks),
        "attachments": list(message.attachments),
        "files": list(message.files),
        "metadata": message.metadata if with_metadata else "",
        "reactions": [{"name": r.name, "users": list(r.users), "count": len(r.users)} for r in message.reactions],
    }
    return made | {name: value for name, value in extras.items() if value}


def user_json(app: App, user: User) -> Json:
    """A user. The offset is left to the zone's name, which is what callers should use."""
    profile: Json = {"real_name": user.name.title(), "display_name": user.name}
    if user.bot_id:
        profile["bot_id"] = user.bot_id
    return {"id": user.id, "team_id": user.team or app.team, "is_restricted": user.guest,
            "name": user.name, "real_name": user.name.title(), "tz": user.tz,
            "deleted": False, "is_bot": bool(user.bot_id), "is_app_user": False, "profile": profile}  # fmt: skip


def channel_json(app: App, channel: Channel) -> Json:
    """A channel as the app sees it."""
    room = channel.room
    made: Json = {
        "id": channel.id,
        "is_channel": room is Room.CHANNEL,
        "is_group": room is Room.GROUP,
        "is_im": room is Room.IM,
        "is_mpim": room is Room.MPIM,
        "is_private": channel.private,
        "is_archived": channel.archived,
        "is_ext_shared": channel.shared,
        "context_team_id": app.team,
    }
    if room is Room.IM:
        return made | {"user": next(iter(channel.members - {app.user}), app.user)}
    return made | {"name": channel.name, "is_member": app.user in channel.members, "num_members": len(channel.members)}
