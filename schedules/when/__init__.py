"""Nova's time grammar: reminder requests and time phrases in five languages become exact times, or a question.

Nothing is read at import: the grammar and a language's lexicon load with the first text.
"""

from __future__ import annotations

from datetime import datetime

from schedules.recurrence import next_due
from schedules.when.model import Habits, When, as_json

__all__ = ["Habits", "When", "as_json", "next_due", "parse"]

USUAL = Habits()


def parse(
    text: str,
    now: datetime,
    tz: str,
    lang: str | None = None,
    habits: Habits = USUAL,
    *,
    requests: bool = False,
    on: datetime | None = None,
) -> When:
    """Read a reminder request or a time phrase, said at `now` (aware) by a person in the IANA zone `tz`.

    `lang` is one of en, de, es, fr, zh; without it the language is detected. Nothing is looked up anywhere else.
    With `requests` a text that neither asks for a reminder nor begins with a time is left unread, which is quicker.
    `on` is the wall time of something that is moved: an hour without a day is an hour of that day.
    """
    from schedules.when.answer import answer

    return answer(text, now, tz, lang, habits, requests=requests, on=on)
