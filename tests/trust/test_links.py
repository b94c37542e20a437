"""Addresses: whatever a platform could open becomes text, and text that only looks a little like one stays."""

import pytest

from nova_bot.trust.links import Rule, addresses, exact, plain_addresses, without_pictures_and_masks


def plain(text: str, rule: Rule = Rule()) -> str:
    return plain_addresses(without_pictures_and_masks(text, rule), rule)


@pytest.mark.parametrize(
    ("text", "made"),
    [
        ("https://evil.test/abc.png", "evil[.]test/…"),
        ("http://abc.evil.test/", "abc[.]evil[.]test"),
        ("HTTPS://EVIL.TEST/x", "EVIL[.]TEST/…"),
        ("ftp://evil.test/c", "ftp: evil[.]test/…"),
        ("slack://open?d=c", "slack: open/…"),
        ("mailto:x@evil.test?body=c", "x@evil[.]test/…"),
        ("anna@evil.test", "anna@evil[.]test"),
        ("javascript:alert(1)", "javascript: …"),
        ("data:text/html;base64,PGI+", "data: …"),
        ("evil.test", "evil[.]test"),
        ("www.evil.test/x", "www[.]evil[.]test/…"),
        ("//evil.test/x", "evil[.]test/…"),
        ("_evil.test_", "_evil[.]test_"),
        ("-evil.test", "-evil[.]test"),
        ("https:/evil.test", "evil[.]test"),
        (r"https:\\evil.test\x", "evil[.]test/…"),
        ("https://bank.example@evil.test/x", "evil[.]test/…"),
        ("https://user:pass@evil.test:8443/x", "evil[.]test/…"),
        ("http://[2001:db8::1]/x", "2001[:]db8[:][:]1/…"),
        ("http://2130706433/x", "2130706433/…"),
        ("10.0.0.1:80/x", "10[.]0[.]0[.]1/…"),
        ("http://xn--pypal-4ve.test/a", "xn--pypal-4ve[.]test/…"),
        ("http://раураl.test", "xn--l-7sba6dbr[.]test"),
        ("ev\u200bil.test", "evil[.]test"),
        ("ht\u2060tps://evil.test/x", "evil[.]test/…"),
        ("evil。test", "evil[.]test"),
        ("ｅｖｉｌ．ｔｅｓｔ", "evil[.]test"),
        ("evil&#46;test", "evil[.]test"),
        ("evil&period;test", "evil[.]test"),
        (r"evil\.test", "evil[.]test"),
        ("https://evil.test?x=y|bank.example", "evil[.]test/…"),
        ("(see https://evil.test/a).", "(see evil[.]test/…)."),
        ("`https://evil.test/a`", "`evil[.]test/…`"),
        ('<a href="https://evil.test/x">y</a>', '<a href="evil[.]test/…">y</a>'),
    ],
)
def test_an_address_becomes_text_that_shows_where_it_leads(text: str, made: str) -> None:
    assert plain(text) == made
    assert plain(made) == made


@pytest.mark.parametrize(
    ("text", "made"),
    [
        ("<https://evil.test|https://bank.example>", "evil[.]test"),
        ("[your bank](https://evil.test/x)", "your bank (evil[.]test/…)"),
        ("[bank.example](https://evil.test/x)", "evil[.]test/…"),
        ("[a](<https://evil.test/x y>)", "a (evil[.]test/…)"),
        ('[a](https://evil.test/x "title")', "a (evil[.]test/…)"),
        ("![chart](https://evil.test/x.png)", "chart"),
        ("[![p](https://evil.test/p)](https://evil.test/q)", "p (evil[.]test/…)"),
        ("[a][1]\n\n[1]: https://evil.test/x", "[a][1]\n\n1 (evil[.]test/…)"),
        ("[a](//evil.test/x)", "a (evil[.]test/…)"),
    ],
)
def test_a_label_never_hides_where_it_leads(text: str, made: str) -> None:
    assert plain(text) == made


@pytest.mark.parametrize(
    "text",
    [
        "os.path.join(a, b)",
        "e.g. this, i.e. that, z.B. jenes",
        "v1.2.3 and 3.14 and 1.234,56 EUR",
        "node.js and test_foo.py, README.md",
        "x[i](y) and a < b | c > d",
        "12:30, note: this, C:\\temp",
        "Really?No.",
    ],
)
def test_ordinary_text_stays_as_it_is(text: str) -> None:
    assert plain(text, Rule(careful=False)) == text


def test_with_a_secret_in_view_even_a_files_name_may_be_a_host() -> None:
    assert plain("abc.md", Rule(careful=True)) == "abc[.]md"


def test_only_the_very_same_address_stays_a_link() -> None:
    rule = Rule(exact(["Docs: https://docs.example/a and https://docs.example/b."]))
    kept = "https://docs.example/a, https://docs.example/b. <https://docs.example/a>"
    assert plain(kept, rule) == kept
    for other in (
        "https://docs.example/a?x",
        "https://docs.example/",
        "https://docs.example/A",
        "http://docs.example/a",
    ):
        assert plain(other, rule) != other
    assert plain("https://docs.example/\u200ba", rule) == "docs[.]example/…"
    assert plain("[here](https://docs.example/a)", rule) == "[here (docs.example)](https://docs.example/a)"


def test_the_allow_list_takes_plain_pages_of_the_very_host() -> None:
    rule = Rule(hosts=frozenset({"docs.example"}))
    assert plain("https://docs.example/a/b", rule) == "https://docs.example/a/b"
    for other in (
        "https://docs.example/a?q=1",
        "https://docs.example/a#b",
        "https://docs.example:8443/a",
        "https://x@docs.example/a",
        "https://sub.docs.example/a",
        "https://docs.example.evil.test/a",
        "http://docs.example/a",
        "https://dоcs.example/a",
    ):
        assert "[.]" in plain(other, rule)


@pytest.mark.parametrize("text", ["a." * 4_000, "[" * 8_000, "[a" * 4_000, "([" * 4_000, "a@" * 4_000, "<a|" * 3_000])
def test_a_text_made_to_be_slow_is_not(text: str) -> None:
    assert isinstance(plain(text), str)


def test_the_addresses_of_a_text_are_found_behind_labels_too() -> None:
    assert [one.host for one in addresses("[x](https://evil.test/a) and www.other.test")] == [
        "evil.test",
        "www.other.test",
    ]
