"""Settings: strict, everything wrong at once, secrets only in a file nobody else can read."""

import os
from pathlib import Path

import pytest

from nova_bot import parts, settings
from nova_bot.core.agent_spec import Budget, Tier
from nova_bot.core.envelope import Standing
from nova_bot.core.errors import BadSettings, SecretsTooOpen
from nova_bot.settings import Settings


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("NOVA_HOME", str(tmp_path))
    return tmp_path


def config(home: Path, text: str) -> None:
    (home / "nova.toml").write_text(text, "utf-8")


def secrets(home: Path, text: str, mode: int = 0o600) -> Path:
    path = home / "secrets.env"
    path.write_text(text, "utf-8")
    path.chmod(mode)
    return path


def key(made: Settings) -> str | None:
    return made.anthropic_api_key.get_secret_value() if made.anthropic_api_key else None


def problems() -> str:
    with pytest.raises(BadSettings) as error:
        settings.load()
    return str(error.value)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('nmae = "Ada"', "nmae: there is no such setting."),
        ('[owner]\nskype = ["U1"]', "owner.skype: there is no such setting."),
        ('[owner]\nname = "Ada"', "owner.name: plain keys come before the first [table]."),
        ('timezone = "Europe/Berln"', 'used: timezone: "Europe/Berln" is no IANA time zone'),
        ('[models]\nquick = "x"', "models.quick: Input should be 'fast', 'standard' or 'deep'."),
        ('[owner]\nslack = ["T/U"]\n[people.ben]\nslack = ["T/U"]', "used: U on slack is both owner and ben."),
    ],
)
def test_a_mistake_is_told_in_plain_words(home: Path, text: str, said: str) -> None:
    config(home, text)
    assert said in problems()


def test_nothing_needs_to_be_set(home: Path) -> None:
    made = settings.load()
    assert (made.home, made.anthropic_api_key, made.database_url, made.script) == (home, None, "", None)
    assert made.run_budget == Budget(steps=24, tokens=200_000, usd=2.0, seconds=300)
    assert {*made.models} == {*Tier}
    assert made.zone.key == made.timezone


def test_the_file_and_the_secrets_are_read(home: Path) -> None:
    config(home, 'hops = 5\ntimezone = "Europe/Berlin"\n')
    secrets(home, "# mine\n\nexport ANTHROPIC_API_KEY='sk-1'\nDATABASE_URL=\n")
    made = settings.load()
    assert (made.hops, made.timezone, key(made), made.database_url) == (5, "Europe/Berlin", "sk-1", "")


def test_a_line_of_the_secrets_that_names_nothing_is_told_by_its_number_and_not_shown(home: Path) -> None:
    path = secrets(home, "# mine\nANTHROPIC_API_KEY sk-1\n")
    assert problems() == (
        f"The settings can't be used: line 2 is no NAME=value. Correct them in {path} or in the environment."
    )


def test_a_mistake_is_looked_for_in_the_file_that_holds_it(home: Path) -> None:
    path = secrets(home, "ANTROPIC_API_KEY=sk-1\n")
    assert problems().endswith(f"Correct them in {path} or in the environment.")
    config(home, "hops = 99\n")
    assert problems().endswith(f"Correct them in {path} and {home / 'nova.toml'} or in the environment.")
    path.unlink()
    assert problems().endswith(f"Correct them in {home / 'nova.toml'} or in the environment.")


