"""What one message comes to: an answer, a question, tools and then an answer."""

from nova_bot.core.claims import Basis, ClaimId
from nova_bot.core.labels import Integrity
from nova_bot.core.outcome import Ask, EndingKind, Say, Use
from nova_bot.core.pack import ItemKind
from nova_bot.core.run import Run, Usage
from nova_bot.models.base import StopReason
from tests.doubles import GUEST, MACHINE, PuppetModel, Talk, asked, said, used


def ended(run: Run) -> EndingKind | None:
    return run.ending.kind if run.ending else None


async def test_a_message_is_answered_by_the_agent_it_is_for(nova: Talk, model: PuppetModel) -> None:
    model.will("books", said("Three invoices are open."))
    run = await nova.say("which invoice is open?")
    assert (run.agent, ended(run)) == ("books", EndingKind.ANSWERED)
    assert nova.heard() == ["Three invoices are open."]
    assert nova.mailbox.there[0].agent == "books"


async def test_the_answer_rests_on_what_was_shown(nova: Talk, model: PuppetModel) -> None:
    model.will("books", said("Three."))
    run = await nova.say("which invoice is open?")
    told, derived = run.claims
    assert (told.basis, told.text, told.label.integrity) == (Basis.TOLD, "which invoice is open?", Integrity.OWNER)
    assert (derived.basis, derived.text, derived.label.integrity) == (Basis.DERIVED, "Three.", Integrity.DIRECTORY)
    assert derived.label.audience == told.label.audience == frozenset({run.envelope.place.room})


async def test_a_guests_words_stay_outside_words(nova: Talk) -> None:
    run = await nova.say("which invoice is open?", by=GUEST)
    assert [claim.label.integrity for claim in run.claims] == [Integrity.OUTSIDE, Integrity.OUTSIDE]


async def test_the_thread_is_remembered(nova: Talk, model: PuppetModel) -> None:
    model.will("books", said("Three."))
    await nova.say("which invoice is open?")
    await nova.say("and now the details please")
    shown = [item.text for item in model.last_pack.items if item.kind is ItemKind.TURN]
    assert len(shown) == 2
    assert "which invoice is open?" in shown[0]
    assert "Three." in shown[1]


async def test_a_thread_knows_nothing_of_another(nova: Talk, model: PuppetModel) -> None:
    await nova.say("which invoice is open?", thread="a")
    await nova.say("which invoice is late?", thread="b")
    assert [item for item in model.last_pack.items if item.kind is ItemKind.TURN] == []


async def test_a_question_is_answered_by_the_next_message(nova: Talk, model: PuppetModel) -> None:
    model.will("books", asked("Which client?", "Birch", "Acme"), said("Birch owes 1,200."))
    first = await nova.say("which invoice is open?")
    assert ended(first) is EndingKind.ASKED
    assert isinstance(first.steps[-1].outcome, Ask)
    assert [button.label for button in nova.mailbox.there[-1].buttons] == ["Birch", "Acme"]
    second = await nova.say("Birch")
    assert (second.agent, ended(second)) == ("books", EndingKind.ANSWERED)
    questions = [item.text for item in model.last_pack.items if item.kind is ItemKind.QUESTION]
    assert "Which client?" in questions[0]
    assert "which invoice is open?" in questions[0]


async def test_an_answered_question_is_not_asked_for_again(nova: Talk, model: PuppetModel) -> None:
    model.will("books", asked("Which client?"), said("Fine."))
    await nova.say("which invoice is open?")
    await nova.say("Birch please")
    await nova.say("go on please")
    assert not [item for item in model.last_pack.items if item.kind is ItemKind.QUESTION]


async def test_tools_are_used_and_their_results_told(nova: Talk, model: PuppetModel) -> None:
    model.will("books", used(("calc.evaluate", {"expression": "1000+200"}), text="Adding."), said("1,200."))
    run = await nova.say("sum of the invoice lines?")
    assert model.told == ["1000+200 = 1200"]
    use = run.steps[0].outcome
    assert isinstance(use, Use)
    assert use.text == "Adding."
    assert isinstance(run.steps[1].outcome, Say)
    found = run.claims[1]
    assert (found.basis, found.text, found.label.origin) == (Basis.FOUND, "1000+200 = 1200", "tool:calc.evaluate")


