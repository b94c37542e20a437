"""Messages in, answers out."""

import aiohttp

from adapters.fakes.slack import ADA, BOB, GENERAL, PAGER, Forgery
from nova_bot.core.button import Button
from nova_bot.core.delivery import Outbound
from nova_bot.ledger import overview
from tests.adapters.slack.rig import Desk, SlackHouse
from tests.doubles import asked, said


async def test_a_mention_is_answered_in_its_thread(desk: Desk) -> None:
    root = desk.ask("which invoice?")
    await desk.quiet()
    (post,) = desk.slack.posts()
    assert (post.thread_ts, desk.heard()) == (root.ts, ["books has answered."])
    assert desk.slack.unacked() == ()


async def test_what_can_not_be_read_over_http_is_a_bad_request(place: SlackHouse) -> None:
    async with place.open(http=True) as desk, aiohttp.ClientSession() as anybody:
        for body in (b"{", b"[]", b"\xff\xfe", b"payload=%7B"):
            answer = await anybody.post(desk.adapter.address, data=body, headers={"Content-Type": "application/json"})
            assert answer.status == 400


async def test_over_signed_http(place: SlackHouse) -> None:
    async with place.open(http=True) as desk:
        root = desk.ask("which invoice?")
        await desk.quiet()
        assert desk.heard(root.ts) == ["books has answered."]
        for forgery in Forgery:
            desk.slack.forge(forgery)
            desk.ask("which other invoice?")
            await desk.slack.until(lambda: desk.slack.unacked())
        assert len(desk.heard()) == 1


async def test_a_direct_message_needs_no_mention(desk: Desk) -> None:
    said_ = desk.slack.user_says(desk.slack.dm(ADA), ADA, "which invoice?")
    await desk.quiet()
    assert desk.heard(said_.ts) == ["books has answered."]


async def test_a_follow_up_in_the_thread_needs_no_mention(desk: Desk) -> None:
    root = desk.ask("which invoice?")
    await desk.quiet()
    desk.slack.user_says(GENERAL, ADA, "and which invoice is late?", root.ts)
    await desk.quiet()
    assert len(desk.heard(root.ts)) == 2


async def test_a_thread_goes_on_after_a_restart_without_a_mention(place: SlackHouse) -> None:
    """hermes #15421 #9268, PR #54442: which threads are Nova's stands in the ledger."""
    async with place.open() as desk:
        root = desk.ask("which invoice?")
        await desk.quiet()
    async with place.open() as desk:
        desk.slack.user_says(GENERAL, ADA, "and which invoice is late?", root.ts)
        await desk.quiet()
        assert len(desk.heard(root.ts)) == 2


async def test_a_later_mention_sees_what_was_said_since_once_each(desk: Desk) -> None:
    """hermes #23918 #96332."""
    root = desk.ask("which invoice?")
    await desk.quiet()
    for text in ("colleagues, Birch called", "colleagues, Acme paid"):
        desk.slack.user_says(GENERAL, BOB, text, root.ts)
        await desk.quiet()
    desk.ask("which invoice is left?", thread_ts=root.ts)
    await desk.quiet()
    shown = desk.model.last_pack.text
    assert (shown.count("Birch called"), shown.count("Acme paid")) == (1, 1)


async def test_a_follow_up_that_overtakes_the_mention_is_answered_too(desk: Desk) -> None:
    desk.slack.ws.subscribed = frozenset()
    root = desk.ask("which invoice?")
    desk.slack.ws.subscribed = None
    desk.slack.user_says(GENERAL, ADA, "and which invoice is late?", root.ts)
    await desk.quiet()
    assert desk.heard(root.ts) == ["books has answered."]


