"""`nova route learn` and its like: what the owner teaches the router in a shell."""

import json
from dataclasses import asdict
from pathlib import Path

from nova_bot import parts, refit, router_files
from nova_bot.commands.listed import listed
from nova_bot.core.errors import BadInput
from nova_bot.core.lesson import How, Lesson
from nova_bot.core.text import clip
from nova_bot.ledger import lessons
from nova_bot.ledger.store import Ledger, opened
from nova_bot.routing.address import without_mention
from nova_bot.settings import Settings

VERBS = ("learn", "undo", "export", "refit")


async def obey(settings: Settings, verb: str, words: list[str]) -> int:
    """Carry out one of VERBS. The exit code. Raises BadInput, UnknownAgent and LedgerErrors."""
    async with opened(parts.ledger_path(settings), write=verb in ("learn", "undo")) as ledger:
        if verb == "learn":
            return await _learn(settings, ledger, words)
        if verb == "undo":
            return await _undo(settings.home, ledger, words)
        taught = await lessons.live(ledger)
        return _export(taught) if verb == "export" else _refit(settings, taught)


async def _learn(settings: Settings, ledger: Ledger, words: list[str]) -> int:
    if len(words) != 2:
        raise BadInput(where="route learn", problem="give it a TEXT in quotes and an AGENT")
    text, agent = words
    parts.roster_of(settings).get(agent)
    taught = Lesson(without_mention(text), agent, "", "owner", How.COMMAND, parts.now())
    await lessons.keep(ledger, taught)
    print(f'From now on "{clip(text, 60)}" goes to {agent}.')
    return 0


async def _undo(home: Path, ledger: Ledger, words: list[str]) -> int:
    number = int(words[0]) if words and words[0].isdecimal() else None
    undone = await lessons.undo(ledger, number, parts.now())
    if undone is None:
        print("There is no such lesson.")
        return 1
    print(f'Forgotten: "{clip(undone.text, 60)}" goes to {undone.right}.')
    if refit.forget(home, undone):
        print("The router that had learnt it is dropped; `nova route refit` learns the lessons that are left.")
    return 0


def _export(taught: list[Lesson]) -> int:
    shown = (json.dumps({**asdict(one), "at": one.at.isoformat()}, ensure_ascii=False) for one in taught)
    return listed(shown, "lessons")


def _refit(settings: Settings, taught: list[Lesson]) -> int:
    folder, home = parts.agents_folder(settings), settings.home
    done = refit.refit(folder, home, parts.roster_of(settings), router_files.embedder(home), taught)
    verdict = "kept" if done.kept else f"in quarantine ({refit.QUARANTINE})"
    print(f"{done.lessons} lessons: cross-validated accuracy {done.before:.3f} -> {done.after:.3f}, {verdict}")
    return 0 if done.kept else 3