async def test_the_router_asks_when_it_is_unsure(nova: Talk, model: PuppetModel) -> None:
    run = await nova.say("do the thing")
    assert ended(run) is EndingKind.ASKED
    assert (run.steps, model.requests) == ((), [])
    question = nova.mailbox.there[-1]
    assert question.agent == "nova"
    assert "general" in [button.label for button in question.buttons]


async def test_the_chosen_agent_gets_the_request_that_waited(nova: Talk, model: PuppetModel) -> None:
    await nova.say("do the thing")
    chosen = nova.mailbox.there[-1].buttons[1].label
    run = await nova.say("2")
    assert run.agent == chosen
    assert run.claims[0].text == "do the thing"


async def test_a_pressed_button_chooses_too(nova: Talk) -> None:
    await nova.say("do the thing")
    assert (await nova.say("", press="mailer")).agent == "mailer"


async def test_people_talking_to_each_other_get_no_answer(nova: Talk) -> None:
    await nova.say("which invoice?")
    run = await nova.say("colleagues, lunch?", mentioned=False)
    assert (ended(run), len(nova.heard())) == (EndingKind.SILENT, 1)


async def test_a_machine_gets_no_answer(nova: Talk) -> None:
    run = await nova.say("which invoice?", by=MACHINE)
    assert (ended(run), nova.heard()) == (EndingKind.SILENT, [])


async def test_a_cut_answer_says_so(nova: Talk, model: PuppetModel) -> None:
    model.will("books", said("The first of many", stop=StopReason.CUT))
    run = await nova.say("which invoice?")
    assert ended(run) is EndingKind.INCOMPLETE
    assert nova.answer.startswith("The first of many\n\n")
    assert "cut off" in nova.answer


async def test_a_refusal_of_the_model_is_said(nova: Talk, model: PuppetModel) -> None:
    model.will("books", said("", stop=StopReason.REFUSED))
    assert ended(await nova.say("which invoice?")) is EndingKind.REFUSED
    assert "declined" in nova.answer


async def test_without_a_model_the_choice_is_told(nova: Talk, model: PuppetModel) -> None:
    model.will("books", said("I chose books.", stop=StopReason.NO_MODEL))
    assert ended(await nova.say("which invoice?")) is EndingKind.NO_MODEL
    assert nova.answer == "I chose books."


async def test_an_empty_answer_is_not_sent(nova: Talk, model: PuppetModel) -> None:
    model.will("books", said("  \n"))
    run = await nova.say("which invoice?")
    assert ended(run) is EndingKind.FAILED
    assert "empty answer" in nova.answer


async def test_the_answer_shows_while_it_grows(nova: Talk, model: PuppetModel) -> None:
    model.will("books", said("Three are open"))
    await nova.say("which invoice?")
    assert nova.mailbox.shown == ["", "Three are "], "a sign at the step's start, then the text but its last word"


async def test_what_was_spent_is_summed_up(nova: Talk, model: PuppetModel) -> None:
    cost = Usage(100, 10, usd=0.01, calls=1)
    model.will("books", used(("lab.read", {}), usage=cost), said("Done.", usage=cost))
    assert (await nova.say("which invoice?")).usage == Usage(200, 20, usd=0.02, calls=2)


async def test_everything_can_be_read_again(nova: Talk, model: PuppetModel) -> None:
    model.will("books", used(("lab.read", {"text": "x"})), said("Done."))
    run = await nova.say("which invoice?")
    kept = await nova.nova.ledger.run(run.id)
    assert kept.claims == run.claims
    assert [step.outcome for step in kept.steps] == [step.outcome for step in run.steps]
    assert kept.ending == run.ending
    assert [claim.id for claim in run.claims] == [ClaimId(run.id, n) for n in (1, 2, 3)]
    pack = await nova.nova.ledger.pack(run.id, 2)
    assert pack == model.last_pack
