"""`nova owner code`: a one-time code that makes an account the owner's."""

from nova_bot import parts
from nova_bot.core.wording import say
from nova_bot.settings import Settings


async def code(settings: Settings) -> None:
    """Print a fresh code. Raises a LedgerError."""
    print(say("owner", "code", code=await parts.owner_code(settings)))
