"""Who can read a place in Slack, as it is at that moment."""

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from adapters.fakes.slack import ADA, BOB, GENERAL, SECRET_ROOM, FakeSlack, Room, User
from adapters.slack import rooms
from adapters.slack.api import Api, Refused
from adapters.slack.rooms import Rooms
from nova_bot.core.envelope import Place
from nova_bot.core.people import Identity
from nova_bot.core.readers import Reader, Readers
from tests.adapters.fakes.slack_rig import fake_slack
from tests.adapters.slack.rig import TEAM

NOVA = "U0NOVA"
EVERYBODY = f"slack:{TEAM}"


@pytest.fixture
async def slack() -> AsyncIterator[FakeSlack]:
    async with fake_slack() as made:
        yield made


@pytest.fixture
async def asking(slack: FakeSlack) -> AsyncIterator[Rooms]:
    api = Api(slack.bot_token, slack.api_url)
    yield Rooms(api, lambda: NOVA)
    await api.close()


def place(channel: str, thread: str = "") -> Place:
    return Place("slack", TEAM, channel, thread)


def member(user: str) -> Reader:
    return Reader(Identity("slack", TEAM, user).key, frozenset({EVERYBODY}))


def outsider(user: str) -> Reader:
    return Reader(Identity("slack", TEAM, user).key)


async def test_a_public_channel_is_read_by_every_full_member(asking: Rooms) -> None:
    assert await asking.readers(place(GENERAL)) == Readers(groups=frozenset({EVERYBODY}))


async def test_and_by_its_guests_and_people_of_other_companies(slack: FakeSlack, asking: Rooms) -> None:
    for user in (User("U0GUEST", "gus", guest=True), User("U0OTHER", "eve", team="T0OTHER")):
        slack.add_user(user)
        slack.join(GENERAL, user.id)
    found = await asking.readers(place(GENERAL))
    assert found.people == {outsider("U0GUEST"), outsider("U0OTHER")}


async def test_a_private_channel_is_read_by_its_members(slack: FakeSlack, asking: Rooms) -> None:
    slack.add_channel(SECRET_ROOM, "secret", {ADA, BOB, NOVA}, Room.GROUP)
    assert await asking.readers(place(SECRET_ROOM)) == Readers(frozenset({member(ADA), member(BOB)}))


async def test_who_came_in_reads_at_once(slack: FakeSlack, asking: Rooms) -> None:
    slack.add_channel(SECRET_ROOM, "secret", {ADA, NOVA}, Room.GROUP)
    assert (await asking.readers(place(SECRET_ROOM))).people == {member(ADA)}
    slack.join(SECRET_ROOM, BOB)
    assert (await asking.readers(place(SECRET_ROOM))).people == {member(ADA), member(BOB)}


async def test_a_direct_message_has_one_reader(slack: FakeSlack, asking: Rooms) -> None:
    found = await asking.direct(TEAM, BOB)
    assert found == place(slack.dm(BOB))
    assert await asking.readers(found) == Readers(frozenset({member(BOB)}))


async def test_a_group_message_has_its_people(slack: FakeSlack, asking: Rooms) -> None:
    assert (await asking.readers(place(slack.dm(ADA, BOB)))).people == {member(ADA), member(BOB)}


async def test_a_shared_channel_has_readers_that_nobody_can_list(slack: FakeSlack, asking: Rooms) -> None:
    slack.add_channel(SECRET_ROOM, "secret", {ADA, NOVA}, Room.GROUP)
    slack.ws.add_channel(replace(slack.ws.channels[SECRET_ROOM], shared=True))
    (others,) = (await asking.readers(place(SECRET_ROOM))).groups
    assert others not in (EVERYBODY, "")


async def test_more_members_than_are_listed_are_not_taken_for_nobody(
    slack: FakeSlack, asking: Rooms, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rooms, "PAGE", 1)
    monkeypatch.setattr(rooms, "PAGES", 1)
    slack.add_channel(SECRET_ROOM, "secret", {ADA, BOB, NOVA}, Room.GROUP)
    assert (await asking.readers(place(SECRET_ROOM))).groups


async def test_a_room_that_nova_can_not_see_has_unknown_readers(asking: Rooms) -> None:
    with pytest.raises(Refused, match="channel_not_found"):
        await asking.readers(place(SECRET_ROOM))


async def test_the_zone_of_a_profile(slack: FakeSlack, asking: Rooms) -> None:
    assert await asking.zone(BOB) == "America/New_York"
    assert await asking.zone("U0NOBODY") == ""
    slack.lack("users.info")
    assert await asking.zone(ADA) == ""
