"""chat.*: posting, editing and deleting messages."""

from dataclasses import dataclass, replace

from adapters.fakes.slack import validate
from adapters.fakes.slack.args import Args, SlackError
from adapters.fakes.slack.events import message_json
from adapters.fakes.slack.methods.ask import Ask, Method
from adapters.fakes.slack.records import Channel, Json, Message, StreamState
from adapters.fakes.slack.state import Workspace

CUSTOMISING = ("username", "icon_emoji", "icon_url")


@dataclass(frozen=True, slots=True)
class Content:
    """What a message says."""

    text: str
    blocks: tuple[Json, ...]
    attachments: tuple[Json, ...]


def content(args: Args, text_max: int = validate.TEXT_MAX) -> Content:
    """The checked content of a call. Raises SlackError; `no_text` when there is none."""
    text, markdown = args.text("text"), args.text("markdown_text")
    blocks = numbered(args.objects("blocks", "invalid_blocks_format"))
    attachments = args.objects("attachments")
    if markdown and (text or blocks):
        raise SlackError("markdown_text_conflict")
    if not (text or markdown or blocks or attachments):
        raise SlackError("no_text")
    validate.text(text, text_max)
    validate.text(markdown, validate.MARKDOWN_MAX)
    validate.blocks(blocks)
    return Content(text or markdown, blocks, attachments)


def numbered(blocks: tuple[Json, ...]) -> tuple[Json, ...]:
    """The blocks with an id for each, as Slack stores them."""
    return tuple({"block_id": f"b{number}", **block} for number, block in enumerate(blocks))


def metadata(args: Args) -> Json | None:
    """The checked metadata of a call."""
    found = args.object("metadata", "invalid_metadata_format")
    validate.metadata(found)
    return found


def customised(ask: Ask) -> str:
    """The name to post under, which needs a scope of its own; "" for the app's."""
    if any(ask.args.has(name) for name in CUSTOMISING):
        ask.require("chat:write.customize")
    return ask.args.text("username")


def writable(ws: Workspace, ask: Ask) -> Channel:
    """The channel to write to; the id of a person stands for the direct message with them."""
    where = ask.args.need("channel")
    if where in ws.users and where != ws.app.user:
        return ws.direct([where])
    if "chat:write.public" in ask.token.scopes and not ws.visible(where).private:
        return ws.visible(where)
    return ws.joined(where)


def own(ws: Workspace, args: Args, refusal: str) -> Message:
    """The app's own message that a call is about. Raises SlackError(refusal) for somebody else's."""
    message = ws.message(ws.visible(args.need("channel")).id, args.need("ts"))
    if message.bot_id != ws.app.bot_id:
        raise SlackError(refusal)
    return message


def is_streaming(ws: Workspace, message: Message) -> bool:
    """Is it still being written by a stream?"""
    stream = ws.stream(message.channel, message.ts)
    return stream is not None and stream.state is StreamState.OPEN


def _new(ws: Workspace, ask: Ask, channel: Channel) -> Message:
    said, thread_ts = content(ask.args), ask.args.text("thread_ts")
    if thread_ts:
        ws.check_thread(channel.id, thread_ts)
    return Message(
        channel.id,
        ws.next_ts(),
        ws.app.user,
        said.text,
        bot_id=ws.app.bot_id,
        username=customised(ask),
        thread_ts=thread_ts,
        blocks=said.blocks,
        attachments=said.attachments,
    )


def _post_message(ws: Workspace, ask: Ask) -> Json:
    message = replace(_new(ws, ask, writable(ws, ask)), metadata=metadata(ask.args))
    if ask.args.flag("reply_broadcast"):
        if not message.thread_ts:
            raise SlackError("invalid_arguments", "reply_broadcast needs a thread_ts")
        message = replace(message, subtype="thread_broadcast")
    ws.post(message)
    return {"channel": message.channel, "ts": message.ts, "message": message_json(ws, message)}


def _post_ephemeral(ws: Workspace, ask: Ask) -> Json:
    channel, user = ws.joined(ask.args.need("channel")), ask.args.need("user")
    if user not in channel.members:
        raise SlackError("user_not_in_channel")
    message = replace(_new(ws, ask, channel), seen_by=user)
    ws.ephemerals[message.channel, message.ts] = message
    return {"message_ts": message.ts}


UPDATES = frozenset(
    {
        "as_user", "attachments", "blocks", "channel", "file_ids", "link_names", "markdown_text", "metadata", "parse",
        "reply_broadcast", "text", "ts",
    }
)  # fmt: skip


def _update(ws: Workspace, ask: Ask) -> Json:
    ask.args.only(UPDATES)
    message = own(ws, ask.args, "cant_update_message")
    if is_streaming(ws, message):
        raise SlackError("streaming_state_conflict")
    said = content(ask.args, validate.UPDATE_TEXT_MAX)
    # A new text without blocks takes the old blocks away; with blocks, Slack does not show "(edited)".
    changed = replace(
        message,
        text=said.text,
        blocks=said.blocks,
        attachments=said.attachments if ask.args.has("attachments") else message.attachments,
        metadata=metadata(ask.args) or message.metadata,
        edited=message.edited if said.blocks else ws.next_ts(),
    )
    ws.change(changed)
    answer = {"channel": message.channel, "ts": message.ts, "text": said.text}
    return answer | {"message": message_json(ws, changed)}


def _delete(ws: Workspace, ask: Ask) -> Json:
    message = own(ws, ask.args, "cant_delete_message")
    if is_streaming(ws, message):
        raise SlackError("cant_delete_message")
    ws.remove(message)
    return {"channel": message.channel, "ts": message.ts}


def _permalink(ws: Workspace, ask: Ask) -> Json:
    message = ws.message(ws.visible(ask.args.need("channel")).id, ask.args.need("message_ts"))
    link = f"https://{ws.app.domain}.slack.com/archives/{message.channel}/p{message.ts.replace('.', '')}"
    return {"channel": message.channel, "permalink": link}


METHODS = {
    "chat.postMessage": Method(_post_message, ("chat:write",)),
    "chat.postEphemeral": Method(_post_ephemeral, ("chat:write",)),
    "chat.update": Method(_update, ("chat:write",)),
    "chat.delete": Method(_delete, ("chat:write",)),
    "chat.getPermalink": Method(_permalink),
}
