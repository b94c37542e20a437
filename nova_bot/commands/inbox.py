"""`nova inbox`: what failed for good, and trying it again."""

import json

from adapters.render.plain import plain
from nova_bot import parts
from nova_bot.core.errors import NotDone
from nova_bot.core.wording import say
from nova_bot.dispatch.inbox import again, line
from nova_bot.ledger import inbox
from nova_bot.ledger.store import opened
from nova_bot.settings import Settings


async def dead(settings: Settings, *, as_json: bool) -> int:
    """Print what failed. A running Nova is not disturbed."""
    async with opened(parts.ledger_path(settings), write=False) as ledger:
        found = await inbox.dead(ledger)
    for one in found:
        shown = {
            "name": one.name,
            "at": one.at.isoformat(),
            "place": one.place._asdict(),
            "text": one.text,
            "why": one.why,
        }
        print(json.dumps(shown, ensure_ascii=False) if as_json else plain(line(one, open_=True)))
    if not found and not as_json:
        print(say("inbox", "nothing"))
    return 0


async def retry(settings: Settings, name: str) -> int:
    """Let it be tried when Nova serves next. Raises NotDone, and LedgerHeld while Nova runs (say it in the chat)."""
    if not name.strip():
        raise NotDone(why=say("inbox", "which"))
    async with opened(parts.ledger_path(settings)) as ledger:
        if not any(one.name == name for one in await inbox.dead(ledger)):
            raise NotDone(why=say("inbox", "unknown", name=name))
        if await inbox.revive(ledger, name) is None:
            run = await ledger.run(int(name.removeprefix("r")))
            await ledger.accept(again(run, parts.now()), parts.now())
    print(say("inbox", "later", name=name))
    return 0
