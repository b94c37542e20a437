"""The buttons of a reminder's cards, and the form that two of them open."""

from datetime import datetime

from nova_bot.core.envelope import Envelope
from nova_bot.core.form import Form
from nova_bot.core.reminder import IfMissed, Reminder, State
from nova_bot.engine.presses import Done, FormMaker, Handled, No, Noted, Press, PressHandler, Words
from nova_bot.ledger import reminders
from nova_bot.ledger.store import Ledger
from schedules.reminding.cards import EDIT, IF_MISSED, NOT_THIS, PICK, hint
from schedules.reminding.editing import new_time
from schedules.reminding.keeper import Keeper
from schedules.reminding.orders import Act, Order, again
from schedules.reminding.wording import say
from schedules.when import When, parse

ASKING = {EDIT: Act.MOVE, PICK: Act.SNOOZE}
"""Buttons that need a time, and what they do with it."""


def pressing(ledger: Ledger, keeper: Keeper) -> PressHandler:
    """The handler of the act `reminder`; a value is a verb, the reminder's number, and perhaps a time."""

    async def press(pressed: Press) -> Handled:
        verb, number, *rest = pressed.offered.button.value.split(" ", 2)
        one = await reminders.get(ledger, int(number))
        gone = one is None or (one.state is State.CANCELLED and verb not in (NOT_THIS, Act.CANCEL))
        if one is None or gone:
            return No(say(one.lang if one else "en", "unknown", id=number))
        detail = rest[0] if rest else ""
        match verb:
            case _ if verb == NOT_THIS:
                return await _taken_back(one, detail)
            case _ if verb in ASKING:
                return await _asked(ASKING[verb], one, pressed.envelope)
        if verb == IF_MISSED:
            mine = one.person.person == pressed.envelope.sender.person
            return Noted(await keeper.if_missed(one, IfMissed(detail))) if mine else No(say(one.lang, "not_mine"))
        return _done(one, await keeper.do(one, Act(verb), _time(detail, one, pressed.envelope)))

    async def _asked(act: Act, one: Reminder, envelope: Envelope) -> Handled:
        """With the time that was filled in; without one that can be read the conversation asks for it."""
        orders = (Order(act, lang, one.id, envelope.text.strip()) for lang in dict.fromkeys((one.lang, "en")))
        times = (new_time(order, one, envelope.at) for order in orders if order.rest)
        when = next((time for time in times if time and not time.ask), None)
        return _done(one, await keeper.do(one, act, when)) if when else Words(again(act, one.lang, one.id))

    async def _taken_back(one: Reminder, agent: str) -> Handled:
        await keeper.do(one, Act.CANCEL)
        run = await ledger.run(int(one.key.removeprefix("r")))
        note = say(one.lang, "not_meant")
        return Words(f"/agent {agent} {run.route.request}", note, hint(one)) if agent else Done(note, hint(one))

    return press


def _done(one: Reminder, said: str) -> Done:
    return Done(said, hint(one))


def form(ledger: Ledger) -> FormMaker:
    """Asks for the time that "Edit" and "Pick a time" need."""

    async def made(pressed: Press) -> Form | None:
        verb, number, *_ = pressed.offered.button.value.split(" ", 2)
        one = await reminders.get(ledger, int(number)) if verb in ASKING else None
        if one is None:
            return None
        question = say(one.lang, "to_when" if verb == EDIT else "until_when")
        return Form(say(one.lang, "form", id=one.id), question, say(one.lang, "form_hint"))

    return made


def _time(phrase: str, one: Reminder, envelope: Envelope) -> When | None:
    """The time a snooze button stands for, counted from the press."""
    if not phrase:
        return None
    at: datetime = envelope.at
    return parse(f"in {phrase}" if phrase[0].isdigit() else phrase, at, one.series.tz, "en")
