from pathlib import Path

import numpy as np
import pytest

from nova_bot import judged
from nova_bot.core.errors import BadInput
from nova_bot.core.route import Candidate
from nova_bot.judged import Judged, Labelled
from nova_bot.routing.classifier import Declared

AGENTS = ("a", "b", "c")


def four() -> Judged:
    """Sure and right, sure and right, less sure and wrong, unsure and right."""
    p = np.array([[0.9, 0.1, 0.0], [0.1, 0.8, 0.1], [0.2, 0.7, 0.1], [0.3, 0.3, 0.4]], np.float32)
    label = np.array([0, 1, 0, 2])
    return Judged(AGENTS, ("one", "two", "three", "four"), label, label[:, None] == np.arange(3), p)


class Ranking:
    """Always the same; remembers what it was asked."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    def __call__(self, text: str) -> tuple[Candidate, ...]:
        self.asked.append(text)
        return Candidate("b", 0.6), Candidate("a", 0.3), Candidate("c", 0.1)


def test_a_right_agent_counts_within_the_first_places() -> None:
    assert four().within(1) == 0.75
    assert four().within(2) == 1.0


def test_coverage_is_the_largest_share_that_is_right_often_enough() -> None:
    assert four().coverage_at(1.0) == 0.5
    assert four().coverage_at(0.75) == 1.0


def test_coverage_is_nothing_where_the_surest_is_wrong() -> None:
    wrong = Judged(AGENTS, ("one",), np.array([1]), np.array([[False, True, False]]), four().p[:1])
    assert wrong.coverage_at(0.5) == 0.0


def test_messages_are_ranked_as_the_ladder_would_without_the_call_of_nova() -> None:
    rank = Ranking()
    messages = judged.ranked(rank, AGENTS, [Labelled(text="@nova: pay it\u200b", agent="a", also_ok=("b",))])
    assert rank.asked == ["pay it"]
    assert messages.hit.tolist() == [True]
    assert messages.label.tolist() == [0]
    assert messages.p[0].tolist() == pytest.approx([0.3, 0.6, 0.1])


def test_a_label_that_is_no_agent_is_refused() -> None:
    with pytest.raises(BadInput, match='"z" is no agent'):
        judged.ranked(Ranking(), AGENTS, [Labelled(text="pay it", agent="z")])


def test_a_bad_line_is_named(tmp_path: Path) -> None:
    path = tmp_path / "set.jsonl"
    path.write_text('{"text": "fine"}\n\n{"agent": "a"}\n', "utf-8")
    with pytest.raises(BadInput, match=r"set\.jsonl:3: "):
        judged.labelled(path)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="can't be read"):
        judged.labelled(tmp_path / "nothing.jsonl")


def test_only_typical_utterances_are_held_out_and_no_one_saw_them_before() -> None:
    kinds = (("pay the invoice", "of"), ("translate a letter", "into"))
    texts = tuple(f"{kind} {joined} {name}" for kind, joined in kinds for name in ("Ada", "Bo", "Cy", "Di"))
    typical = np.array([True] * 3 + [False] + [True] * 4)
    messages = judged.held_out(Declared(("books", "words"), texts, np.repeat([0, 1], 4), typical), None)
    assert messages.texts == (*texts[:3], *texts[4:])
    assert messages.within(1) == 1.0
    assert np.allclose(messages.p.sum(axis=1), 1, atol=1e-5)


def test_an_utterance_unlike_all_others_is_not_known_when_it_is_held_out() -> None:
    texts = ("pay rent", "pay tax", "pay fees", "xylophone", "sing songs", "sing hymns", "sing arias", "sing blues")
    messages = judged.held_out(Declared(("books", "music"), texts, np.repeat([0, 1], 4), np.ones(8, np.bool_)), None)
    assert messages.p[0, 0] > messages.p[3, 0]
