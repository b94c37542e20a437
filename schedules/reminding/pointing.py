"""Which reminder an order points at: "the standup reminder", "reminder 3", "about the rent to Friday". Pure."""

import re
from dataclasses import replace

from schedules.reminding.orders import Act, Order
from schedules.reminding.words import either, table


def described(given: Order) -> tuple[str, bool]:
    """The reminder's own words in an order ("the standup reminder": standup), and whether it says "reminder"."""
    words = table(given.lang)
    nouns = either([*words["noun"], *words["one"]])
    bare = re.sub(rf"\b(?:{nouns})\b", " ", given.rest.casefold())
    named = given.named or bare != given.rest.casefold()
    little = rf"(?:\s*\b(?:{either(words['little'])})\b\s*)+"
    return re.sub(rf"^{little}|{little}$", "", bare.strip()).strip(), named


def nothing_else(text: str, lang: str) -> Order | None:
    """An order about the reminder that a text names by its number, or about the latest one where nothing is left."""
    noun = either(table(lang)["noun"])
    found = re.fullmatch(rf"(?P<noun>{noun})?\s*#?(?P<number>\d{{1,18}})?[\s:,.]*", text, re.IGNORECASE)
    if found is None:
        return None
    number = int(found["number"]) if found["number"] else None
    return Order(Act.MOVE, lang, number, named=bool(found["noun"] or number))


def behind_noun(given: Order) -> Order | None:
    """ "About the rent to Friday", "am Montag auf 9 Uhr": the order if the first words describe the reminder.

    Only who knows the reminders can tell; None where nothing can be split off.
    """
    words = table(given.lang)
    of, to = either(words["of"]), either(words["to"])
    that = rf"(?:(?:{either(words['that'])})\s+)?"
    form = rf"{that}(?:{of})(?!\w)\s*(?P<about>.+?)\s+(?P<time>(?:{to})(?!\w).*)"
    found = re.fullmatch(form, given.rest, re.IGNORECASE) if words["of"] and not given.about else None
    return replace(given, about=found["about"], rest=found["time"]) if found else None
