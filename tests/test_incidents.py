"""The page of incidents names tests that are there."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PAGE = (ROOT / "docs" / "incidents.md").read_text("utf-8")
ROWS = [line for line in PAGE.splitlines() if line.startswith("| ") and "#" in line]
NAMED = sorted(set(re.findall(r"`([\w/]+\.py)` (\w+)", "\n".join(ROWS))))


@pytest.mark.parametrize("file", sorted({file for file, _ in NAMED}))
def test_every_test_that_the_page_names_is_there(file: str) -> None:
    source = (ROOT / "tests" / file).read_text("utf-8")
    assert [name for other, name in NAMED if other == file and f"def test_{name}(" not in source] == []


def test_each_of_the_reported_incidents_has_one() -> None:
    assert len(ROWS) >= 45
    assert [row for row in ROWS if not re.search(r"`[\w/]+\.py` \w+", row)] == []
