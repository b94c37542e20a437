"""The decision: the table cell by cell, what turns allow into ask, and the laws."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nova_bot.core.effect import Effect, ToolRow
from nova_bot.core.labels import Integrity, Label
from nova_bot.trust.grants import Grant, Param, fold
from nova_bot.trust.policy import Allow, AskFirst, Call, Origin, Reason, Refuse, Rests, Rules, Sight, Why, decide
from tests.trust.build import ANNA, MALLORY, ROWS, decided, granted, plan, sight

TARGETED = {
    "event.make": "guests",
    "mail.send": "to",
    "file.share": "with",
    "room.book": "room",
    "file.erase": "file",
    "bank.pay": "to",
    "login.set": "password",
    "host.run": "argv",
}
OUTSIDE = Integrity.OUTSIDE
READ = Param(source=("mail.read",))


def kind(tool: str, said: str, param: Param, value: str, **seen: Any) -> type:
    grants = granted(said, plan("mail.read"), plan(tool, **{TARGETED[tool]: param}))
    return type(decided(tool, grants, sight(said, **seen), **{TARGETED[tool]: value}))


@pytest.mark.parametrize("tool", ["event.make", "mail.send", "file.share", "room.book", "file.erase"])
def test_a_quoted_target_goes_through_even_after_outside_text(tool: str) -> None:
    assert kind(tool, f"take {ANNA}", Param(lit=(ANNA,)), ANNA, integrity=OUTSIDE) is Allow


@pytest.mark.parametrize("tool", ["event.make", "mail.send", "file.share", "room.book", "file.erase"])
def test_a_target_from_data_costs_a_click(tool: str) -> None:
    assert kind(tool, "take who is in the mail", READ, ANNA, integrity=OUTSIDE, from_mail_read=f"by {ANNA}") is AskFirst


ROOMS = "general, External_0, random"


@pytest.mark.parametrize(
    ("found", "value", "result", "origin"),
    [
        (ROOMS, "External_0", Allow, Origin.FITS),
        (f"{ROOMS}, External_evil", "External_0", AskFirst, Origin.OUTSIDE),
        (f"{ROOMS}, Ехternal_0 External_0\u200b", "External_0", Allow, Origin.FITS),
        (ROOMS, "External_1", AskFirst, Origin.NOWHERE),
        (ROOMS, "External_0 general", Refuse, None),
        ("external@evil.test External.evil.test", "external.evil.test", Refuse, None),
    ],
)
def test_a_target_that_alone_fits_what_was_said_is_quoted(found: str, value: str, result: type, origin: Origin) -> None:
    said = "post it in the channel starting with External"
    grants = granted(said, plan("mail.read"), plan("mail.send", to=Param(like="External*")))
    decision = decided("mail.send", grants, sight(said, integrity=OUTSIDE, from_mail_read=found), to=value)
    assert type(decision) is result
    assert origin is None or decision.targets[0].origin is origin  # type: ignore[union-attr]


@pytest.mark.parametrize("tool", ["bank.pay", "login.set", "host.run"])
def test_money_identity_and_execution_always_ask(tool: str) -> None:
    said = f"take {ANNA}"
    grants = granted(said, plan(tool, **{TARGETED[tool]: ANNA}))
    asked = decided(tool, grants, sight(said), **{TARGETED[tool]: ANNA})
    assert isinstance(asked, AskFirst)
    assert asked.reasons == (Reason(Why.ALWAYS),)
    assert asked.typed == ""


@pytest.mark.parametrize("tool", ["bank.pay", "login.set", "host.run"])
def test_and_from_data_the_owner_types_the_end_of_it(tool: str) -> None:
    grants = granted("as the bill says", plan("mail.read"), plan(tool, **{TARGETED[tool]: READ}))
    seen = sight("as the bill says", integrity=OUTSIDE, from_mail_read="to DE12 3456, thanks")
    asked = decided(tool, grants, seen, **{TARGETED[tool]: "DE12 3456"})
    assert isinstance(asked, AskFirst)
    assert asked.typed == "3456"
    assert asked.targets[0].origin is Origin.OUTSIDE
    assert asked.targets[0].source == "mail.read"


@pytest.mark.parametrize("tool", [*TARGETED, "note.keep", "web.fetch"])
def test_what_nobody_granted_is_refused(tool: str) -> None:
    name = TARGETED.get(tool, "url")
    assert decided(tool, (), sight(f"take {ANNA}"), **{name: ANNA}) == Refuse(Reason(Why.NOT_GRANTED))


@pytest.mark.parametrize("tool", TARGETED)
def test_another_target_than_the_granted_one_is_refused_though_the_owner_said_it(tool: str) -> None:
    assert kind(tool, f"take {ANNA}, not {MALLORY}", Param(lit=(ANNA,)), MALLORY) is Refuse


def test_a_tool_without_a_row_is_refused() -> None:
    assert decided("unheard.of", (), sight()) == Refuse(Reason(Why.NO_ROW))


def test_reading_is_free() -> None:
    assert decided("mail.read", (), sight(integrity=OUTSIDE)) == Allow()


def test_a_secret_is_not_read_after_outside_text_unless_it_was_planned() -> None:
    assert decided("vault.read", (), sight()) == Allow()
    assert decided("vault.read", (), sight(integrity=OUTSIDE)) == Refuse(Reason(Why.SECRET_READ))
    assert decided("vault.read", granted("", plan("vault.read")), sight(integrity=OUTSIDE)) == Allow()


def test_a_fetched_address_stands_in_the_words_or_verbatim_in_its_source() -> None:
    grants = granted("read the linked page", plan("mail.read"), plan("web.fetch", url=READ))
    seen = sight("read the linked page", integrity=OUTSIDE, from_mail_read="see https://acme.test/a today")
    assert isinstance(decided("web.fetch", grants, seen, url="https://acme.test/a"), Allow)
    assert isinstance(decided("web.fetch", grants, seen, url="https://acme.test/a?q=secret"), Refuse)
    assert isinstance(decided("web.fetch", grants, seen, url="https://acme.test/"), Refuse)


def test_a_planned_note_may_be_made_of_words_from_outside() -> None:
    grants = granted("remember what it says", plan("note.keep"))
    assert decided("note.keep", grants, sight(integrity=OUTSIDE), text="x") == Allow(grants[0].id)


def test_an_argument_that_the_owner_quoted_is_pinned() -> None:
    said = f"mail {ANNA} 'see you at noon'"
    grants = granted(said, plan("mail.send", to=ANNA, body="see you at noon"))
    assert isinstance(decided("mail.send", grants, sight(said), to=ANNA, body="See you at noon"), Allow)
    assert isinstance(decided("mail.send", grants, sight(said), to=ANNA, body="see evil.test"), Refuse)


def test_each_of_several_targets_must_fit() -> None:
    said = f"mail {ANNA}"
    grants = granted(said, plan("mail.send", to=ANNA))
    assert isinstance(decided("mail.send", grants, sight(said), to=[ANNA, MALLORY]), Refuse)


def test_the_grant_that_quotes_is_spent_before_the_one_that_asks() -> None:
    said = f"mail {ANNA} and whoever wrote"
    loose, exact = granted(said, plan("mail.send", to=READ), plan("mail.read"), plan("mail.send", to=ANNA))[::2]
    seen = sight(said, integrity=OUTSIDE, from_mail_read=f"by {MALLORY}")
    allowed = decided("mail.send", (loose, exact), seen, to=ANNA)
    assert isinstance(allowed, Allow)


@pytest.mark.parametrize(
    ("why", "seen", "rules", "body"),
    [
        (Why.SECRET_IN_VIEW, {"integrity": OUTSIDE, "secret": True}, Rules(), ""),
        (Why.READERS, {"rests": Rests(unreadable=("c1.2 in #board",))}, Rules(), ""),
        (Why.ASSUMED, {"rests": Rests(assumed=("c1.2 92 kg",))}, Rules(), ""),
        (Why.CONFLICT, {"rests": Rests(conflicts=("c1.2 and c1.3",))}, Rules(), ""),
        (Why.STALE, {"rests": Rests(stale=("c1.2 as of yesterday",))}, Rules(), ""),
        (Why.BROADCAST, {}, Rules(), "hello <!channel>"),
        (Why.BROADCAST, {}, Rules(), "hello @Everyone"),
        (Why.SUPERVISED, {}, Rules(supervised=True), ""),
        (Why.ASKS_BEFORE, {}, Rules(asks_before=frozenset({"mail.send"})), ""),
    ],
)
def test_allow_turns_into_ask(why: Why, seen: dict[str, Any], rules: Rules, body: str) -> None:
    said = f"mail {ANNA}"
    asked = decided(
        "mail.send", granted(said, plan("mail.send", to=ANNA)), sight(said, **seen), rules, to=ANNA, body=body
    )
    assert isinstance(asked, AskFirst)
    assert [reason.why for reason in asked.reasons] == [why]


def test_a_clean_mail_does_not_ask() -> None:
    said = f"mail {ANNA}"
    assert isinstance(decided("mail.send", granted(said, plan("mail.send", to=ANNA)), sight(said), to=ANNA), Allow)


def test_staleness_does_not_matter_under_ones_own_notes() -> None:
    grants = granted("note it", plan("note.keep"))
    seen = sight(rests=Rests(assumed=("c1.2",), stale=("c1.3",)))
    assert isinstance(decided("note.keep", grants, seen, text="x"), Allow)


VALUES = st.sampled_from([ANNA, MALLORY, "bob", "", "anna@acme.test.evil.test", "аnna@acme.test"])
TEXTS = st.lists(VALUES, max_size=3).map(" ".join)
PARAMS = st.builds(
    Param,
    st.lists(VALUES, max_size=2).map(tuple),
    source=st.lists(st.sampled_from(["mail.read", "web.fetch"])).map(tuple),
)
GRANTS = st.lists(
    st.builds(
        Grant,
        st.sampled_from("ab"),
        st.just(1),
        st.sampled_from([*ROWS]),
        st.dictionaries(st.sampled_from(["to", "url", "with", "file", "guests", "body", "text"]), PARAMS, max_size=3),
        st.just(1),
        st.just("r1"),
    ),
    max_size=4,
).map(tuple)
SIGHTS = st.builds(
    Sight,
    TEXTS.map(fold),
    TEXTS.map(fold),
    st.dictionaries(st.sampled_from(["mail.read", "web.fetch"]), st.lists(TEXTS.map(fold), max_size=2)),
    st.builds(Label, st.sampled_from(Integrity), st.just("o"), secret=st.booleans()),
)
RULES = st.builds(Rules, st.booleans(), st.frozensets(st.sampled_from([*ROWS])))
CALLS = st.builds(
    lambda tool, args: Call(tool, args, ROWS[tool]),
    st.sampled_from([*ROWS]),
    st.dictionaries(st.sampled_from(["to", "url", "with", "file", "guests", "body", "text"]), VALUES, max_size=3),
)


@given(CALLS, GRANTS, SIGHTS, RULES)
def test_no_effect_without_a_grant_for_that_tool(
    call: Call, grants: tuple[Grant, ...], seen: Sight, rules: Rules
) -> None:
    assert call.row
    others = tuple(grant for grant in grants if grant.tool != call.tool)
    decision = decide(call, others, seen, rules)
    assert isinstance(decision, Refuse) or call.row.plain


@given(CALLS, GRANTS, SIGHTS, RULES)
def test_strictness_never_lets_more_through(call: Call, grants: tuple[Grant, ...], seen: Sight, rules: Rules) -> None:
    """A stricter agent file, or less trusted words in view, turns no ask into allow and no refusal into anything."""
    lax, strict = decide(call, grants, seen), decide(call, grants, seen, rules)
    order = (Allow, AskFirst, Refuse)
    assert order.index(type(strict)) >= order.index(type(lax))
    tainted = Sight(seen.said, seen.directory, seen.results, Label(OUTSIDE, "o", secret=seen.label.secret))
    assert order.index(type(decide(call, grants, tainted))) >= order.index(type(lax))


@given(CALLS, GRANTS, SIGHTS)
def test_an_allowed_target_is_never_from_data_under_an_effect(
    call: Call, grants: tuple[Grant, ...], seen: Sight
) -> None:
    decision = decide(call, grants, seen)
    assert call.row
    if isinstance(decision, Allow) and call.row.effect is not Effect.READ:
        assert all(target.origin in (Origin.SAID, Origin.DIRECTORY) for target in decision.targets)


@given(CALLS, GRANTS, GRANTS, SIGHTS)
def test_more_grants_never_turn_allow_into_less(
    call: Call, grants: tuple[Grant, ...], more: tuple[Grant, ...], seen: Sight
) -> None:
    order = (Allow, AskFirst, Refuse)
    assert order.index(type(decide(call, grants + more, seen))) <= order.index(type(decide(call, grants, seen)))


def test_every_effect_has_a_row_in_the_table() -> None:
    for effect in Effect:
        row = ToolRow(effect, targets=("to",))
        grants = (Grant("g", 1, "t", {"to": Param(lit=("anna",))}, 1, "r1"),)
        assert not isinstance(decide(Call("t", {"to": "anna"}, row), grants, sight("anna")), Refuse)