async def test_a_mention_deeper_in_a_thread_knows_the_root_and_what_was_said(desk: Desk) -> None:
    """hermes #2950 #1953 #15201, PR #12561; #33469: the root has its text only in an attachment."""
    root = desk.slack.bot_says(GENERAL, PAGER, attachments=[{"title": "Birch GmbH is overdue"}])
    desk.slack.user_says(GENERAL, BOB, "since May, I think", root.ts)
    desk.ask("which invoice?", thread_ts=root.ts)
    await desk.quiet()
    assert desk.heard(root.ts) == ["books has answered."]
    run = await desk.nova.ledger.run(1)
    assert [(one.kind.value, one.text, one.author) for one in run.envelope.quoted] == [
        ("root", "Birch GmbH is overdue", "pager"),
        ("quote", "since May, I think", "bob"),
    ]
    assert "Birch GmbH is overdue" in desk.model.last_pack.text


async def test_a_reply_under_novas_own_message_knows_it(desk: Desk) -> None:
    """hermes PR #12561."""
    said_ = await desk.adapter.courier.deliver(Outbound("x/1", 1, desk.place(""), "nova", "Call Birch GmbH now."))
    desk.slack.user_says(GENERAL, ADA, "which invoice was it about?", said_)
    await desk.quiet()
    assert desk.heard(said_)[-1] == "books has answered."
    (parent,) = (await desk.nova.ledger.run(1)).envelope.quoted
    assert parent.kind.value == "root"
    assert parent.text.startswith("Call Birch GmbH now.")


async def test_what_people_say_elsewhere_is_neither_answered_nor_kept(desk: Desk) -> None:
    root = desk.slack.user_says(GENERAL, ADA, "which invoice?")
    desk.slack.user_says(GENERAL, BOB, "which one?", root.ts)
    desk.slack.join(GENERAL, "U0NOVA")
    desk.slack.bot_says(GENERAL, PAGER, "invoice alert")
    await desk.quiet()
    assert desk.heard() == []
    assert await overview.latest_runs(desk.nova.ledger, 5) == []
    assert desk.slack.unacked() == ()


async def test_humans_talking_in_novas_thread_get_no_answer_no_reaction_no_status(desk: Desk) -> None:
    root = desk.ask("which invoice?")
    await desk.quiet()
    before = len(desk.slack.calls())
    desk.slack.user_says(GENERAL, BOB, "colleagues, lunch?", root.ts)
    await desk.quiet()
    assert len(desk.heard()) == 1
    assert [call.method for call in desk.slack.calls()[before:]] in ([], ["users.info"])


async def test_a_pressed_button_answers_the_question(desk: Desk) -> None:
    desk.model.will("books", asked("Which client?", "Birch", "Acme"), said("Acme has three."))
    root = desk.ask("which invoice?")
    await desk.quiet()
    await desk.click("Acme")
    await desk.quiet()
    assert desk.heard(root.ts) == ["Which client?\n\nada chose *Acme*.", "Acme has three."]
    assert all(block["type"] != "actions" for block in desk.slack.posts(root.ts)[0].blocks)


async def test_a_button_carries_nothing_but_an_id(desk: Desk) -> None:
    desk.model.will("books", asked("Which client?", "Birch", "Acme"))
    desk.ask("which invoice?")
    await desk.quiet()
    (question,) = desk.slack.posts()
    values = [element["value"] for element in question.blocks[1]["elements"]]
    assert all(len(value) == 16 for value in values)
    assert not any("Birch" in value or "Acme" in value for value in values)


async def test_feedback_is_kept_with_who_gave_it(desk: Desk) -> None:
    root = desk.ask("which invoice?")
    await desk.quiet()
    (post,) = desk.slack.posts(root.ts)
    thumbs = next(block for block in post.blocks if block["type"] == "context_actions")["elements"][0]
    bad = thumbs["negative_button"]["value"]
    await desk.slack.click(post, thumbs["action_id"], BOB, bad)
    await desk.quiet()
    assert desk.slack.ephemerals(BOB)[0].text.startswith("Thank you, noted.")
    offered = await desk.nova.ledger.offered(bad)
    assert offered
    assert (offered.pressed_by, offered.button.value) == (BOB, "bad")
    assert desk.heard(root.ts) == ["books has answered."]


