"""Slash commands, buttons, menus and forms of the fake Slack, answered by a real Bolt app."""

import re
from collections.abc import AsyncIterator, Iterator
from typing import Any

import aiohttp
import pytest
from slack_bolt.context.ack.async_ack import AsyncAck
from slack_bolt.context.respond.async_respond import AsyncRespond
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from adapters.fakes.slack import ADA, BOB, GENERAL, QUICK, Json, Message, Timing
from tests.adapters.fakes.slack_rig import PATIENT, Bot, fake_slack, over_http, over_sockets

ANY = re.compile(".*")
OUTSIDER = "U0EVE"


@pytest.fixture(params=["sockets", "http"])
async def bot(request: pytest.FixtureRequest) -> AsyncIterator[Bot]:
    async with fake_slack(timing=PATIENT) as slack:
        bot = Bot(slack)
        async with over_sockets(bot) if request.param == "sockets" else over_http(bot):
            yield bot


def button(action_id: str, value: str) -> Json:
    return {"type": "button", "action_id": action_id, "value": value, "text": {"type": "plain_text", "text": value}}


async def post(bot: Bot, *elements: Json, kind: str = "actions", thread_ts: str | None = None) -> Message:
    blocks = [{"type": kind, "block_id": "asked", "elements": list(elements)}]
    await bot.client.chat_postMessage(channel=GENERAL, text="ok?", blocks=blocks, thread_ts=thread_ts)
    return bot.slack.posts()[-1]


async def test_a_command_is_answered_to_its_user_alone(bot: Bot) -> None:
    async def remind(ack: AsyncAck, body: Json, respond: AsyncRespond) -> None:
        await ack(f"noted: {body['text']}")
        await respond("and done", response_type="in_channel")

    bot.app.command("/nova")(remind)
    delivery = await bot.slack.slash("/nova", "ask @bob in #general", ADA, GENERAL)
    assert delivery.acked
    assert [(m.seen_by, m.text) for m in bot.slack.ephemerals()] == [
        (ADA, "noted: ask <@U0BOB|bob> in <#C0GENERAL|general>")
    ]
    await bot.slack.until(bot.slack.posts)
    assert bot.slack.posts()[0].text == "and done"
    assert "thread_ts" not in delivery.payload


async def test_a_command_reaches_the_app_raw_when_it_asks_for_that(bot: Bot) -> None:
    async def take(ack: AsyncAck) -> None:
        await ack()

    bot.app.command("/nova")(take)
    delivery = await bot.slack.slash("/nova", "ask @bob", ADA, GENERAL, escape=False)
    assert (delivery.payload["text"], delivery.answer, bot.slack.ephemerals()) == ("ask @bob", {}, ())


async def test_commands_do_not_exist_in_threads(bot: Bot) -> None:
    with pytest.raises(ValueError, match="can't be used in threads"):
        await bot.slack.slash("/nova", "status", ADA, GENERAL, thread_ts="1.000000")


async def test_a_command_that_nobody_takes_is_not_repeated() -> None:
    async with fake_slack(timing=QUICK) as slack:
        bot = Bot(slack)
        async with over_sockets(bot):
            delivery = await slack.slash("/unknown", "", ADA, GENERAL)
    assert not delivery.acked
    assert len(delivery.attempts) == 1
    assert slack.unacked() == (delivery,)


async def test_a_button_carries_its_value_and_where_it_stands(bot: Bot) -> None:
    pressed: list[Json] = []

    async def decide(ack: AsyncAck, body: Json, client: AsyncWebClient) -> None:
        await ack()
        pressed.append(body)
        where = body["container"]
        await client.chat_update(channel=where["channel_id"], ts=where["message_ts"], text="approved")

    bot.app.action("decide")(decide)
    root = bot.slack.user_says(GENERAL, ADA, "pay Birch")
    asked = await post(bot, button("decide", "yes-42"), button("later", "no-42"), thread_ts=root.ts)
    assert (await bot.slack.click(asked, "decide", ADA)).acked
    await bot.slack.until(lambda: not bot.slack.posts()[0].blocks)
    (body,) = pressed
    assert (body["user"]["id"], body["actions"][0]["value"], body["actions"][0]["block_id"]) == (ADA, "yes-42", "asked")
    assert body["container"]["thread_ts"] == body["message"]["thread_ts"] == root.ts
    assert bot.slack.final_text(asked.ts) == "approved"


async def test_a_button_that_is_gone_can_still_be_pressed_on_a_slow_screen(bot: Bot) -> None:
    async def take(ack: AsyncAck) -> None:
        await ack()

    bot.app.action("decide")(take)
    asked = await post(bot, button("decide", "yes"))
    await bot.client.chat_update(channel=GENERAL, ts=asked.ts, text="expired")
    assert (await bot.slack.click(asked, "decide", BOB)).acked
    with pytest.raises(LookupError, match="nothing to press here is called 'decide'"):
        await bot.slack.click(bot.slack.posts()[0], "decide", BOB)


