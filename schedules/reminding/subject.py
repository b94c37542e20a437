"""What a reminder without words is about: what its person last spoke of in the thread. Pure."""

from datetime import datetime, timedelta

from nova_bot.core.conversation import Conversation, Turn
from nova_bot.core.envelope import Sender
from nova_bot.core.labels import of_standing
from schedules.reminding.orders import order
from schedules.reminding.wording import says_reminder
from schedules.reminding.words import LANGUAGES, table

RECENT = timedelta(days=1)
LONGEST = 200
"""Characters of what is taken over."""

FEWEST = 8
"""Characters below which something is an answer ("yes", "the first"), and no subject."""


def unnamed(what: str) -> bool:
    """Does a request leave to the thread what it is about: no words, or only "this"?"""
    bare = what.casefold().strip(" .!。！")
    return not bare or any(bare in table(one)["this"] for one in LANGUAGES)


def spoken_of(conversation: Conversation, sender: Sender, now: datetime) -> str:
    """What this person last spoke of here, in his own words; "" where he has not, or long ago."""
    own = (turn for turn in reversed(conversation.turns) if _his(turn, sender) and turn.at > now - RECENT)
    return next((_clipped(turn.claim.text) for turn in own if _of_something(turn.claim.text)), "")


def _his(turn: Turn, sender: Sender) -> bool:
    """Are these his words, and no outsider's of the same name?"""
    trusted = turn.claim.label.integrity >= of_standing(sender.standing)
    return not turn.agent and turn.speaker == sender.name and trusted


def _of_something(text: str) -> bool:
    return len(text) >= FEWEST and not says_reminder(text) and order(text, "en") is None


def _clipped(text: str) -> str:
    line = text.strip().splitlines()[0]
    return line if len(line) <= LONGEST else line[: LONGEST - 1].rstrip() + "…"