async def test_a_click_by_anyone_but_the_bound_person_changes_nothing(desk: Desk) -> None:
    """hermes #36848 #38068, PR #6735."""
    root = desk.ask("which invoice?")
    await desk.quiet()
    bound = Button("b1", "Yes", "choose", "yes", presser=ADA)
    await desk.nova.outbox.post(Outbound("x/1", 1, desk.place(root.ts), "books", "Sure?", (bound,)))
    await desk.click("Yes", by=BOB)
    await desk.quiet()
    assert desk.slack.ephemerals(BOB)[0].text == "That button is for somebody else."
    assert desk.heard(root.ts)[-1] == "Sure?"


async def test_the_footer_names_agent_and_run_and_survives_an_edit(desk: Desk) -> None:
    """openclaw #58737."""
    root = desk.ask("which invoice?")
    await desk.quiet()
    await desk.nova.outbox.post(Outbound("r1/2", 1, desk.place(root.ts), "books", "Four.", edits="r1/1"))
    (post,) = desk.slack.posts(root.ts)
    assert post.text == "Four.\n_books · r1_"
    assert post.blocks[-1]["elements"][0]["text"] == "books · r1"


async def test_a_long_answer_is_cut_at_sensible_places(desk: Desk) -> None:
    desk.model.will("books", said("\n\n".join(f"Paragraph {n} " + "word " * 100 for n in range(20))))
    root = desk.ask("which invoice?")
    await desk.quiet(20)
    posts = desk.slack.posts(root.ts)
    assert 2 <= len(posts) <= 4
    assert [post.text.startswith("Paragraph") for post in posts] == [True] * len(posts)
    assert [("books · r1" in post.text) for post in posts] == [False] * (len(posts) - 1) + [True]


async def test_an_edit_shortens_a_long_answer(desk: Desk) -> None:
    desk.model.will("books", said("\n\n".join(f"Paragraph {n} " + "word " * 100 for n in range(20))))
    root = desk.ask("which invoice?")
    await desk.quiet(20)
    await desk.nova.outbox.post(Outbound("r1/2", 1, desk.place(root.ts), "books", "Short.", edits="r1/1"))
    assert desk.heard(root.ts) == ["Short."]


async def test_an_answer_too_long_for_messages_comes_as_a_file(place: SlackHouse) -> None:
    place.slack.add_token(place.slack.bot_token, place.slack.api.tokens[place.slack.bot_token].scopes | {"files:write"})
    async with place.open() as desk:
        desk.model.will("books", said("word " * 10_000))
        root = desk.ask("which invoice?")
        await desk.quiet(20)
        first, shared = desk.slack.posts(root.ts)
        assert shared.files[0]["name"] == "answer.md"
        assert len(first.text) < 4_000


async def test_without_the_right_to_upload_the_beginning_has_to_do(desk: Desk) -> None:
    desk.model.will("books", said("word " * 10_000))
    root = desk.ask("which invoice?")
    await desk.quiet(20)
    assert len(desk.slack.posts(root.ts)) == 1


async def test_no_link_gets_a_preview(desk: Desk) -> None:
    desk.model.will("books", said("See https://example.org/a"))
    desk.ask("which invoice?")
    await desk.quiet()
    (call,) = desk.slack.calls("chat.postMessage")
    assert (call.args["unfurl_links"], call.args["unfurl_media"]) == (False, False)


async def test_a_model_can_not_call_people(desk: Desk) -> None:
    desk.model.will("books", said("<!channel> <@U0BOB> @here **three** & more"))
    desk.ask("which invoice?")
    await desk.quiet()
    assert desk.slack.mentions_sent() == ()
    assert "&lt;!channel&gt;" in desk.heard()[0]
