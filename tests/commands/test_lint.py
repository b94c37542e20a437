"""What lint says about the borders between agents, as the fitted router sees them."""

from pathlib import Path

import numpy as np
import pytest

from nova_bot import borders
from nova_bot.agent_files import load
from nova_bot.commands import lint
from nova_bot.core.route import Candidate
from nova_bot.tools.all import REGISTRY
from tests.agents import AGENTS, with_lines, write

CASES = 'not_for: ["a letter about the ledger -> mailer", "chase them -> chaser"]'


def to_books(text: str) -> tuple[Candidate, ...]:
    return (Candidate("books" if "ledger" in text else "chaser", 0.8),)


def test_a_case_that_goes_to_the_agent_it_is_not_for_is_named_with_its_line(agents: Path) -> None:
    path = write(agents, "books", with_lines(AGENTS["books"], CASES))
    found = [*borders.crossed(load(agents, {**REGISTRY.outward(), "lab.read": False}), to_books)]
    assert len(found) == 1
    assert path.name in found[0]
    assert '"a letter about the ledger" goes to books (p 0.80) instead of mailer' in found[0]


def test_recall_is_shown_worst_first_and_confusable_pairs_by_how_often() -> None:
    confusion = np.array([[5, 5, 0], [1, 9, 0], [2, 0, 8]])
    assert [*borders.recall(("a", "b", "c"), confusion)] == [f"{'a 0.50':<26}{'c 0.80':<26}{'b 0.90':<26}".rstrip()]
    assert [*borders.confusable(("a", "b", "c"), confusion)] == ["a and b: 6 examples of one were taken for the other"]


def test_a_fitted_router_is_asked_and_its_recall_is_told(
    fitted_agents: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert lint.borders(fitted_agents, tmp_path, REGISTRY.outward()) == []
    assert "cross-validated recall" in capsys.readouterr().err


def test_files_without_a_router_of_their_own_are_not_judged(
    agents: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert lint.borders(agents, tmp_path, {**REGISTRY.outward(), "lab.read": False}) == []
    assert "no router is fitted" in capsys.readouterr().err
