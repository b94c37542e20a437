"""Orders about reminders that exist: "snooze 20 min", "move 3 to Friday", "done", "skip next". Pure."""

import re
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cache

from schedules.reminding.asides import scope
from schedules.reminding.words import LANGUAGES, either, table

LONGEST = 200
"""Characters of an order; what is longer is none."""


class Act(StrEnum):
    """What is to become of a reminder."""

    SNOOZE = "snooze"
    MOVE = "move"
    DONE = "done"
    SKIP = "skip"
    PAUSE = "pause"
    RESUME = "resume"
    CANCEL = "cancel"


TIMED = (Act.SNOOZE, Act.MOVE)
"""What needs a new time."""


@dataclass(frozen=True, slots=True)
class Order:
    """`number` names the reminder (None: the latest one here), `rest` is a time, or words of the reminder.

    `named` says that the word "reminder" or a number stands in it, so that it can mean nothing else. `more` are the
    numbers of others that it means as well. `about` are the words of one that is meant ("the Monday one": Monday).
    `sooner` says that a length is to be taken from its time, `later` that the new time has to be after it, `next_only`
    whether only the next time of a recurrence is meant (True) or every one from now on (False).
    """

    act: Act
    lang: str
    number: int | None = None
    rest: str = ""
    everything: bool = False
    named: bool = False
    more: tuple[int, ...] = ()
    about: str = ""
    next_only: bool | None = None
    sooner: bool = False
    later: bool = False

    @property
    def timed(self) -> bool:
        """Does it give a new time?"""
        return self.act in TIMED


def order(text: str, lang: str) -> Order | None:
    """The order that a text gives, in its language or in English; None if it is none."""
    if len(text) > LONGEST:
        return None
    for one in dict.fromkeys((lang, *LANGUAGES)):
        found = _pattern(one).fullmatch(_plain(text, one))
        if found:
            return _order(found, one)
    return None


def _plain(text: str, lang: str) -> str:
    """An order without what is only polite: "can you move it to 11, please?"; its verb first, where it stands last."""
    words, bare = table(lang), text.strip(_SIGNS)
    space = "" if lang == "zh" else r"(?!\w)"
    bare = re.sub(rf"^(?:(?:{either(words['before'])}){space}[\s,]*)+", "", bare, flags=re.IGNORECASE)
    gone = re.sub(rf"(?:[\s,]*(?<!\w)(?:{either(words['behind'])}))+$", "", bare, flags=re.IGNORECASE)
    bare = (re.sub(rf"(?:{either(words['behind'])})+$", "", bare) if lang == "zh" else gone).strip(_SIGNS)
    last = re.fullmatch(rf"(?P<rest>.+)\s(?:{either(words.get('last', ['$']))})", bare, re.IGNORECASE)
    return f"{words['verbs'][Act.MOVE][0]} {last['rest']}" if last and bare != text.strip(_SIGNS) else bare


_SIGNS = " .!?。！？¿¡,，"


def drops(text: str, lang: str) -> bool:
    """Does the answer to a question take the request back: "never mind", or "cancel" with nothing named?"""
    bare = text.strip(" .!?。！？").casefold().replace(",", "")
    if any(bare in table(one)["drop"] for one in LANGUAGES):
        return True
    given = order(text, lang)
    return given is not None and given.act is Act.CANCEL and not (given.named or given.rest)


def corrections(text: str, lang: str) -> list[Order]:
    """A time that may take the place of one just given: "at 10 instead", "no, 10:30", "zehn Minuten später"."""
    if len(text) > LONGEST or text.rstrip().endswith(("?", "？")):
        return []
    return [found for one in dict.fromkeys((lang, *LANGUAGES)) if (found := _correction(text, one))]


def _correction(text: str, lang: str) -> Order | None:
    """The correction in one language: a time with a word that takes another one back, or with "later" behind it."""
    words, bare = table(lang), _plain(text, lang)
    shifted = re.search(rf"(?:{either([*words['later'], *words['earlier']])})$", bare, re.IGNORECASE)
    if not bare or (bare == text.strip(_SIGNS) and not shifted):
        return None
    rest, next_only = scope(bare, lang)
    return Order(Act.MOVE, lang, rest=rest, next_only=next_only)


def agreed(text: str, lang: str) -> bool | None:
    """Is the answer to a question of ours a yes (True) or a no (False)? None if it is neither."""
    bare = text.strip(_SIGNS).casefold()
    spoken = [table(one) for one in dict.fromkeys((lang, "en"))]
    if any(bare in words["yes"] for words in spoken):
        return True
    return False if any(bare in words["no"] for words in spoken) else None


def again(act: Act, lang: str, number: int, rest: str = "") -> str:
    """An order of ours about a reminder, to be completed by the answer to a question."""
    return f"{table(lang)['verbs'][act][0]} {number} {rest}".strip()


