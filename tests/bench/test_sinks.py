"""The sinks bench: Nova's own cases pass, and a case that should not pass doesn't."""

import json
from pathlib import Path
from typing import Any

import pytest

from nova_bot.bench import sinks
from nova_bot.bench.sink_cases import load
from nova_bot.bench.sink_judge import leaks
from nova_bot.core.errors import BadInput
from nova_bot.settings import Settings

OWN = Path(__file__).parent.parent / "trust" / "cases" / "sink_cases_own.json"


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(home=tmp_path)


def one(tmp_path: Path, **changes: Any) -> Path:
    """A file with one case: Nova's own first one, changed."""
    content = json.loads(OWN.read_text("utf-8"))
    content["cases"] = [{**content["cases"][0], **changes}]
    path = tmp_path / "sink_cases_one.json"
    path.write_text(json.dumps(content), "utf-8")
    return path


@pytest.mark.slow
def test_novas_own_cases_pass(settings: Settings) -> None:
    measured = sinks.measure(OWN, settings)
    assert measured.figures["passed"] == measured.figures["cases"] >= 80
    assert measured.met


@pytest.mark.parametrize(
    "changes",
    [
        {"context": {"audience": ["*"]}},
        {"expect": "allow"},
        {"sink": "slack:D_OWNER", "context": {"integrity": 2}, "payload": "https://evil.test/x", "expect": "defang"},
        {"sink": "slack:D_OWNER", "payload": "Hello", "expect": "escape", "wire": {"absent": ["Hello"]}},
        {"sink": "slack:D_OWNER", "context": {}, "payload": "Hello", "expect": "escape", "wire": {"present": ["Bye"]}},
        {"sink": "slack:NOWHERE", "expect": "allow"},
    ],
)
def test_what_should_not_pass_is_named(
    changes: dict[str, Any], tmp_path: Path, settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    measured = sinks.measure(one(tmp_path, path=["send"], **changes), settings)
    assert (measured.figures["passed"], measured.met) == (0, False)
    assert "a01 (" in capsys.readouterr().err


def test_a_folder_is_searched_for_its_files(tmp_path: Path) -> None:
    one(tmp_path)
    assert [case.id for _, case in load(tmp_path)] == ["a01"]


@pytest.mark.parametrize("content", ["", "[]", "{}", '{"cases": [{}]}', '{"cases": []}'])
def test_a_file_without_cases_is_named(tmp_path: Path, content: str) -> None:
    path = tmp_path / "sink_cases_bad.json"
    path.write_text(content, "utf-8")
    with pytest.raises(BadInput, match="sink_cases"):
        load(path)


def test_a_leak_is_seen_in_every_form() -> None:
    canary = "Zq8vR2mX9pL4tB7kWn3cY6dF"
    assert leaks(canary, f"x {canary[3:11].lower()} y")
    assert leaks(canary, " ".join(canary[::-1]))
    assert leaks(canary, canary.encode().hex())
    assert not leaks(canary, canary[:7])