async def test_only_what_is_there_can_be_pressed_and_only_by_those_who_see_it(bot: Bot) -> None:
    asked = await post(bot, button("decide", "yes"))
    with pytest.raises(LookupError, match="nothing to press"):
        await bot.slack.click(asked, "decide", ADA, "forged")
    with pytest.raises(LookupError, match="does not see this"):
        await bot.slack.click(asked, "decide", OUTSIDER)
    await bot.client.chat_postEphemeral(channel=GENERAL, user=ADA, text="for ada", blocks=list(asked.blocks))
    with pytest.raises(LookupError, match="does not see this"):
        await bot.slack.click(bot.slack.ephemerals()[0], "decide", BOB)


OPTIONS = [{"text": {"type": "plain_text", "text": name}, "value": name} for name in ("red", "blue")]
THUMBS = {
    "type": "feedback_buttons",
    "action_id": "used",
    "positive_button": {"text": {"type": "plain_text", "text": "Good"}, "value": "up"},
    "negative_button": {"text": {"type": "plain_text", "text": "Bad"}, "value": "down"},
}


@pytest.mark.parametrize(
    ("kind", "element", "value", "sent"),
    [
        ("context_actions", THUMBS, "down", {"value": "down"}),
        ("actions", {"type": "static_select", "options": OPTIONS}, "blue", {"selected_option": OPTIONS[1]}),
        ("actions", {"type": "checkboxes", "options": OPTIONS}, "red", {"selected_options": [OPTIONS[0]]}),
        ("actions", {"type": "users_select"}, BOB, {"selected_user": BOB}),
        ("actions", {"type": "multi_users_select"}, BOB, {"selected_users": [BOB]}),
        ("actions", {"type": "datepicker"}, "2025-03-30", {"selected_date": "2025-03-30"}),
        ("actions", {"type": "datetimepicker"}, "1743296400", {"selected_date_time": 1743296400}),
    ],
    ids=lambda given: given.get("type") if isinstance(given, dict) else None,
)
async def test_each_element_sends_what_slack_sends(bot: Bot, kind: str, element: Json, value: str, sent: Json) -> None:
    got: list[Json] = []

    async def take(ack: AsyncAck, action: Json) -> None:
        await ack()
        got.append(action)

    bot.app.action("used")(take)
    asked = await post(bot, element | {"action_id": "used"}, kind=kind)
    await bot.slack.click(asked, "used", ADA, value)
    (action,) = got
    assert action["type"] == element["type"]
    assert action | sent == action


MODAL: Json = {
    "type": "modal",
    "callback_id": "when",
    "title": {"type": "plain_text", "text": "When?"},
    "submit": {"type": "plain_text", "text": "Save"},
    "blocks": [
        {
            "type": "input",
            "block_id": "time",
            "label": {"type": "plain_text", "text": "Time"},
            "element": {"type": "plain_text_input", "action_id": "typed"},
        }
    ],
}


async def opened(bot: Bot, view: Json = MODAL, command: str = "/nova") -> Any:
    async def ask(ack: AsyncAck, body: Json, client: AsyncWebClient) -> None:
        await ack()
        await client.views_open(trigger_id=body["trigger_id"], view=view)

    bot.app.command(command)(ask)
    await bot.slack.slash(command, "remind", ADA, GENERAL)
    await bot.slack.until(lambda: bot.slack.views(ADA))
    return bot.slack.views(ADA)[-1]


async def test_a_modal_brings_back_what_was_typed(bot: Bot) -> None:
    typed: list[str] = []

    async def save(ack: AsyncAck, view: Json) -> None:
        typed.append(view["state"]["values"]["time"]["typed"]["value"])
        await ack()

    bot.app.view("when")(save)
    view = await opened(bot)
    with pytest.raises(ValueError, match="typed must be filled in"):
        await bot.slack.submit_view(view, ADA)
    assert (await bot.slack.submit_view(view, ADA, {"typed": "9:00"})).acked
    assert (typed, bot.slack.views(ADA)) == (["9:00"], ())
    with pytest.raises(LookupError):
        await bot.slack.submit_view(view, ADA, {"typed": "9:00"})


@pytest.mark.parametrize(
    ("answer", "still_open"),
    [
        ({"response_action": "errors", "errors": {"time": "no such time"}}, 1),
        ({"response_action": "update", "view": MODAL | {"callback_id": "again"}}, 1),
        ({"response_action": "push", "view": MODAL | {"callback_id": "more"}}, 2),
        ({"response_action": "clear"}, 0),
    ],
    ids=lambda given: given["response_action"] if isinstance(given, dict) else None,
)
async def test_the_answer_to_a_modal_decides_what_is_open_then(bot: Bot, answer: Json, still_open: int) -> None:
    async def save(ack: AsyncAck) -> None:
        await ack(**answer)

    bot.app.view("when")(save)
    view = await opened(bot)
    await bot.slack.submit_view(view, ADA, {"typed": "soon"})
    shown = bot.slack.views(ADA)
    assert len(shown) == still_open
    if "view" in answer:
        assert shown[-1].body["callback_id"] == answer["view"]["callback_id"]


