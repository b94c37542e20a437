"""`nova wrong` and its like: the same commands as in the chat, given by the owner in a shell."""

import json
import sys

from adapters.terminal import Printer, place_of
from nova_bot import app
from nova_bot.commands.chat import OWNER, sender, tell
from nova_bot.core.conversation import Conversation
from nova_bot.core.envelope import Envelope
from nova_bot.core.roster import Roster
from nova_bot.core.route import Route
from nova_bot.engine.loop import Team
from nova_bot.settings import Settings

THREAD = "main"


class NoRouter:
    """These commands bring in no message, so that the real router need not be loaded for them."""

    def route(self, envelope: Envelope, conversation: Conversation) -> Route:  # noqa: ARG002
        """Is not asked."""
        raise AssertionError(f"{envelope.identity} came in during a command")


def _agents_only(_settings: Settings, roster: Roster) -> Team:
    return Team(roster, NoRouter())


async def say(settings: Settings, verb: str, rest: str, *, as_json: bool, thread: str = THREAD) -> int:
    """Give the command and print what Nova says to it. What waits to be answered or sent waits for the next start.

    Raises what the command raises for its asker, such as NotUnderstood or NoSuchClaim.
    """
    printer = Printer(sys.stderr if as_json else sys.stdout, rich=False, thread=thread)
    async with app.running(settings, [printer], on_bad_file=tell, make_team=_agents_only) as nova:
        told = await nova.commands.obeyed(verb, rest, place_of(thread), sender(nova.people, OWNER))
    if as_json:
        print(json.dumps({"command": verb, "text": told.text}, ensure_ascii=False))
    else:
        printer.say(told.text)
    return 0
