from pathlib import Path

from nova_bot import agent_files, parts
from nova_bot.bench import lessons
from nova_bot.judged import Labelled
from nova_bot.routing.router import LadderRouter
from nova_bot.settings import Settings
from nova_bot.tools.all import REGISTRY
from tests.doubles import KeywordBrain


def test_corrections_put_a_message_and_its_near_repeats_right_and_move_nothing_else(
    tmp_path: Path, fitted_agents: Path
) -> None:
    roster = agent_files.load(fitted_agents, REGISTRY.outward())
    router = parts.team(Settings(home=tmp_path, agents=fitted_agents), roster).router
    assert isinstance(router, LadderRouter)
    wrong = "Who has to pay for the broken pallets in the yard?"
    messages = (Labelled(text=wrong, agent="mailer"), Labelled(text="invoice", agent="books"))
    assert lessons.measure(router, messages) == {"same_text": 1.0, "near_repeats": 1.0, "moved": 0.0}


def test_a_brain_that_learns_nothing_is_not_measured(fitted_agents: Path) -> None:
    roster = agent_files.load(fitted_agents, REGISTRY.outward())
    router = LadderRouter(roster, KeywordBrain(roster))
    assert lessons.measure(router, (Labelled(text="unclear", agent="books"),)) == {}
