"""`nova when`: the time grammar, for one phrase or a file of them."""

import json
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, field_validator

from nova_bot.commands.batch import lines
from nova_bot.core.errors import BadInput
from nova_bot.core.text import storable
from nova_bot.parts import now
from nova_bot.settings import Settings
from schedules.reminding import making
from schedules.series import following
from schedules.when import as_json as as_object
from schedules.when import parse

SHOWN = 3
"""How many coming times of a recurrence are printed."""


class Asked(BaseModel):
    """One line of a batch. Other keys are ignored, so that labelled data can be fed in."""

    model_config = ConfigDict(extra="ignore", frozen=True)
    text: str
    now: AwareDatetime = Field(default_factory=now)
    tz: str = "UTC"
    lang: str | None = None

    @field_validator("tz")
    @classmethod
    def _known(cls, name: str) -> str:
        if name not in available_timezones():
            raise ValueError(f'"{name}" is no IANA time zone')
        return name


def read(asked: Asked) -> dict[str, Any]:
    """What the grammar makes of it, as other programs read it."""
    at: datetime = asked.now
    return dict(as_object(parse(storable(asked.text), at, asked.tz, asked.lang)))


def show(settings: Settings, text: str | None, batch: Path | None, *, as_json: bool) -> None:
    """Print the meaning of one phrase, or one JSON line per line of `batch`. Raises BadInput for a bad line."""
    if batch is not None:
        for asked in lines(batch, Asked):
            print(json.dumps(read(asked), ensure_ascii=False))
        return
    if text is None:
        raise BadInput(where="when", problem="give it a text in quotes, or --batch FILE")
    asked = Asked(text=text, tz=settings.timezone)
    meaning = read(asked)
    print(json.dumps(meaning, ensure_ascii=False) if as_json else "\n".join([*_lines(meaning), *_coming(asked)]))


def _coming(asked: Asked) -> Iterator[str]:
    """The next times of a recurrence."""
    when = parse(storable(asked.text), asked.now, asked.tz, asked.lang)
    if not when.rrule or when.due is None:
        return
    series, due = making.series_of(when), asked.now
    for _ in range(SHOWN):
        following_one = following(series, due)
        if following_one is None:
            return
        due = following_one
        yield f"next: {due.astimezone(ZoneInfo(asked.tz)):%a %Y-%m-%d %H:%M} ({asked.tz})"


def _lines(meaning: dict[str, Any]) -> Iterator[str]:
    for key in ("action", "who", "where", "what", "when", "rrule", "ask"):
        if meaning.get(key):
            yield f"{key}: {meaning[key]}"
    for key in ("assumptions", "alternatives"):
        yield from (f"{key.removesuffix('s')}: {one}" for one in meaning.get(key) or ())
