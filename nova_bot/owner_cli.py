"""`nova owner code`: a one-time code that makes an account the owner's."""

from datetime import UTC, datetime

from nova_bot import app
from nova_bot.core.people import OWNER
from nova_bot.core.wording import say
from nova_bot.engine.door import new_code
from nova_bot.ledger import database
from nova_bot.ledger import people as kept
from nova_bot.settings import Settings


async def code(settings: Settings) -> None:
    """Keep a fresh code, also while Nova runs, and print it. Raises a LedgerError."""
    path = app.ledger_path(settings)
    found = database.revision(path)
    if found:
        database.check(found, path)
    else:
        with database.held(path):
            database.upgrade(path)
    made = new_code()
    await kept.keep_code_beside(path, made, OWNER, datetime.now(UTC))
    print(say("owner", "code", code=made))
