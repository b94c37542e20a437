"""What a text looks like on each platform: snapshots."""

from textwrap import dedent

import pytest

from adapters.render import parse, revealed
from adapters.render.discord import DiscordWriter
from adapters.render.nodes import Document
from adapters.render.plain import PlainWriter
from adapters.render.slack import MrkdwnWriter, blocks
from adapters.render.writer import INERT

ANSWER = dedent("""\
    # Open at Birch

    **Three** invoices are *open*, ~~four~~ in [the ledger](https://erp.example/list?a=1&b=2|3):

    1. R-17
    2. R-18
       - 2*3*4 EUR & more
       - `late_fee`

    > We pay on Friday.

    ```sql
    select 1 < 2;
    ```

    | who | open |
    |---|---|
    | Birch | **1,200** |
    | Ünal 山 | 7 |

    ---
    See https://x.org/a_(b), thanks.""")


def slack(text: str) -> str:
    return MrkdwnWriter().write(parse(text))


def discord(text: str) -> str:
    return DiscordWriter().write(parse(text))


def plain(text: str) -> str:
    return PlainWriter().write(parse(text))


def seen(written: str) -> str:
    """With what is put in to part signs made visible."""
    return written.replace(INERT, "¦")


def test_an_answer_in_slack() -> None:
    assert seen(slack(ANSWER)) == dedent("""\
        *Open at Birch*

        *Three* invoices are _open_, ~four~ in <https://erp.example/list?a=1&amp;b=2%7C3|the ledger>:

        1. R-17
        2. R-18
           • 2*3*4 EUR &amp; more
           • `late_fee`

        > We pay on Friday.

        ```
        select 1 &lt; 2;
        ```

        ```
        who     │ open
        ────────┼──────
        Birch   │ 1,200
        Ünal 山 │ 7
        ```

        ────────────

        See <https://x.org/a_%28b%29>, thanks.""")


def test_an_answer_in_discord() -> None:
    assert seen(discord(ANSWER)) == dedent("""\
        # Open at Birch

        **Three** invoices are *open*, ~~four~~ in [the ledger](<https://erp.example/list?a=1&b=2%7C3>):

        1. R-17
        2. R-18
           - 2\\*3\\*4 EUR & more
           - `late_fee`

        > We pay on Friday.

        ```sql
        select 1 < 2;
        ```

        ```
        who     │ open
        ────────┼──────
        Birch   │ 1,200
        Ünal 山 │ 7
        ```

        ────────────

        See <https://x.org/a_%28b%29>, thanks.""")


def test_an_answer_in_plain_text() -> None:
    assert plain(ANSWER) == dedent("""\
        Open at Birch
        =============

        Three invoices are open, four in the ledger (https://erp.example/list?a=1&b=2%7C3):

        1. R-17
        2. R-18
           - 2*3*4 EUR & more
           - late_fee

        > We pay on Friday.

            select 1 < 2;

        who     │ open
        ────────┼──────
        Birch   │ 1,200
        Ünal 山 │ 7

        ────────────

        See https://x.org/a_(b), thanks.""")


def test_slack_gets_a_table_as_a_block_and_the_second_in_a_fence() -> None:
    table = "| a | b |\n|---|---|\n| 1 | [x](https://x.org) |\n"
    made = blocks(parse(f"One:\n\n{table}\nTwo:\n\n| c |\n|---|\n| **2** |\n\n---\n\nEnd."))
    assert [block["type"] for block in made] == ["section", "table", "section", "divider", "section"]
    link = {"type": "link", "url": "https://x.org", "text": "x"}
    assert made[1]["rows"] == [
        [{"type": "raw_text", "text": "a"}, {"type": "raw_text", "text": "b"}],
        [
            {"type": "raw_text", "text": "1"},
            {"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": [link]}]},
        ],
    ]
    assert made[2]["text"] == {"type": "mrkdwn", "text": "Two:\n\n```\nc\n─\n2\n```"}


def test_a_section_of_slack_holds_3000_characters() -> None:
    made = blocks(parse("word & more " * 900))
    assert len(made) > 4
    assert all(len(block["text"]["text"]) <= 3000 for block in made)


def test_a_wide_table_becomes_a_list() -> None:
    table = f"| who | note |\n|---|---|\n| Birch | {'long ' * 20}|\n| Oak | short |\n"
    assert discord(table) == f"- **Birch** · note: {'long ' * 19}long\n- **Oak** · note: short"


def test_a_table_with_links_keeps_them() -> None:
    assert discord("| a | b |\n|---|---|\n| 1 | [x](https://x.org) |") == "- **1** · b: [x](<https://x.org>)"


# --- what must not come to life -----------------------------------------------


