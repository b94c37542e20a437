"""`nova blame`: which step brought a mistake in, without holding the ledger."""

import json
import sys
from typing import Any

from nova_bot import parts
from nova_bot.core.errors import NotUnderstood
from nova_bot.core.text import clip
from nova_bot.core.wording import say
from nova_bot.dispatch import blaming
from nova_bot.ledger.store import opened
from nova_bot.provenance.blame import Inquiry, suspects
from nova_bot.provenance.why import line
from nova_bot.settings import Settings

SUSPECTS = 10


async def blame(settings: Settings, text: str, taps: str, *, as_json: bool) -> int:
    """Ask, card by card, on the terminal; or take the `taps` that were given, such as `2,none`.

    Without taps and a terminal it names the suspects. Raises NoSuchRun or NoSuchClaim, and NotUnderstood for a tap
    that answers nothing.
    """
    async with opened(parts.ledger_path(settings), write=False) as ledger:
        inquiry = await blaming.begin(ledger, text)
    given = [tap.strip() for tap in taps.split(",") if tap.strip()]
    while inquiry.card() and (given or (sys.stdin.isatty() and not as_json)):
        if not given:
            print("\n".join(blaming.card_lines(inquiry)))
        tap = given.pop(0) if given else _asked()
        card = inquiry.card()
        if blaming.choice(tap, len(card)) is None:
            _refused(tap, len(card), asked=not taps)
        else:
            inquiry = blaming.tapped(inquiry, card, tap)
    print(json.dumps(as_object(inquiry), ensure_ascii=False) if as_json else "\n".join(_lines(inquiry)))
    return 0


def _refused(tap: str, size: int, *, asked: bool) -> None:
    """Say that `tap` is no answer: to who is asked at the terminal, else by raising NotUnderstood."""
    how = say("blame", "no_tap", tap=clip(tap, 40), size=size)
    if not asked:
        raise NotUnderstood(how=how)
    print(how)


def _asked() -> str:
    sys.stdout.write(say("blame", "prompt"))
    sys.stdout.flush()
    return sys.stdin.readline().strip() or "none"


def as_object(inquiry: Inquiry) -> dict[str, Any]:
    """What is known by now, as other programs read it."""
    verdict = inquiry.verdict()
    return {
        "answer": str(inquiry.answer),
        "suspects": [
            {
                "claim": str(one.claim),
                "step": str(one.step),
                "agent": inquiry.graph.agent_of(one.claim),
                "score": round(one.score, 4),
                "weaknesses": list(one.weaknesses),
                "text": inquiry.graph.claims[one.claim].text,
            }
            for one in suspects(inquiry.graph, inquiry.answer)[:SUSPECTS]
        ],
        "card": [str(claim) for claim in inquiry.card()],
        "verdict": {
            "origin": str(verdict.origin),
            "step": str(verdict.step),
            "agent": verdict.agent,
            "told": [str(claim) for claim in verdict.told],
            "inferred": [str(claim) for claim in verdict.inferred],
            "passed_on": [str(claim) for claim in verdict.passed_on],
            "path": [str(claim) for claim in verdict.path],
            "taps": verdict.taps,
            "certain": verdict.certain,
        },
    }


def _lines(inquiry: Inquiry) -> list[str]:
    if not inquiry.card():
        return blaming.verdict_lines(inquiry, inquiry.verdict())
    if inquiry.taps:
        return [*blaming.card_lines(inquiry), say("blame", "more")]
    return [
        say("blame", "suspects"),
        *(
            f"{line(inquiry.graph, one.claim)}{' (' + one.weaknesses[0] + ')' if one.weaknesses else ''}"
            for one in suspects(inquiry.graph, inquiry.answer)[:SUSPECTS]
        ),
    ]
