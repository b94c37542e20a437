"""assistant.threads.* and agents.sessions.*: what the app says about its work in a thread."""

from dataclasses import replace

from adapters.fakes.slack.args import SlackError
from adapters.fakes.slack.methods.ask import Ask, Method
from adapters.fakes.slack.methods.streams import SESSION_STATES
from adapters.fakes.slack.records import Json, Session, Status
from adapters.fakes.slack.state import Key, Workspace

LOADING_MAX = 10
PROMPTS_MAX = 4
TITLE_MAX = 200
STOP_EVENT = "agent_session_stopped"


def _thread(ws: Workspace, ask: Ask) -> Key:
    channel, thread_ts = ws.joined(ask.args.need("channel_id")), ask.args.need("thread_ts")
    ws.check_thread(channel.id, thread_ts)
    return channel.id, thread_ts


def _set_status(ws: Workspace, ask: Ask) -> Json:
    place, loading = _thread(ws, ask), ask.args.strings("loading_messages")
    if not ask.args.has("status"):
        raise SlackError("invalid_arguments", "missing required field: status")
    if len(loading) > LOADING_MAX:
        raise SlackError("invalid_arguments", f"no more than {LOADING_MAX} loading_messages allowed")
    text = ask.args.text("status")
    if text:
        ws.statuses[place] = Status(*place, text, ws.clock(), loading)
    else:
        ws.statuses.pop(place, None)
    return {}


def _set_title(ws: Workspace, ask: Ask) -> Json:
    ws.titles[_thread(ws, ask)] = ask.args.need("title")
    return {}


def _set_prompts(ws: Workspace, ask: Ask) -> Json:
    channel, prompts = ws.joined(ask.args.need("channel_id")), ask.args.objects("prompts")
    if not 0 < len(prompts) <= PROMPTS_MAX:
        raise SlackError("invalid_arguments", f"needs 1 to {PROMPTS_MAX} prompts")
    if not all(prompt.get("title") and prompt.get("message") for prompt in prompts):
        raise SlackError("invalid_arguments", "a prompt needs a title and a message")
    ws.prompts[channel.id, ask.args.text("thread_ts")] = prompts
    return {}


def _session(ws: Workspace, ask: Ask) -> Key:
    if ask.args.has("thread_ts"):
        return _thread(ws, ask)
    return ws.joined(ask.args.need("channel_id")).id, ""


def _set_session(ws: Workspace, ask: Ask) -> Json:
    place, status, title = _session(ws, ask), ask.args.need("status"), ask.args.text("title")
    if status not in SESSION_STATES:
        raise SlackError("invalid_arguments", f"status must be one of {', '.join(SESSION_STATES)}")
    _check_title(title)
    before = ws.sessions.get(place) or Session(*place, status)
    ws.sessions[place] = replace(before, status=status, title=title or before.title)
    if status == "processing" and ws.subscribed is not None and STOP_EVENT not in ws.subscribed:
        return {"warning": f"missing_{STOP_EVENT}_event_subscription"}
    return {}


def _rename(ws: Workspace, ask: Ask) -> Json:
    place, title = _session(ws, ask), ask.args.need("title")
    _check_title(title)
    if place not in ws.sessions:
        raise SlackError("session_not_found")
    ws.sessions[place] = replace(ws.sessions[place], title=title)
    return {}


def _check_title(title: str) -> None:
    if len(title) > TITLE_MAX:
        raise SlackError("invalid_arguments", f"a title has no more than {TITLE_MAX} characters")


SCOPES = ("assistant:write", "chat:write")
METHODS = {
    "assistant.threads.setStatus": Method(_set_status, SCOPES),
    "assistant.threads.setTitle": Method(_set_title, SCOPES[:1]),
    "assistant.threads.setSuggestedPrompts": Method(_set_prompts, SCOPES[:1]),
    "agents.sessions.setStatus": Method(_set_session, SCOPES[:1]),
    "agents.sessions.rename": Method(_rename, SCOPES[:1]),
}