@pytest.mark.parametrize(
    ("text", "in_slack", "in_discord"),
    [
        ("<!channel> <@U1>", "&lt;!channel&gt; &lt;@U1&gt;", "<!channel> <¦@U1>"),
        ("@everyone, @here", "@everyone, @here", "@¦everyone, @¦here"),
        ("<@&5> <#6> <t:1:R>", "&lt;@&amp;5&gt; &lt;#6&gt; &lt;t:1:R&gt;", "<¦@&5> <¦#6> <¦t:1:R>"),
        ("<:smile:7> </nova:8>", "&lt;:smile:7&gt; &lt;/nova:8&gt;", "<¦:smile:7> <¦/nova:8>"),
        ("`@everyone <@1>`", "`@everyone &lt;@1&gt;`", "`@¦everyone <¦@1>`"),
        ("\\*a\\* \\`b\\` ||c||", "¦*¦a¦*¦ ¦`¦b¦`¦ ||c||", "\\*a\\* \\`b\\` \\|\\|c\\|\\|"),
        ("\\# a\n\\- b\n1\\. c\n\\> d", "# a\n- b\n1. c\n¦&gt; d", "\\# a\n\\- b\n1\\. c\n\\> d"),
        ("[a](javascript:b)", "[a](javascript:b)", "\\[a\\](javascript:b)"),
        ("[a](slack://b)", "a (slack://b)", "a (slack://b)"),
        ("![logo](https://x.org/p.png)", "<https://x.org/p.png|logo>", "[logo](<https://x.org/p.png>)"),
        ("<b>x</b>", "&lt;b&gt;x&lt;/b&gt;", "<b>x<¦/b>"),
        ("ab\u200bc \u202ed", "ab⟨U+200B⟩c ⟨U+202E⟩d", "ab⟨U+200B⟩c ⟨U+202E⟩d"),
        ("`` a`b ``", "`aˋb`", "`` a`b ``"),
        ("[a|b](https://x.org)", "<https://x.org|a¦b>", "[a\\|b](<https://x.org>)"),
    ],
)
def test_words_stay_words(text: str, in_slack: str, in_discord: str) -> None:
    assert (seen(slack(text)), seen(discord(text))) == (in_slack, in_discord)


def test_a_fence_inside_code_does_not_end_it() -> None:
    code = "````\na\n```\nb\n````"
    assert seen(discord(code)) == "```\na\n`¦`¦`\nb\n```"
    assert seen(slack(code)) == "```\na\n`¦`¦`\nb\n```"


@pytest.mark.parametrize("text", ["👨‍👩‍👧 ❤️ 1️⃣ 🏴󠁧󠁢󠁥󠁮󠁧󠁿", "می‌خواهم", "क्‍ष"])
def test_what_belongs_to_a_letter_or_picture_stays(text: str) -> None:
    assert plain(text) == text


# --- links ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("[our bank](https://evil.net/x)", "our bank"),
        ("[https://bank.com](https://evil.net)", "https://bank.com (evil.net)"),
        ("[www.bank.com/login](https://evil.net)", "www.bank.com/login (evil.net)"),
        ("[bank.com](https://www.bank.com/login)", "bank.com"),
        ("https://bаnk.com", "https://bаnk.com (xn--bnk-6cd.com)"),
    ],
)
def test_a_link_that_claims_another_host_says_where_it_leads(text: str, says: str) -> None:
    assert slack(text).partition("|")[2].removesuffix(">") == says


def test_every_masked_link_can_be_made_to_show_its_host() -> None:
    def hosts(text: str) -> Document:
        return revealed(parse(text))

    assert DiscordWriter().write(hosts("[the *list*](https://x.org/a)")) == "[the *list* (x.org)](<https://x.org/a>)"
    assert DiscordWriter().write(hosts("https://x.org/a")) == "<https://x.org/a>"
    assert DiscordWriter().write(hosts("[bank.com](https://x.org)")) == "[bank.com (x.org)](<https://x.org>)"


def test_punctuation_behind_an_address_is_not_part_of_it() -> None:
    assert slack("(see https://x.org/a.) or https://x.org/b_(c)!") == (
        "(see <https://x.org/a>.) or <https://x.org/b_%28c%29>!"
    )


# --- the dialect ------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "is_plainly"),
    [
        ("2*3*4 and x**2 + y**2", "2*3*4 and x**2 + y**2"),
        ("这是**重点**内容", "这是重点内容"),
        ("line\nbreak", "line\nbreak"),
        ("    indented", "indented"),
        ("Title\n---\nText", "Title\n\n────────────\n\nText"),
        ("[a]: https://x.org", "[a]: https://x.org"),
        ("a &amp; b", "a & b"),
        ("", ""),
        ("#", ""),
    ],
)
def test_what_counts_as_markdown(text: str, is_plainly: str) -> None:
    assert plain(text) == is_plainly


def test_lists_and_quotes_are_shown_five_deep() -> None:
    assert plain(">" * 40 + " deep") == "> " * 5 + "deep"
    assert plain("> " * 200 + "deeper") == "> " * 200 + "deeper"
    assert plain("\n".join("  " * n + f"- {n}" for n in range(8))).splitlines()[-1] == " " * 8 + "  7"


def test_signs_without_end_are_taken_as_they_stand() -> None:
    assert plain("**" * 3000 + "x" + "**" * 3000) == "**" * 3000 + "x" + "**" * 3000


def test_marks_nest_whatever_their_order() -> None:
    assert discord("**a *b* c** *d **e***") == "**a *b* c** *d **e***"
    assert seen(slack("*a***b**")) == "_a_¦*b*"