@cache
def _pattern(lang: str) -> re.Pattern[str]:
    words = table(lang)
    verbs = "|".join(f"(?P<{act}>{either(phrases)})" for act, phrases in words["verbs"].items())
    number = r"\d{1,18})(?=\s|$)"
    noun = rf"(?:(?P<noun>{either(words['noun'])})(?:\s*#?(?P<number>{number})?|#?(?P<bare>{number})"
    space = r"\s*" if lang == "zh" else r"\s+"
    end = "" if lang == "zh" else r"(?!\w)"
    front = _FRONT if lang == "zh" else ""
    which = rf"(?:{space}(?P<all>{either(words['all'])}){end}|{space}{noun}|{space}(?P<it>{either(words['it'])}){end})?"
    polite = rf"(?:{space}(?:{either(words['behind'])}){end})?"
    return re.compile(rf"{front}(?:{verbs}){end}{polite}{which}(?:\s*(?P<rest>\S.*))?", re.IGNORECASE | re.DOTALL)


_FRONT = (
    r"(?:把?\s*(?:(?P<which>\S{1,15}?)的?(?=提醒|那个))?(?P<whose>提醒|那个)?(?:的?时间|日期)?"
    r"\s*#?(?P<front>\d{1,18})?\s*)?"
)
"""What stands before a Chinese verb: 把周一的提醒, 把 3."""


def _order(found: re.Match[str], lang: str) -> Order | None:
    groups = found.groupdict()
    act = next(act for act in Act if groups.get(act))
    number = groups["number"] or groups["bare"] or groups.get("front")
    rest = groups["rest"] or ""
    if groups["bare"] and (_belongs_to_time(rest) or _names_it(found[act], lang)):
        number, rest = None, f"{groups['bare']} {rest}".strip()
    if number is None and act not in TIMED and rest.lstrip("#").isdigit():
        number, rest = rest.lstrip("#")[:18], ""
    several = [int(one) for one in re.findall(r"\d+", f"{number or ''} {rest}")] if _LIST.fullmatch(rest) else []
    if several and act not in TIMED:
        return Order(act, lang, several[0], named=True, more=tuple(several[1:]))
    named = bool(groups["noun"] or number or groups["all"])
    given = Order(act, lang, int(number) if number else None, rest, bool(groups["all"]), named)
    return _moving(given, groups) if given.timed else given


def _moving(given: Order, groups: dict[str, str | None]) -> Order:
    """An order with a new time: which reminder it describes, and which of its times."""
    rest, next_only = scope(given.rest, given.lang)
    if (groups["it"] or "").casefold() in table(given.lang)["next"]:
        next_only = True
    about = groups.get("which") or ""
    if not about and (found := _before_noun(rest, given.lang)):
        about, rest = found["about"], found["time"]
    verb = (groups[given.act] or "").casefold()
    sooner, later = verb in table(given.lang)["sooner"], verb in table(given.lang)["postponing"]
    named = given.named or bool(about) or bool(groups.get("whose"))
    return replace(given, rest=rest, named=named, about=about, next_only=next_only, sooner=sooner, later=later)


def _before_noun(rest: str, lang: str) -> re.Match[str] | None:
    """ "The Monday one to 9", "my rent reminder to Friday": what stands before the noun describes the reminder."""
    words = table(lang)
    if not words["one"]:
        return None
    time = rf"(?P<time>(?:{either([*words['lead'], *words['by']])})(?!\w).*)"
    return re.fullmatch(rf"(?:the |my )?(?P<about>.+?)\s+(?:{either(words['one'])})\s+{time}", rest, re.IGNORECASE)


_LIST = re.compile(
    r"(?:#?\d{1,18})?(?:\s*(?:,|、|和|&|(?:,\s*)?(?<!\w)(?:and|und|y|et)(?!\w))\s*#?\d{1,18})+", re.IGNORECASE
)
"""What names several: `3, 4 and 5`; without the first one where that was read before."""


def _names_it(verb: str, lang: str) -> bool:
    """Does a verb name the reminder itself: "make it 10"?"""
    return re.search(rf"\s(?:{either(table(lang)['it'])})$", verb, re.IGNORECASE) is not None


def _belongs_to_time(rest: str) -> bool:
    """Does a bare number count something, as in "20 min", instead of naming a reminder?"""
    return bool(re.match(_UNITS, rest, re.IGNORECASE))


_UNITS = (
    r"(?:s|secs?|seconds?|sekunden?|segundos?|secondes?|秒|m|mins?|minutes?|minuten?|minutos?|分钟|分|h|hrs?|hours?|"
    r"stunden?|std|horas?|heures?|小时|d|days?|tagen?|tag|días?|dias?|jours?|天|w|weeks?|wochen?|semanas?|semaines?|周|"
    r"months?|monaten?|monat|mes(?:es)?|mois|个月|o'?clock|uhr|am|pm)(?![\w])"
)
