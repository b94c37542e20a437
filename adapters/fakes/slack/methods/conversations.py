"""conversations.*: channels, their members and what was said in them."""

from adapters.fakes.slack.args import Args, SlackError
from adapters.fakes.slack.events import channel_json, message_json
from adapters.fakes.slack.methods.ask import Ask, Method, page
from adapters.fakes.slack.records import Channel, Json, Message, Room
from adapters.fakes.slack.state import Workspace

SCOPE_OF = {Room.CHANNEL: "channels", Room.GROUP: "groups", Room.IM: "im", Room.MPIM: "mpim"}
TYPE_OF = {Room.CHANNEL: "public_channel", Room.GROUP: "private_channel", Room.IM: "im", Room.MPIM: "mpim"}
READING = tuple(f"{kind}:read" for kind in SCOPE_OF.values())


def _channel(ws: Workspace, ask: Ask, right: str) -> Channel:
    """The channel of a call, for which the token must have `right`: read or history."""
    channel = ws.visible(ask.args.need("channel"))
    ask.require(f"{SCOPE_OF[channel.room]}:{right}")
    return channel


def _replies(ws: Workspace, ask: Ask) -> Json:
    channel = _channel(ws, ask, "history")
    asked = ws.messages.get((channel.id, ask.args.need("ts")))
    if asked is None:
        raise SlackError("thread_not_found")
    if asked.is_reply:
        return {"messages": [_shown(ws, asked, ask.args)], "has_more": False}
    root, *replies = ws.thread(channel.id, asked.ts)
    found, more = page([root, *(reply for reply in replies if _within(reply, ask.args))], ask.args)
    return {"messages": [_shown(ws, message, ask.args) for message in found], **more}


def _history(ws: Workspace, ask: Ask) -> Json:
    channel = _channel(ws, ask, "history")
    if ws.app.user not in channel.members:
        raise SlackError("not_in_channel")
    inside = [m for (where, _), m in ws.messages.items() if where == channel.id and _within(m, ask.args)]
    top = [m for m in inside if not m.is_reply or m.subtype == "thread_broadcast"]
    found, more = page(sorted(top, key=lambda m: m.ts, reverse=True), ask.args)
    return {"messages": [_shown(ws, message, ask.args) for message in found], **more}


def _within(message: Message, args: Args) -> bool:
    oldest, latest = args.text("oldest") or "0", args.text("latest") or "9"
    return oldest < message.ts < latest or (args.flag("inclusive") and message.ts in (oldest, latest))


def _shown(ws: Workspace, message: Message, args: Args) -> Json:
    shown = message_json(ws, message, with_metadata=args.flag("include_all_metadata"))
    replies = [] if message.is_reply else ws.thread(message.channel, message.ts)[1:]
    if not replies:
        return shown
    people = list(dict.fromkeys(reply.user for reply in replies))
    about = {"reply_count": len(replies), "reply_users": people, "latest_reply": replies[-1].ts}
    return shown | {"thread_ts": message.ts} | about


def _info(ws: Workspace, ask: Ask) -> Json:
    return {"channel": channel_json(ws.app, _channel(ws, ask, "read"))}


def _members(ws: Workspace, ask: Ask) -> Json:
    found, more = page(sorted(_channel(ws, ask, "read").members), ask.args)
    return {"members": list(found), "response_metadata": more["response_metadata"]}


def _list(ws: Workspace, ask: Ask) -> Json:
    types = (ask.args.text("types") or "public_channel").split(",")
    rooms = [room for room, name in TYPE_OF.items() if name in types]
    for room in rooms:
        ask.require(f"{SCOPE_OF[room]}:read")
    seen = [c for c in ws.channels.values() if c.room in rooms and not (c.private and ws.app.user not in c.members)]
    if ask.args.flag("exclude_archived"):
        seen = [channel for channel in seen if not channel.archived]
    found, more = page(seen, ask.args)
    return {"channels": [channel_json(ws.app, c) for c in found], "response_metadata": more["response_metadata"]}


def _open(ws: Workspace, ask: Ask) -> Json:
    if ask.args.has("channel"):
        channel = ws.visible(ask.args.need("channel"))
    else:
        people = ask.args.need("users").split(",")
        if not set(people) <= set(ws.users):
            raise SlackError("user_not_found")
        ask.require("im:write" if len(people) == 1 else "mpim:write")
        channel = ws.direct(people)
    return {"channel": channel_json(ws.app, channel) if ask.args.flag("return_im") else {"id": channel.id}}


def _join(ws: Workspace, ask: Ask) -> Json:
    channel = ws.visible(ask.args.need("channel"))
    if channel.room is not Room.CHANNEL:
        raise SlackError("method_not_supported_for_channel_type")
    if channel.archived:
        raise SlackError("is_archived")
    return {"channel": channel_json(ws.app, ws.join(channel, ws.app.user))}


def _mine(ws: Workspace, ask: Ask) -> Json:
    """`users.conversations`: those of the list that the app is in."""
    everything = _list(ws, ask)
    mine = [one for one in everything["channels"] if ws.app.user in ws.channels[one["id"]].members]
    return {**everything, "channels": mine}


METHODS = {
    "users.conversations": Method(_mine, READING),
    "conversations.replies": Method(_replies),
    "conversations.history": Method(_history),
    "conversations.info": Method(_info),
    "conversations.members": Method(_members),
    "conversations.list": Method(_list, READING),
    "conversations.open": Method(_open, ("im:write", "mpim:write")),
    "conversations.join": Method(_join, ("channels:join",)),
}