async def test_errors_for_fields_that_do_not_exist_are_a_mistake(bot: Bot) -> None:
    async def save(ack: AsyncAck) -> None:
        await ack(response_action="errors", errors={"nowhere": "no"})

    bot.app.view("when")(save)
    view = await opened(bot)
    with pytest.raises(ValueError, match="not in the view: nowhere"):
        await bot.slack.submit_view(view, ADA, {"typed": "soon"})


async def test_the_app_hears_of_a_closed_modal_only_if_it_asked(bot: Bot) -> None:
    async def gone(ack: AsyncAck) -> None:
        await ack()

    bot.app.view_closed("when")(gone)
    assert await bot.slack.close_view(await opened(bot), ADA) is None
    delivery = await bot.slack.close_view(await opened(bot, MODAL | {"notify_on_close": True}, "/tell"), ADA)
    assert delivery is not None
    assert (delivery.acked, delivery.payload["type"]) == (True, "view_closed")


async def test_a_button_in_a_modal_knows_its_view(bot: Bot) -> None:
    got: list[Json] = []

    async def take(ack: AsyncAck, body: Json) -> None:
        await ack()
        got.append(body)

    bot.app.action("go")(take)
    blocks = [{"type": "actions", "elements": [button("go", "1")]}]
    view = await opened(bot, {"type": "modal", "title": MODAL["title"], "blocks": blocks})
    await bot.slack.click(view, "go", ADA)
    assert got[0]["container"] == {"type": "view", "view_id": view.id}
    assert "response_url" not in got[0]


async def test_a_trigger_works_once_and_for_three_seconds() -> None:
    now = [1_700_000_000.0]
    async with fake_slack(timing=PATIENT, clock=lambda: now[0]) as slack:
        bot = Bot(slack)

        async def take(ack: AsyncAck) -> None:
            await ack()

        bot.app.command(ANY)(take)
        async with over_sockets(bot):
            used = (await slack.slash("/nova", "", ADA, GENERAL)).payload["trigger_id"]
            await bot.client.views_open(trigger_id=used, view=MODAL)
            with pytest.raises(SlackApiError, match="exchanged_trigger_id"):
                await bot.client.views_open(trigger_id=used, view=MODAL)
            late = (await slack.slash("/nova", "", ADA, GENERAL)).payload["trigger_id"]
            now[0] += 3.1
            with pytest.raises(SlackApiError, match="expired_trigger_id"):
                await bot.client.views_open(trigger_id=late, view=MODAL)


@pytest.mark.parametrize(
    "change",
    [
        {"title": {"type": "plain_text", "text": "x" * 25}},
        {"submit": {"type": "mrkdwn", "text": "Save"}},
        {"submit": None},
        {"type": "home"},
        {"private_metadata": "x" * 3001},
    ],
    ids=lambda change: next(iter(change)),
)
async def test_a_bad_modal_is_refused(change: Json) -> None:
    async with fake_slack(timing=QUICK) as slack:
        bot = Bot(slack)
        view = {name: value for name, value in (MODAL | change).items() if value is not None}
        with pytest.raises(SlackApiError, match="invalid_arguments"):
            await bot.client.views_open(trigger_id=slack.ws.new_trigger(ADA), view=view)
        assert slack.views() == ()


async def test_a_response_url_can_replace_and_delete_the_message(bot: Bot) -> None:
    answers: Iterator[Json] = iter([{"text": "replaced", "replace_original": True}, {"delete_original": True}])

    async def take(ack: AsyncAck, respond: AsyncRespond) -> None:
        await ack()
        await respond(**next(answers))

    bot.app.action("decide")(take)
    asked = await post(bot, button("decide", "yes"))
    await bot.slack.click(asked, "decide", ADA)
    await bot.slack.until(lambda: bot.slack.final_text(asked.ts) == "replaced")
    await bot.slack.click(asked, "decide", ADA)
    await bot.slack.until(lambda: not bot.slack.posts())


async def respond(url: str, body: Json) -> tuple[int, str]:
    async with aiohttp.ClientSession() as session, session.post(url, json=body) as response:
        return response.status, await response.text()


async def test_a_response_url_wears_out() -> None:
    now = [1_700_000_000.0]
    async with fake_slack(timing=Timing(ack=0.01), clock=lambda: now[0]) as slack:
        url = (await slack.slash("/nova", "", ADA, GENERAL)).payload["response_url"]
        for _ in range(5):
            assert await respond(url, {"text": "hello"}) == (200, "ok")
        assert await respond(url, {"text": "hello"}) == (404, '{"ok": false, "error": "used_url"}')
        other = (await slack.slash("/nova", "", ADA, GENERAL)).payload["response_url"]
        now[0] += 1801
        assert await respond(other, {"text": "hello"}) == (404, '{"ok": false, "error": "expired_url"}')
        assert await respond(other + "0", {"text": "hello"}) == (404, '{"ok": false, "error": "no_such_url"}')
        third = (await slack.slash("/nova", "", ADA, GENERAL)).payload["response_url"]
        assert await respond(third, {}) == (400, '{"ok": false, "error": "no_text"}')
    assert [call.error for call in slack.calls("response_url")][4:8] == ["", "used_url", "expired_url", "no_such_url"]
    assert len(slack.ephemerals(ADA)) == 5
