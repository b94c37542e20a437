"""The buttons of a reminder's cards."""

from datetime import datetime

from nova_bot.core.envelope import Envelope
from nova_bot.core.reminder import Reminder
from nova_bot.engine.presses import Done, Handled, No, Press, PressHandler, Words
from nova_bot.ledger import reminders
from nova_bot.ledger.store import Ledger
from schedules.reminding.cards import EDIT, NOT_THIS, PICK
from schedules.reminding.keeper import Keeper
from schedules.reminding.orders import Act
from schedules.reminding.wording import say
from schedules.when import When, parse


def pressing(ledger: Ledger, keeper: Keeper) -> PressHandler:
    """The handler of the act `reminder`; a value is a verb, the reminder's number, and perhaps a time."""

    async def press(pressed: Press) -> Handled:
        verb, number, *rest = pressed.offered.button.value.split(" ", 2)
        one = await reminders.get(ledger, int(number))
        if one is None:
            return No(say("en", "unknown", id=number))
        detail = rest[0] if rest else ""
        match verb:
            case _ if verb == NOT_THIS:
                return await _taken_back(one, detail)
            case _ if verb == EDIT:
                return Words(f"move {one.id}")
            case _ if verb == PICK:
                return Words(f"snooze {one.id}")
        return Done(await keeper.do(one, Act(verb), _time(detail, one, pressed.envelope)))

    async def _taken_back(one: Reminder, agent: str) -> Handled:
        await keeper.do(one, Act.CANCEL)
        run = await ledger.run(int(one.key.removeprefix("r")))
        note = say(one.lang, "not_meant")
        return Words(f"/agent {agent} {run.route.request}", note) if agent else Done(note)

    return press


def _time(phrase: str, one: Reminder, envelope: Envelope) -> When | None:
    """The time a snooze button stands for, counted from the press."""
    if not phrase:
        return None
    at: datetime = envelope.at
    return parse(f"in {phrase}" if phrase[0].isdigit() else phrase, at, one.series.tz, "en")
