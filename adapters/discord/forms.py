"""Forms as Discord's modals: what opens after a press, and what comes back when it is sent.

The modal's id is all that is kept of it, so one that was open while Nova was restarted still counts.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import discord
from discord import ui

from nova_bot.core.form import Form, said
from nova_bot.core.text import clip

TITLE_MAX = 45
LABEL_MAX = 45
HINT_MAX = 100
OPTION_MAX = 100
TEXT_MAX = 2_000
CHOICE, TEXT = "choice", "text"

_NAME = re.compile(r"nova:form:(?P<verb>[a-z]*):(?P<button>[A-Za-z0-9_-]{0,70})")


@dataclass(frozen=True, slots=True)
class Filled:
    """A form that was sent: of which button, and what it says. `verb` is that of a command."""

    button: str
    verb: str
    text: str
    choice: str

    def says(self) -> str:
        """What the press or the command says."""
        return said(self.verb, self.choice, self.text)


def modal(form: Form, button: str) -> ui.Modal:
    """The modal. It is finished at once: what is filled in comes back by the id."""
    made = ui.Modal(title=clip(form.title, TITLE_MAX), custom_id=f"nova:form:{form.verb}:{button}")
    if form.choices:
        options = [discord.SelectOption(label=clip(label, OPTION_MAX), value=value) for value, label in form.choices]
        made.add_item(_labelled(form.choose, ui.Select(custom_id=CHOICE, options=options)))
    box: ui.TextInput[Any] = ui.TextInput(
        custom_id=TEXT, max_length=TEXT_MAX, placeholder=clip(form.hint, HINT_MAX) or None
    )
    made.add_item(_labelled(form.label, box))
    made.stop()
    return made


def _labelled(text: str, component: ui.Item[Any]) -> ui.Label[Any]:
    return ui.Label(text=clip(text, LABEL_MAX), component=component)


def filled(sent: Mapping[str, Any]) -> Filled | None:
    """What was sent, None if it is no form of Nova's."""
    name = _NAME.fullmatch(str(sent.get("custom_id")))
    if name is None:
        return None
    says = given(sent)
    return Filled(name["button"], name["verb"], says.get(TEXT, ""), says.get(CHOICE, ""))


def given(sent: Mapping[str, Any]) -> dict[str, str]:
    """What each field of a modal that was sent says."""
    return dict(_given(sent.get("components") or ()))


def _given(parts: Iterable[Mapping[str, Any]]) -> Iterator[tuple[str, str]]:
    """What each field was given, however the fields are wrapped."""
    for part in parts:
        if "custom_id" in part:
            values = part.get("values") or [part.get("value")]
            yield part["custom_id"], str(values[0] or "")
        yield from _given(part.get("components") or ())
        yield from _given([part["component"]] if part.get("component") else ())
