"""The shipped router, by words alone, on messages that it has not learnt from (tests/data/routing)."""

from dataclasses import replace
from pathlib import Path

import pytest

from nova_bot import agent_files, router_files
from nova_bot.bench.route_data import read
from nova_bot.bench.routing import decided
from nova_bot.commands.route import Asked, decide
from nova_bot.core.route import Decision
from nova_bot.routing.router import LadderRouter
from nova_bot.tools.all import REGISTRY

DATA = Path(__file__).parents[1] / "data" / "routing"


@pytest.fixture(scope="module")
def shipped(tmp_path_factory: pytest.TempPathFactory) -> LadderRouter:
    folder = agent_files.default_folder()
    roster = agent_files.load(folder, REGISTRY.outward())
    learnt = router_files.found(folder, tmp_path_factory.mktemp("home"), roster)
    assert learnt, "agents/router.npz was fitted to other utterances: run `nova models fit`"
    return LadderRouter(roster, router_files.brain_of(*learnt, None))


def test_about_as_many_messages_are_right_as_before(shipped: LadderRouter) -> None:
    found = read(DATA, lambda _said: None)
    figures = decided(shipped, replace(found, oos=found.oos[::3]))
    assert figures["oos_to_specialist"] <= 0.03
    assert figures["kept"] >= 0.82
    assert figures["switched"] >= 0.85


@pytest.mark.parametrize("text", ["hi", "thanks", "hello nova", "tell me a joke"])
def test_small_talk_is_not_asked_about(shipped: LadderRouter, text: str) -> None:
    assert decide(shipped, Asked(text=text)).decision is Decision.GENERAL


def test_what_other_voices_say_is_asked_about_rather_than_sent_wrong(shipped: LadderRouter) -> None:
    found = read(DATA / "voices", lambda _said: None)
    figures = decided(shipped, replace(found, main=found.main[::4], threads=()))
    assert figures["routed_precision"] >= 0.95
    assert figures["routed_share"] >= 0.6
    assert figures["oos_to_specialist"] <= 0.05
