"""What a request says beside its time and task: nagging, missed times, which times are meant, an agent. Pure."""

import re
from collections.abc import Iterable

from nova_bot.core.reminder import IfMissed
from schedules.reminding.words import either, table

NAG_MINUTES = 10


def scope(text: str, lang: str) -> tuple[str, bool | None]:
    """A text without its words about which times of a recurrence are meant: True for the next only, False for all."""
    words = table(lang)
    for meant, phrases in ((True, words["once"]), (False, words["each"])):
        found = re.search(rf"[\s,]*(?<!\w)(?:{either(phrases)})(?!\w)[\s,]*", text, re.IGNORECASE)
        if found:
            return f"{text[: found.start()]} {text[found.end() :]}".strip(), meant
    return text, None


def for_agent(what: str, lang: str, names: Iterable[str]) -> tuple[str, str] | None:
    """Agent and task, if the words after the time ask one of the agents to do something."""
    known = "|".join(map(re.escape, sorted(names, key=len, reverse=True)))
    for one in dict.fromkeys((lang, "en")):
        phrases = (re.escape(phrase).replace(r"\{agent\}", rf"@?(?P<a{n}>{known})") for n, phrase in _numbered(one))
        found = re.match(rf"(?:{'|'.join(phrases)})[\s,:]*(?P<task>\S.*)", what, re.IGNORECASE | re.DOTALL)
        if found:
            agent = next(value for name, value in found.groupdict().items() if value and name != "task")
            return agent.casefold(), found["task"]
    return None


def nagging(text: str, lang: str) -> tuple[str, int] | None:
    """The request without its words about nagging, and the minutes between two of them; None if there are none."""
    words = table(lang)
    unit = r"(?:(?:minuten|minutos?|minutes?|mins?)(?!\w)|分钟)"
    every = rf"(?:(?:every|alle|cada|toutes les|每)\s*(?P<n>\d{{1,3}})\s*{unit}\s*)?"
    until = re.compile(rf"[\s,]*{every}(?:{either(words['nag'])})", re.IGNORECASE)
    verb = re.compile(rf"(?:{either(words['nag_verb'])})(?!\w)\s*{every}", re.IGNORECASE)
    found = [one for one in (until.search(text), verb.search(text)) if one]
    if not found:
        return None
    minutes = next((int(one["n"]) for one in found if one["n"]), NAG_MINUTES)
    return verb.sub(words["remind_verb"] + " ", until.sub(" ", text)).strip(), max(1, minutes)


def missing(text: str, lang: str) -> tuple[str, IfMissed | None]:
    """A text without its words about times that are missed, and what they say; None if there are none."""
    for one in dict.fromkeys((lang, "en")):
        for policy, phrases in table(one)["missed"].items():
            words = re.compile(rf"[\s,;.]*(?:(?:and|und|y|et) )?(?:{either(phrases)})[\s,;.]*", re.IGNORECASE)
            if words.search(text):
                return words.sub(" ", text).strip(), IfMissed(policy)
    return text, None


def _numbered(lang: str) -> Iterable[tuple[int, str]]:
    return enumerate(table(lang)["agent"])
