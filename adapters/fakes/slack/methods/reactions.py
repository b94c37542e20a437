"""reactions.*: emoji put on messages by the app."""

import re
from dataclasses import replace

from adapters.fakes.slack import events
from adapters.fakes.slack.args import SlackError
from adapters.fakes.slack.methods.ask import Ask, Method
from adapters.fakes.slack.records import Json, Message, Reaction
from adapters.fakes.slack.state import Workspace

NAME = re.compile(r"[\w+'-]+(::skin-tone-[2-6])?")


def react(ws: Workspace, message: Message, user: str, name: str, *, added: bool) -> Message:
    """Put an emoji on a message, or take it off. Raises SlackError when it is there already, or is not."""
    found = {reaction.name: reaction.users for reaction in message.reactions}
    users = found.get(name, ())
    if added == (user in users):
        raise SlackError("already_reacted" if added else "no_reaction")
    found[name] = (*users, user) if added else tuple(other for other in users if other != user)
    kept = tuple(Reaction(name, users) for name, users in found.items() if users)
    ws.tell(message.channel, events.reaction(ws, message, user, name, added=added))
    return ws.change(replace(message, reactions=kept), silent=True)


def _by_app(ws: Workspace, ask: Ask, *, added: bool) -> Json:
    name = ask.args.need("name")
    if not NAME.fullmatch(name):
        raise SlackError("invalid_name")
    channel = ws.joined(ask.args.need("channel"))
    react(ws, ws.message(channel.id, ask.args.need("timestamp")), ws.app.user, name, added=added)
    return {}


METHODS = {
    "reactions.add": Method(lambda ws, ask: _by_app(ws, ask, added=True), ("reactions:write",)),
    "reactions.remove": Method(lambda ws, ask: _by_app(ws, ask, added=False), ("reactions:write",)),
}
