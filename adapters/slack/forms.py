"""Forms as Slack's modals: what opens after a press, and what comes back when it is sent."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from nova_bot.core.envelope import Place
from nova_bot.core.form import Form, said
from nova_bot.core.text import clip
from nova_bot.core.wording import say

Json = dict[str, Any]

CALLBACK = "nova:form"
TITLE_MAX = 24
LABEL_MAX = 150
OPTION_MAX = 75
VALUE_MAX = 2_000
CHOICE, TEXT = "choice", "text"


@dataclass(frozen=True, slots=True)
class Filled:
    """A form that was sent: of which button, at which place, and what it says. `verb` is that of a command."""

    button: str
    place: Place
    verb: str
    text: str
    choice: str
    view: str

    def says(self) -> str:
        """What the press or the command says."""
        return said(self.verb, self.choice, self.text)


def view(form: Form, button: str, place: Place) -> Json:
    """The modal. All that comes back of it beside the answers is the button's id, the place and the verb."""
    kept = json.dumps({"button": button, "place": place.key, "verb": form.verb})
    return {
        "type": "modal",
        "callback_id": CALLBACK,
        "private_metadata": kept,
        "title": _plain(form.title, TITLE_MAX),
        "submit": _plain(say("slack", "form_send"), TITLE_MAX),
        "close": _plain(say("slack", "form_close"), TITLE_MAX),
        "blocks": list(_inputs(form)),
    }


def _inputs(form: Form) -> Iterator[Json]:
    if form.choices:
        options = [{"text": _plain(label, OPTION_MAX), "value": value} for value, label in form.choices]
        select = {"type": "static_select", "action_id": CHOICE, "options": options}
        yield {"type": "input", "block_id": CHOICE, "label": _plain(form.choose, LABEL_MAX), "element": select}
    box: Json = {"type": "plain_text_input", "action_id": TEXT, "max_length": VALUE_MAX}
    if form.hint:
        box["placeholder"] = _plain(form.hint, LABEL_MAX)
    yield {"type": "input", "block_id": TEXT, "label": _plain(form.label, LABEL_MAX), "element": box}


def _plain(text: str, most: int) -> Json:
    return {"type": "plain_text", "text": clip(text, most)}


def filled(body: Json) -> Filled | None:
    """What was sent, None if it is no form of Nova's."""
    sent = body.get("view") or {}
    if sent.get("callback_id") != CALLBACK:
        return None
    kept = json.loads(sent["private_metadata"])
    values = (sent.get("state") or {}).get("values") or {}
    text = ((values.get(TEXT) or {}).get(TEXT) or {}).get("value") or ""
    choice = ((values.get(CHOICE) or {}).get(CHOICE) or {}).get("selected_option") or {}
    place = Place.from_key(kept["place"])
    return Filled(kept["button"], place, kept["verb"], str(text), str(choice.get("value") or ""), str(sent.get("id")))
