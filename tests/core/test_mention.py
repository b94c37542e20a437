"""Mention: crowds are known by their words, and what is kept comes back."""

import pytest

from nova_bot.core.mention import Crowd, Mention, crowd_of


@pytest.mark.parametrize(
    ("who", "crowd"),
    [("channel", "channel"), ("here", "here"), ("everyone", "everyone"), ("group:S123", "group"), ("Ana", None),
     ("group:", None), ("", None), ("nobody", None), ("<!channel>", None)],
)  # fmt: skip
def test_only_the_words_for_it_name_a_crowd(who: str, crowd: str | None) -> None:
    found = crowd_of(who)
    assert (found.crowd if found else None) == crowd


@pytest.mark.parametrize("mention", [Mention(Crowd.NOBODY, "U1"), Mention(Crowd.GROUP, "S1"), Mention(Crowd.HERE)])
def test_what_is_kept_comes_back(mention: Mention) -> None:
    assert Mention.parse(mention.text) == mention
