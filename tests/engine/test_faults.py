"""Faults: who reads what, and that no internals reach a chat."""

import logging

import pytest

from nova_bot.core.errors import (
    ModelBroken,
    ModelBusy,
    ModelEndpointRefused,
    ModelError,
    ModelKeyRefused,
    ModelRequestRefused,
    ModelSilent,
    ModelUnknown,
    ModelUnreachable,
    NoScript,
)
from nova_bot.core.outcome import EndingKind
from nova_bot.core.route import Rule
from nova_bot.models.base import ModelReply, ModelRequest
from tests.doubles import GUEST, PuppetModel, Talk, said, used

FACTS = {"model": "m", "what": "HTTP 599 at 10.0.0.1", "tries": 4}
ERRORS: list[ModelError] = [
    *(
        kind(**FACTS)
        for kind in (
            ModelBroken,
            ModelBusy,
            ModelKeyRefused,
            ModelRequestRefused,
            ModelSilent,
            ModelUnknown,
            ModelUnreachable,
        )
    ),
    ModelEndpointRefused(**FACTS, url="http://10.0.0.1"),
    NoScript(agent="books", said="x", path="10.0.0.1"),
]


@pytest.mark.parametrize("error", ERRORS, ids=lambda error: type(error).__name__)
async def test_the_owner_reads_what_to_do(
    nova: Talk, model: PuppetModel, error: ModelError, caplog: pytest.LogCaptureFixture
) -> None:
    model.will("books", error)
    run = await nova.say("which invoice?")
    assert caplog.messages == []  # on a terminal it would stand there twice
    assert run.ending
    assert (run.ending.kind, run.ending.reason) == (EndingKind.FAILED, type(error).__name__)
    assert nova.answer == str(error)


@pytest.mark.parametrize("error", ERRORS, ids=lambda error: type(error).__name__)
async def test_a_guest_reads_that_it_is_kept_and_the_log_has_the_rest(
    nova: Talk, model: PuppetModel, error: ModelError, caplog: pytest.LogCaptureFixture
) -> None:
    model.will("books", error)
    run = await nova.say("which invoice?", by=GUEST)
    assert nova.answer.startswith("I couldn't finish this because ")
    assert nova.answer.endswith(f"Your message is kept ({run.name}).")
    assert "10.0.0.1" not in nova.answer
    assert caplog.messages == [str(error)]


async def test_a_silent_model_service_is_not_called_a_slow_agent(nova: Talk, model: PuppetModel) -> None:
    model.will("books", TimeoutError())
    run = await nova.say("which invoice?")
    assert run.ending
    assert (run.ending.kind, run.ending.reason) == (EndingKind.FAILED, "ModelSilent")
    assert nova.answer.startswith("The model service did not answer within 90 seconds. ")
    assert "ANTHROPIC_BASE_URL" in nova.answer


async def test_an_answer_that_takes_too_long_is_no_silence(nova: Talk, model: PuppetModel) -> None:
    async def slow(_request: ModelRequest) -> ModelReply:
        model.tell("")
        raise TimeoutError

    model.will("books", slow)
    await nova.say("which invoice?")
    assert "books took longer than its 90 seconds" in nova.answer


async def test_a_fault_inside_the_engine_is_told_without_its_internals(
    nova: Talk, model: PuppetModel, caplog: pytest.LogCaptureFixture
) -> None:
    model.will("books", ZeroDivisionError("secret internals"))
    run = await nova.say("which invoice?")
    assert run.ending
    assert run.ending.kind is EndingKind.FAILED
    assert "fault inside Nova" in nova.answer
    assert "secret" not in nova.answer
    assert "Traceback" not in nova.answer
    assert "secret internals" in caplog.text


async def test_after_a_fault_the_thread_goes_on(nova: Talk, model: PuppetModel) -> None:
    model.will("books", ZeroDivisionError(), said("Three."))
    await nova.say("which invoice?")
    await nova.say("which invoice?")
    assert nova.answer == "Three."


async def test_a_fault_after_some_steps_keeps_them(nova: Talk, model: PuppetModel) -> None:
    model.will("books", used(("lab.read", {})), ZeroDivisionError())
    run = await nova.say("which invoice?")
    kept = await nova.nova.ledger.run(run.id)
    assert len(kept.steps) == 1
    assert kept.ending == run.ending


async def test_a_fault_in_routing_ends_the_run_in_words(
    nova: Talk, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(*_: object) -> None:
        raise ValueError("secret internals")

    monkeypatch.setattr("nova_bot.routing.router.decide", broken)
    run = await nova.say("which invoice?")
    assert run.ending
    assert (run.route.rule, run.ending.kind) == (Rule.BROKEN, EndingKind.FAILED)
    assert "fault inside Nova" in nova.answer
    assert "secret internals" in caplog.text
    assert await nova.nova.ledger.unanswered(["test"]) == []


async def test_a_courier_that_can_not_show_progress_breaks_nothing(
    nova: Talk, model: PuppetModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise OSError("no terminal")

    monkeypatch.setattr("tests.doubles.Mailbox.progress", broken)
    model.will("books", said("Three."))
    await nova.say("which invoice?")
    assert nova.heard() == ["Three."]


async def test_half_characters_of_a_model_are_mended(nova: Talk, model: PuppetModel) -> None:
    model.will("books", used(("lab.read", {"text": "a\ud800", "\udc00": ["\ud800"]})), said("b\ud800\x1b[2J"))
    run = await nova.say("which invoice?")
    assert run.ending
    assert run.ending.kind is EndingKind.ANSWERED
    assert nova.answer.encode()
    assert "\x1b" not in nova.answer


async def test_a_log_line_carries_action_and_run(nova: Talk, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO):
        run = await nova.say("which invoice?")
    routed = next(record for record in caplog.records if record.getMessage() == "routed to books")
    assert (routed.action, routed.run) == ("route", run.name)  # type: ignore[attr-defined]
