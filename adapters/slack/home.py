"""The App Home: what runs for this person, what Nova asked, what it all cost."""

from typing import Any

from adapters.render.slack import escaped
from nova_bot.core.text import clip
from nova_bot.core.wording import say
from nova_bot.dispatch.commands import Overview, cost

Json = dict[str, Any]
MOST = 20


def view(overview: Overview) -> Json:
    """The home tab."""
    running = [f"*{escaped(run.agent)}* · {run.name}: {_short(run.route.request)}" for run in overview.running]
    asked = [f"{_short(one.question.text)}{_where(one.place.channel)}" for one in overview.questions]
    blocks = [
        *_part("home_running", running, "home_idle"),
        *_part("home_asked", asked, "home_nothing"),
        *(_part("home_usage", [cost(overview.usage)], "") if overview.usage else ()),
        {"type": "context", "elements": [_text(say("slack", "home_help"))]},
    ]
    return {"type": "home", "blocks": blocks}


def _part(title: str, lines: list[str], empty: str) -> list[Json]:
    shown = lines[:MOST] or [f"_{say('slack', empty)}_"]
    header = {"type": "header", "text": {"type": "plain_text", "text": say("slack", title)}}
    return [header, {"type": "section", "text": _text("\n".join(f"• {line}" for line in shown)[:3_000])}]


def _short(text: str) -> str:
    return escaped(clip(text, 120))


def _where(channel: str) -> str:
    return f" (<#{channel}>)" if channel.startswith("C") else ""


def _text(text: str) -> Json:
    return {"type": "mrkdwn", "text": text}
