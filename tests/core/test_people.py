"""People: exact tuples, nothing by prefix; who is linked is the same person, and nobody rises by it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nova_bot.core.envelope import Standing
from nova_bot.core.people import OWNER, Identity, May, People, Person

ADA = Identity("slack", "T1", "U1")
ADA_ON_DISCORD = Identity("discord", "", "42")
BEN = Identity("slack", "T1", "U2")
BUILD = Identity("slack", "T1", "B1")
LISTED = (
    Person(OWNER, "Ada", Standing.OWNER, identities=frozenset({ADA})),
    Person("ben", "Ben", Standing.MEMBER, frozenset({May.ASK, May.REMIND}), frozenset({BEN})),
    Person("build", "build", Standing.MACHINE, frozenset({May.ASK}), frozenset({BUILD})),
)
WORDS = st.text(st.sampled_from('TU1/:"[], '), max_size=5)
IDENTITIES = st.builds(Identity, st.sampled_from(["slack", "discord", "sla"]), WORDS, WORDS)


def people() -> People:
    return People(LISTED, {("slack", "T9"): Standing.MEMBER})


def test_the_settings_decide_who_is_who() -> None:
    made = people()
    assert made.sender("slack", "T1", "U1", "not Ada").standing is Standing.OWNER
    assert made.sender("slack", "T1", "U2", "Ada").standing is Standing.MEMBER
    assert made.person("slack", "T1", "U2").may == {May.ASK, May.REMIND}


@pytest.mark.parametrize(
    ("platform", "workspace", "user"),
    [
        ("slack", "T1", "U11"),
        ("slack", "T2", "U1"),
        ("slack", "T1", "u1"),
        ("slack", "T1", " U1"),
        ("discord", "T1", "U1"),
    ],
)
def test_nothing_but_the_exact_tuple_counts(platform: str, workspace: str, user: str) -> None:
    sender = people().sender(platform, workspace, user, "Ada")
    assert sender.standing is Standing.GUEST
    assert people().of(sender.person).may == frozenset()


def test_an_open_workspace_makes_members_who_may_ask() -> None:
    assert people().sender("slack", "T9", "U77", "Cy").standing is Standing.MEMBER
    assert people().sender("slack", "T9", "U77", "Cy", home="T9").standing is Standing.MEMBER


def test_a_visitor_from_another_workspace_is_no_member_of_this_one_but_his_account_counts() -> None:
    visitor = people().sender("slack", "T9", "U77", "Cy", home="T8")
    assert visitor.standing is Standing.GUEST
    assert people().of(visitor.person).may == frozenset()
    assert people().sender("slack", "T1", "U1", "Ada", home="T8").standing is Standing.OWNER
    assert people().person("slack", "T9", "U77").may == {May.ASK}


def test_a_bot_is_a_machine_unless_it_is_listed_and_then_speaks_as_a_guest() -> None:
    assert people().sender("slack", "T1", "B7", "bot", bot=True).standing is Standing.MACHINE
    assert people().sender("slack", "T9", "B7", "bot", bot=True).standing is Standing.MACHINE
    assert people().sender("slack", "T1", "B1", "build", bot=True).standing is Standing.GUEST


def test_on_discord_the_server_does_not_matter() -> None:
    made = People([Person(OWNER, "Ada", Standing.OWNER, identities=frozenset({ADA_ON_DISCORD}))])
    assert made.sender("discord", "guild 7", "42", "Ada").standing is Standing.OWNER


def test_a_linked_identity_is_the_same_person() -> None:
    made = people()
    assert made.link(ADA_ON_DISCORD, OWNER)
    assert made.person("discord", "", "42") == made.person("slack", "T1", "U1")
    assert made.sender("discord", "", "42", "Ada").standing is Standing.OWNER


def test_nobody_who_is_listed_can_be_linked_away() -> None:
    made = people()
    stranger = Identity("slack", "T1", "U666")
    assert not made.link(ADA, stranger.key)
    assert not made.link(BEN, OWNER)
    assert made.person("slack", "T1", "U1").id == OWNER
    assert made.person("slack", "T1", "U2").id == "ben"


@given(st.lists(st.tuples(IDENTITIES, IDENTITIES), max_size=8), IDENTITIES)
def test_links_never_make_an_owner_of_anybody_who_was_not_linked_to_him(
    links: list[tuple[Identity, Identity]], asked: Identity
) -> None:
    made = people()
    for identity, other in links:
        made.link(identity, made.person(other.platform, other.workspace, other.id).id)
    linked = {OWNER} & {made.person(asked.platform, asked.workspace, asked.id).id}
    reached = asked == ADA or made.links.get(asked) == OWNER
    assert bool(linked) is reached


@given(IDENTITIES, IDENTITIES)
def test_two_people_never_share_an_id(one: Identity, other: Identity) -> None:
    assert (one == other) is (one.key == other.key)
    assert Identity.from_key(one.key) == one


@pytest.mark.parametrize("key", ["", "x", "[]", '["a","b"]', '["a","b",3]', '{"a":1}'])
def test_an_id_that_names_nobody_is_a_guest_who_may_do_nothing(key: str) -> None:
    person = people().of(key)
    assert (person.standing, person.may) == (Standing.GUEST, frozenset())


@pytest.mark.parametrize(
    ("platform", "text"),
    [("slack", "U1"), ("slack", "/U1"), ("slack", "T1/"), ("slack", ""), ("discord", "g/42"), ("discord", "")],
)
def test_an_identity_that_is_none_is_refused(platform: str, text: str) -> None:
    with pytest.raises(ValueError, match="write"):
        Identity.parse(platform, text)
