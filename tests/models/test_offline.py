from nova_bot.core.run import Usage
from nova_bot.models.base import StopReason
from nova_bot.models.offline import OfflineModel
from tests.models.sample import request


async def test_it_says_who_was_chosen_and_why_and_what_to_set() -> None:
    reply = await OfflineModel().reply(request(agent="erp-ar"))
    assert "erp-ar" in reply.text
    assert "it is named" in reply.text
    assert "ANTHROPIC_API_KEY" in reply.text


async def test_it_is_never_taken_for_an_answer() -> None:
    reply = await OfflineModel().reply(request())
    assert (reply.stop, reply.calls, reply.model) == (StopReason.NO_MODEL, (), "none")


async def test_it_costs_nothing() -> None:
    assert (await OfflineModel().reply(request())).usage == Usage()


async def test_the_sentence_is_shown_once() -> None:
    shown: list[str] = []
    model = OfflineModel()
    reply = await model.reply(request(), shown.append)
    await model.close()
    assert shown == [reply.text]
