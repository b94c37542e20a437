"""chat.*Stream: a message written piece by piece."""

from dataclasses import replace

from adapters.fakes.slack import validate
from adapters.fakes.slack.args import Args, SlackError
from adapters.fakes.slack.events import message_json
from adapters.fakes.slack.methods.ask import Ask, Method
from adapters.fakes.slack.methods.chat import customised, is_streaming, metadata, numbered, own
from adapters.fakes.slack.records import Channel, Json, Message, Room, Session, Stream, StreamState
from adapters.fakes.slack.state import Workspace

SESSION_STATES = ("active", "processing", "suspended", "closed")


def _start(ws: Workspace, ask: Ask) -> Json:
    args = ask.args
    channel, thread_ts = ws.joined(args.need("channel")), args.need("thread_ts")
    ws.check_thread(channel.id, thread_ts)
    _check_recipient(channel, args)
    if args.text("task_display_mode") not in ("", "timeline", "plan"):
        raise SlackError("invalid_arguments", "task_display_mode must be timeline or plan")
    empty = Message(channel.id, ws.next_ts(), ws.app.user, bot_id=ws.app.bot_id, username=customised(ask),
                    thread_ts=thread_ts)  # fmt: skip
    stream, message = _written(Stream(channel.id, empty.ts, thread_ts, ws.clock()), empty, args)
    ws.streams[channel.id, empty.ts] = stream
    ws.post(message)
    return {"channel": channel.id, "ts": message.ts}


def _append(ws: Workspace, ask: Ask) -> Json:
    stream, message = _open(ws, ask.args)
    if not (ask.args.text("markdown_text") or ask.args.objects("chunks", "invalid_chunks")):
        raise SlackError("invalid_arguments", "needs markdown_text or chunks")
    stream, message = _written(stream, message, ask.args)
    ws.streams[stream.channel, stream.ts] = stream
    ws.change(message, silent=True)
    return {"channel": stream.channel, "ts": stream.ts}


def _stop(ws: Workspace, ask: Ask) -> Json:
    stream, message = _open(ws, ask.args)
    blocks = numbered(ask.args.objects("blocks", "invalid_blocks_format"))
    validate.blocks(blocks)
    status, kept = ask.args.text("session_status"), metadata(ask.args)
    if status not in ("", *SESSION_STATES):
        raise SlackError("invalid_arguments", "unknown session_status")
    stream, message = _written(stream, message, ask.args)
    ws.streams[stream.channel, stream.ts] = replace(stream, state=StreamState.STOPPED)
    final = ws.change(replace(message, blocks=(*message.blocks, *blocks), metadata=kept))
    if status:
        place = stream.channel, stream.thread_ts
        ws.sessions[place] = replace(ws.sessions.get(place) or Session(*place, status), status=status)
    return {"channel": stream.channel, "ts": stream.ts, "message": message_json(ws, final)}


def _check_recipient(channel: Channel, args: Args) -> None:
    if channel.room is not Room.IM:
        for field in ("recipient_user_id", "recipient_team_id"):
            if not args.text(field):
                raise SlackError(f"missing_{field}")


def _open(ws: Workspace, args: Args) -> tuple[Stream, Message]:
    message = own(ws, args, "message_not_owned_by_app")
    stream = ws.stream(message.channel, message.ts)
    if stream is None or not is_streaming(ws, message):
        raise SlackError("message_not_in_streaming_state")
    return stream, message


def _written(stream: Stream, message: Message, args: Args) -> tuple[Stream, Message]:
    """Both, with the content of a call added. A stream takes only the kind of content that it began with."""
    text, chunks = args.text("markdown_text"), args.objects("chunks", "invalid_chunks")
    if text and chunks:
        raise SlackError("invalid_arguments", "markdown_text and chunks exclude each other")
    mode = "text" if text else "chunks" if chunks else ""
    if mode and stream.mode not in ("", mode):
        raise SlackError("streaming_mode_mismatch")
    validate.text(text, validate.MARKDOWN_MAX)
    validate.chunks(chunks)
    stream, message = replace(stream, mode=stream.mode or mode), replace(message, text=message.text + text)
    for chunk in chunks:
        stream, message = _with_chunk(stream, message, chunk)
    return stream, message


def _with_chunk(stream: Stream, message: Message, chunk: Json) -> tuple[Stream, Message]:
    match chunk["type"]:
        case "markdown_text":
            return stream, replace(message, text=message.text + chunk["text"])
        case "task_update":
            known = {task["id"]: task for task in stream.tasks}
            known[chunk["id"]] = known.get(chunk["id"], {}) | chunk
            return replace(stream, tasks=tuple(known.values())), message
        case "plan_update":
            return replace(stream, plan=chunk["title"]), message
        case _:
            return stream, replace(message, blocks=(*message.blocks, *chunk["blocks"]))


METHODS = {
    "chat.startStream": Method(_start, ("chat:write",)),
    "chat.appendStream": Method(_append, ("chat:write",)),
    "chat.stopStream": Method(_stop, ("chat:write",)),
}