def test_the_environment_beats_the_files(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    config(home, 'hops = 5\ndatabase_url = "sqlite:///a"\n')
    secrets(home, "ANTHROPIC_API_KEY=sk-file\n")
    monkeypatch.setenv("NOVA_HOPS", "7")
    monkeypatch.setenv("ANTHROPIC_API_KEY", "sk-environment")
    monkeypatch.setenv("DATABASE_URL", "sqlite:///b")
    made = settings.load()
    assert (made.hops, key(made), made.database_url) == (7, "sk-environment", "sqlite:///b")


def test_an_empty_variable_is_none(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    secrets(home, "ANTHROPIC_API_KEY=sk-file\n")
    monkeypatch.setenv("ANTHROPIC_API_KEY", "")
    monkeypatch.setenv("NOVA_HOPS", "")
    assert (key(settings.load()), settings.load().hops) == ("sk-file", 3)


def test_a_part_keeps_the_other_defaults(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    config(home, '[run_budget]\nusd = 5.0\n[models]\nfast = "small"\n')
    monkeypatch.setenv("NOVA_RUN_BUDGET__STEPS", "9")
    made = settings.load()
    assert made.run_budget == Budget(steps=9, tokens=200_000, usd=5.0, seconds=300)
    assert (made.models[Tier.FAST], made.models[Tier.DEEP]) == ("small", Settings().models[Tier.DEEP])


def test_all_problems_come_at_once(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    config(home, 'hopps = 3\nkeep_turns = 99\ntimezone = "Mars"\n[run_budget]\nstepz = 1\n[models]\nquick = "x"\n')
    monkeypatch.setenv("NOVA_PARALLEL", "many")
    said = problems()
    for name in ("hopps: ", "keep_turns: ", "timezone: ", "run_budget.stepz: ", "models.quick", "parallel: "):
        assert name in said
    assert said.endswith(f"Correct them in {home / 'nova.toml'} or in the environment.")


def test_a_variable_that_should_hold_json_is_named(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NOVA_MODELS", "{")
    assert 'field "models"' in problems()


def test_an_unknown_secret_is_named_and_not_shown(home: Path) -> None:
    secrets(home, "ANTROPIC_API_KEY=sk-very-secret\n")
    assert "antropic_api_key" in problems()
    assert "very-secret" not in problems()


def test_a_secret_is_not_shown(home: Path) -> None:
    secrets(home, "ANTHROPIC_API_KEY=sk-very-secret\n")
    assert "very-secret" not in repr(settings.load())


@pytest.mark.parametrize("mode", [0o644, 0o640, 0o604, 0o660, 0o602])
def test_secrets_that_others_can_read_are_refused(home: Path, mode: int) -> None:
    path = secrets(home, "ANTHROPIC_API_KEY=sk-1\n", mode)
    with pytest.raises(SecretsTooOpen, match=f"chmod 600 {path}"):
        settings.load()


@pytest.mark.parametrize(
    ("content", "said"),
    [(b"hops = ", "not valid TOML"), (b"hops = 'a\xff'", "it can't be read"), (b"\xff", "can't be read")],
)
def test_a_file_that_can_not_be_read_is_named(home: Path, content: bytes, said: str) -> None:
    (home / "nova.toml").write_bytes(content)
    assert said in problems()
    assert str(home / "nova.toml") in problems()


def test_secrets_in_another_encoding_are_named(home: Path) -> None:
    secrets(home, "").write_bytes(b"ANTHROPIC_API_KEY=\xff")
    assert "secrets.env" in problems()
    assert "it can't be read" in problems()


def test_a_folder_in_place_of_the_file_is_named(home: Path) -> None:
    (home / "nova.toml").mkdir()
    assert "it can't be read" in problems()


def test_a_byte_order_mark_is_taken(home: Path) -> None:
    (home / "nova.toml").write_bytes(b"\xef\xbb\xbfhops = 4\n")
    assert settings.load().hops == 4


def test_home_is_in_the_users_folder_unless_said_otherwise(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    assert settings.load().home == tmp_path / ".nova"
    monkeypatch.setenv("NOVA_HOME", "~/elsewhere")
    assert settings.load().home == tmp_path / "elsewhere"


def test_settings_can_not_be_changed(home: Path) -> None:
    with pytest.raises(ValueError, match="frozen"):
        settings.load().hops = 9


def test_this_machines_zone_is_a_zone(home: Path) -> None:
    assert settings.local_zone()
    assert "TZ" in os.environ or settings.load().timezone == settings.local_zone()


def test_people_are_listed_by_their_accounts(home: Path) -> None:
    config(
        home,
        'members_of = {slack = ["T9"]}\nowner = {slack = ["T1/U1"], discord = "42"}\n'
        '[people.ben]\nslack = "T1/U2"\nmay = ["ask", "remind"]\ntz = "Europe/Berlin"\n',
    )
    people = parts.people_of(settings.load())
    assert people.sender("slack", "T1", "U1", "x").person == people.sender("discord", "7", "42", "y").person == "owner"
    assert people.sender("terminal", "local", "owner", "z").standing is Standing.OWNER
    assert (people.person("slack", "T1", "U2").id, people.person("slack", "T1", "U2").tz) == ("ben", "Europe/Berlin")
    assert people.sender("slack", "T9", "U3", "x").standing is Standing.MEMBER
    assert people.sender("slack", "T1", "U3", "x").standing is Standing.GUEST


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('owner = {slack = ["U1"]}', "WORKSPACE/USER"),
        ('owner = {slak = ["T1/U1"]}', "owner.slak"),
        ('owner = {discord = ["g/42"]}', "a user id"),
        ('[people.ben]\nstanding = "owner"', "there is one owner"),
        ('[people.ben]\nmay = ["everything"]', "people.ben.may"),
        ('[people.owner]\nslack = ["T1/U1"]', "no name for one of the people"),
        ('owner = {slack = ["T1/U1"]}\n[people.ben]\nslack = ["T1/U1"]', "is both owner and ben"),
        ('strangers = "welcome"', "strangers"),
    ],
)
def test_a_listing_that_can_not_be_meant_is_named(home: Path, text: str, said: str) -> None:
    config(home, text)
    assert said in problems()
