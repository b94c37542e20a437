"""auth.test, users.* and bots.info: who is who."""

from adapters.fakes.slack.args import SlackError
from adapters.fakes.slack.events import user_json
from adapters.fakes.slack.methods.ask import Ask, Method, page
from adapters.fakes.slack.records import Json
from adapters.fakes.slack.state import Workspace


def _auth_test(ws: Workspace, _: Ask) -> Json:
    app = ws.app
    return {
        "url": f"https://{app.domain}.slack.com/",
        "team": app.domain,
        "user": app.name,
        "team_id": app.team,
        "user_id": app.user,
        "bot_id": app.bot_id,
        "is_enterprise_install": False,
    }


def _user_info(ws: Workspace, ask: Ask) -> Json:
    user = ws.users.get(ask.args.need("user"))
    if user is None:
        raise SlackError("user_not_found")
    return {"user": user_json(ws.app, user)}


def _user_list(ws: Workspace, ask: Ask) -> Json:
    found, more = page(list(ws.users.values()), ask.args)
    return {"members": [user_json(ws.app, u) for u in found], "response_metadata": more["response_metadata"]}


def _bot_info(ws: Workspace, ask: Ask) -> Json:
    wanted = ask.args.need("bot")
    for user in ws.users.values():
        if user.bot_id == wanted:
            return {"bot": {"id": wanted, "name": user.name, "user_id": user.id, "deleted": False}}
    raise SlackError("bot_not_found")


METHODS = {
    "auth.test": Method(_auth_test),
    "users.info": Method(_user_info, ("users:read",)),
    "users.list": Method(_user_list, ("users:read",)),
    "bots.info": Method(_bot_info, ("users:read",)),
}
