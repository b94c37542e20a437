"""response_url: an address for answering one command or interaction, for a while and a few times."""

from dataclasses import replace

from adapters.fakes.slack.args import Args, SlackError
from adapters.fakes.slack.methods.chat import content
from adapters.fakes.slack.records import Hook, Json, Message
from adapters.fakes.slack.state import Key, Workspace

USES_MAX = 5


def new_hook(ws: Workspace, channel: str, user: str, message: str = "") -> Hook:
    """Make an address for answers to what `user` just did in `channel`."""
    hook = Hook(ws.next_id("R"), channel, user, ws.clock(), message)
    ws.hooks[hook.id] = hook
    return hook


def address(ws: Workspace, hook: Hook) -> str:
    """The response_url itself."""
    return f"{ws.address}/response/{hook.id}"


def use(ws: Workspace, hook_id: str, body: Json) -> None:
    """Answer through an address. Raises SlackError when it is unknown, too old or used too often, or the body bad."""
    hook = ws.hooks.get(hook_id)
    if hook is None:
        raise SlackError("no_such_url")
    if ws.clock() - hook.born > ws.timing.response_url:
        raise SlackError("expired_url")
    if hook.uses >= USES_MAX:
        raise SlackError("used_url")
    respond(ws, hook, Args(body))
    ws.hooks[hook_id] = replace(hook, uses=hook.uses + 1)


def respond(ws: Workspace, hook: Hook, args: Args) -> None:
    """Show an answer: in place of the message that was used, to its user alone, or to the whole channel."""
    key = hook.channel, hook.message
    if args.flag("delete_original"):
        _delete(ws, key)
    elif args.flag("replace_original"):
        _replace(ws, key, args)
    else:
        _show(ws, hook, args)


def _show(ws: Workspace, hook: Hook, args: Args) -> None:
    said, thread_ts = content(args), args.text("thread_ts")
    shown = Message(hook.channel, ws.next_ts(), ws.app.user, said.text, bot_id=ws.app.bot_id, thread_ts=thread_ts,
                    blocks=said.blocks, attachments=said.attachments)  # fmt: skip
    if args.text("response_type") == "in_channel":
        ws.post(shown)
    else:
        ws.ephemerals[shown.channel, shown.ts] = replace(shown, seen_by=hook.user)


def _replace(ws: Workspace, key: Key, args: Args) -> None:
    said = content(args)
    if key in ws.ephemerals:
        ws.ephemerals[key] = replace(ws.ephemerals[key], text=said.text, blocks=said.blocks)
    else:
        ws.change(replace(ws.message(*key), text=said.text, blocks=said.blocks))


def _delete(ws: Workspace, key: Key) -> None:
    if ws.ephemerals.pop(key, None) is None:
        ws.remove(ws.message(*key))
