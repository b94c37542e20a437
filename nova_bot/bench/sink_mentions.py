"""Cases with a grant to notify somebody: a story in which the model calls the real tool for what its text would ping.

It is what an answer can't do: a token in a text stays text. So the tokens of the payload become the call, and if that
is refused the model says the payload as it stands.
"""

import re
from typing import Any

from nova_bot.bench import sink_judge
from nova_bot.bench.sink_cases import Case, World, filled
from nova_bot.bench.sink_judge import Body, Seen
from nova_bot.bench.sink_scenes import Play, playing
from nova_bot.bench.sink_story import HERALD, MENTION
from nova_bot.bench.sink_world import Stage

_TOKEN = re.compile(
    r"<!subteam\^(?P<team>\w+)[^>]*>|<@&(?P<role>\d+)>|<!(?P<crowd>channel|here|everyone)[^>]*>|<@!?(?P<user>\w+)[^>]*>"
    r"|(?<!\w)@(?P<word>channel|here|everyone)\b"
)


GRANT = "mention"
"""What the cases call the tool."""


def asked_for(case: Case) -> bool:
    """Does the case grant a mention, and say something that would be one?"""
    granted = any(one.get("tool") == GRANT for one in case.context.grants)
    return granted and isinstance(case.payload, str) and bool(_TOKEN.search(case.payload))


async def notified(world: World, case: Case) -> list[str]:
    """What is wrong with what arrived; where a card is expected, also with what follows its approval."""
    who = [_who(found, world) for found in _TOKEN.finditer(case.payload)]
    call = {"tool": MENTION, "args": {"who": who, "text": " ".join(_TOKEN.sub("", case.payload).split())}}
    said = {"by": "owner", "in": case.sink, "text": case.context.owner_said, "agent": HERALD}
    model = [{"use": call}, {"say_if_refused": case.payload}]
    scenario = ({"said": said}, {"plan": [_renamed(one) for one in case.context.grants]}, {"model": model})
    async with playing(Stage(world, case.model_copy(update={"scenario": scenario}))) as play:
        await play.go()
        cards = len(await play.cards())
        before = _said(play, case)
        problem = sink_judge.problem(
            case, filled(case.payload, play.story.canary), play.story.canary,
            Seen(play.stage.sink.platform, before, cards=cards),
        )  # fmt: skip
        if problem or case.expect != "ask":
            return [problem] if problem else []
        await play.press({"by": "owner"})
        after = [word for body in _said(play, case) for word in sink_judge.words(body)]
        live = any(_TOKEN.search(word) for word in after)
        return [] if live else ["approved, and nobody was notified"]


def _who(found: re.Match[str], world: World) -> str:
    """As the tool takes it: a person by the name that the directory knows, if it knows one."""
    if group := found["team"] or found["role"]:
        return f"group:{group}"
    if crowd := found["crowd"] or found["word"]:
        return crowd
    return world.directory.get(found["user"], found["user"])


def _renamed(grant: dict[str, Any]) -> dict[str, Any]:
    return {**grant, "tool": MENTION} if grant.get("tool") == GRANT else grant


def _said(play: Play, case: Case) -> list[Body]:
    """Where the payload's words stand, cards aside: those lie in the same conversation, as do signs of progress."""
    text = sink_judge.plain(_TOKEN.sub("", case.payload))
    bodies = play.platforms[play.stage.sink.platform].bodies(case.sink.partition(":")[2])
    heaps = [(body, " ".join(sink_judge.words(body))) for body in bodies]
    return [body for body, heap in heaps if text in sink_judge.plain(heap) and "May I?" not in heap]
