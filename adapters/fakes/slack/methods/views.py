"""views.*: modals and the App Home tab."""

from dataclasses import replace

from adapters.fakes.slack import validate
from adapters.fakes.slack.args import Args, SlackError
from adapters.fakes.slack.methods.ask import Ask, Method
from adapters.fakes.slack.methods.chat import numbered
from adapters.fakes.slack.records import Json, View
from adapters.fakes.slack.state import Workspace


def view_json(ws: Workspace, view: View) -> Json:
    """A view as Slack shows it to the app."""
    made: Json = {"id": view.id, "team_id": ws.app.team, "app_id": ws.app.id, "bot_id": ws.app.bot_id}
    made |= {"hash": view.hash, "state": {"values": {}}, "private_metadata": "", "callback_id": ""}
    return made | view.body | {"previous_view_id": view.previous or None, "root_view_id": _root(ws, view).id}


def checked(body: Json, *kinds: str) -> Json:
    """A view's body with an id for each block. Raises SlackError when it is not a good one."""
    validate.view(body, kinds)
    return body | {"blocks": list(numbered(tuple(body["blocks"])))}


def show(ws: Workspace, user: str, body: Json, previous: str = "") -> View:
    """Open a view in front of somebody."""
    view = View(ws.next_id("V"), user, body, ws.next_id("h"), previous)
    ws.views[view.id] = view
    return view


def rewrite(ws: Workspace, view: View, body: Json) -> View:
    """Give an open view a new body."""
    ws.views[view.id] = replace(view, body=body, hash=ws.next_id("h"))
    return ws.views[view.id]


def _root(ws: Workspace, view: View) -> View:
    while view.previous:
        view = ws.views[view.previous]
    return view


def _open(ws: Workspace, ask: Ask) -> Json:
    user = ws.use_trigger(ask.args.need("trigger_id"))
    return {"view": view_json(ws, show(ws, user, checked(_body(ask.args), "modal")))}


def _publish(ws: Workspace, ask: Ask) -> Json:
    user, body = ask.args.need("user_id"), checked(_body(ask.args), "home")
    if user not in ws.users:
        raise SlackError("user_not_found")
    home = next((view for view in ws.views.values() if view.kind == "home" and view.user == user), None)
    if home:
        _check_hash(home, ask.args)
    return {"view": view_json(ws, rewrite(ws, home, body) if home else show(ws, user, body))}


def _update(ws: Workspace, ask: Ask) -> Json:
    view = next((view for view in ws.views.values() if view.open and _is_meant(view, ask.args)), None)
    if view is None:
        raise SlackError("not_found")
    _check_hash(view, ask.args)
    return {"view": view_json(ws, rewrite(ws, view, checked(_body(ask.args), view.kind)))}


def _is_meant(view: View, args: Args) -> bool:
    if args.has("external_id"):
        return view.body.get("external_id") == args.text("external_id")
    return view.id == args.need("view_id")


def _body(args: Args) -> Json:
    body = args.object("view")
    if body is None:
        raise SlackError("invalid_arguments", "missing required field: view")
    return body


def _check_hash(view: View, args: Args) -> None:
    if args.text("hash") not in ("", view.hash):
        raise SlackError("hash_conflict")


METHODS = {
    "views.open": Method(_open),
    "views.publish": Method(_publish),
    "views.update": Method(_update),
}
