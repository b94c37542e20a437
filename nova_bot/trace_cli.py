"""`nova wrong` and its like: the same commands as in the chat, given by the owner in a shell."""

import asyncio
import json
import sys

from adapters.terminal import Printer, place_of
from nova_bot import app
from nova_bot.chat import OWNER, sender, tell
from nova_bot.settings import Settings

THREAD = "main"


async def say(settings: Settings, verb: str, rest: str, *, as_json: bool) -> int:
    """Give the command and print what Nova says to it. What a running Nova has to send goes out with its next start.

    Raises what the command raises for its asker, such as NotUnderstood or NoSuchClaim.
    """
    printer = Printer(sys.stderr if as_json else sys.stdout, rich=False, thread=THREAD)
    async with app.running(settings, [printer], on_bad_file=tell) as nova:
        earlier = await nova.recover()
        if earlier:
            await asyncio.gather(*earlier)
        told = await nova.commands.obeyed(verb, rest, place_of(THREAD), sender(nova.people, OWNER))
    print(json.dumps({"command": verb, "text": told.text}, ensure_ascii=False) if as_json else told.text)
    return 0
