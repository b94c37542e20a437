"""A model may settle what the router is unsure of; seldom, once, and within the shortlist."""

import pytest

from nova_bot.core.errors import ModelBusy
from nova_bot.core.roster import Roster
from nova_bot.core.route import Candidate, Decision, Route, Rule
from nova_bot.engine.arbiter import CHOOSE, Arbiter
from tests.doubles import PuppetModel, said, used

CANDIDATES = (Candidate("books", 0.45), Candidate("chaser", 0.4), Candidate("general", 0.05))


def unsure(p: float = 0.45, request: str = "the thing with the letter", rule: Rule = Rule.UNSURE) -> Route:
    return Route(Decision.ASK, "books", rule, p, request, "p is low", CANDIDATES, "Who?")


@pytest.fixture
def model() -> PuppetModel:
    return PuppetModel()


@pytest.fixture
def arbiter(model: PuppetModel) -> Arbiter:
    return Arbiter(model)


async def test_a_sure_model_turns_the_question_into_a_route_and_its_cost_is_kept(
    arbiter: Arbiter, model: PuppetModel
) -> None:
    model.will("router", used((CHOOSE, {"agent": "chaser", "sure": True})))
    route = await arbiter.settle(unsure(), Roster(()))
    assert (route.decision, route.agent, route.rule, route.p) == (Decision.ROUTE, "chaser", Rule.ARBITER, 0.4)
    assert (route.arbiter, route.arbiter_tokens) == ("puppet", 15)
    assert not route.question


@pytest.mark.parametrize(
    "args", [{"agent": "chaser", "sure": False}, {"agent": "mailer", "sure": True}, {"agent": 3, "sure": True}, {}]
)
async def test_doubt_or_an_agent_outside_the_shortlist_leaves_the_question(
    arbiter: Arbiter, model: PuppetModel, args: dict[str, object]
) -> None:
    model.will("router", used((CHOOSE, args)))
    assert (await arbiter.settle(unsure(), Roster(()))).decision is Decision.ASK


async def test_prose_is_no_choice(arbiter: Arbiter, model: PuppetModel) -> None:
    model.will("router", said("chaser, surely"))
    assert (await arbiter.settle(unsure(), Roster(()))).decision is Decision.ASK


async def test_the_same_text_is_asked_about_once(arbiter: Arbiter, model: PuppetModel) -> None:
    model.will("router", used((CHOOSE, {"agent": "chaser", "sure": True})))
    first = await arbiter.settle(unsure(), Roster(()))
    again = await arbiter.settle(unsure(request="The thing, with the letter!"), Roster(()))
    assert (first.agent, again.agent, len(model.requests)) == ("chaser", "chaser", 1)
    assert again.arbiter_tokens == 0


@pytest.mark.parametrize("route", [unsure(0.1), unsure(rule=Rule.VAGUE), unsure(rule=Rule.CLASSIFIER)])
async def test_outside_the_uncertain_band_no_model_is_asked(arbiter: Arbiter, model: PuppetModel, route: Route) -> None:
    assert await arbiter.settle(route, Roster(())) == route
    assert not model.requests


async def test_a_model_that_fails_leaves_the_question(arbiter: Arbiter, model: PuppetModel) -> None:
    model.will("router", ModelBusy(model="m", what="529", tries=4))
    assert (await arbiter.settle(unsure(), Roster(()))).decision is Decision.ASK
