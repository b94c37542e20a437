"""An outbound reply as Slack's messages: text for notifications, blocks for the eye, buttons, and who spoke."""

from dataclasses import dataclass
from typing import Any

from adapters.render import parts
from adapters.render.slack import MrkdwnWriter, blocks, escaped
from nova_bot.core.button import BAD, FEEDBACK, GOOD, Button
from nova_bot.core.delivery import Limits, Outbound
from nova_bot.core.mention import Crowd, Mention
from nova_bot.core.text import clip

Json = dict[str, Any]

LIMITS = Limits(text=3_500, buttons=25, edit_every_s=1.2, feedback=True)
"""An edit takes at most 4,000 characters of text."""

ACTION = "nova:"
"""What stands before a button's id in an `action_id`, which must differ within a block."""

LABEL_MAX = 75
EVENT = "nova_reply"
UNFURL = {"unfurl_links": False, "unfurl_media": False}
"""No previews: a crafted address could carry data away."""


@dataclass(frozen=True, slots=True)
class Message:
    """One message of a reply. `metadata` is how it is found again."""

    text: str
    blocks: tuple[Json, ...]
    metadata: Json

    @property
    def body(self) -> Json:
        """What `chat.postMessage` and `chat.update` take beside the place."""
        return {"text": self.text, "blocks": list(self.blocks), "metadata": self.metadata}

    @property
    def bare(self) -> Json:
        """The same without blocks, for the case that Slack does not take them."""
        return {"text": self.text, "metadata": self.metadata}


@dataclass(frozen=True, slots=True)
class Written:
    """A reply as messages, and all of it as a file when it is too long for them."""

    messages: tuple[Message, ...]
    file: str = ""


def written(outbound: Outbound) -> Written:
    """The messages of a reply; the last one has the buttons and the footer."""
    made = parts(outbound.text, LIMITS.text, MrkdwnWriter().write)
    pages = made.pages or ((),)
    last = len(pages) - 1
    messages = []
    for number, page in enumerate(pages):
        text, shown = MrkdwnWriter().write(page), list(blocks(page))
        if number == 0 and outbound.mentions:
            pings = mentioned(outbound.mentions)
            text, shown = f"{pings} {text}", [_pings(pings), *shown]
        if number == last:
            shown += [*_buttons(outbound.buttons), *_thumbs(outbound.buttons), _footer(outbound)]
            text = f"{text}\n_{footer(outbound)}_".strip()
        payload = {"key": outbound.message, "part": number, "parts": len(pages)}
        messages.append(Message(text, tuple(shown), {"event_type": EVENT, "event_payload": payload}))
    return Written(tuple(messages), made.file)


def mentioned(mentions: tuple[Mention, ...]) -> str:
    """Slack's live tokens for those who are to be notified."""
    return " ".join(map(_token, mentions))


def _token(mention: Mention) -> str:
    match mention.crowd:
        case Crowd.NOBODY:
            return f"<@{escaped(mention.id)}>"
        case Crowd.GROUP:
            return f"<!subteam^{escaped(mention.id)}>"
    return f"<!{mention.crowd}>"


def _pings(tokens: str) -> Json:
    return {"type": "section", "text": {"type": "mrkdwn", "text": tokens}}


def footer(outbound: Outbound) -> str:
    """Who spoke, in which run: it stands in the message, since an edit keeps no other name."""
    return escaped(f"{outbound.agent} · r{outbound.run}")


def _footer(outbound: Outbound) -> Json:
    return {"type": "context", "elements": [{"type": "mrkdwn", "text": footer(outbound)}]}


def _buttons(buttons: tuple[Button, ...]) -> list[Json]:
    plain = [_button(button) for button in buttons if button.act != FEEDBACK]
    return [{"type": "actions", "elements": plain[: LIMITS.buttons]}] if plain else []


def _thumbs(buttons: tuple[Button, ...]) -> list[Json]:
    """Slack's own element for feedback, with the ids of the two buttons as its values."""
    asked = {button.value: button for button in buttons if button.act == FEEDBACK}
    if set(asked) != {GOOD, BAD}:
        return []
    sides = {
        side: {"text": {"type": "plain_text", "text": asked[how].label}, "value": asked[how].id}
        for side, how in (("positive_button", GOOD), ("negative_button", BAD))
    }
    element = {"type": "feedback_buttons", "action_id": f"{ACTION}{FEEDBACK}", **sides}
    return [{"type": "context_actions", "elements": [element]}]


def _button(button: Button) -> Json:
    made: Json = {
        "type": "button",
        "text": {"type": "plain_text", "text": clip(button.label, LABEL_MAX) or "?"},
        "action_id": f"{ACTION}{button.id}",
        "value": button.id,
    }
    return made | ({"style": button.style} if button.style else {})
