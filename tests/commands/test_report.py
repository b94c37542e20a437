import re
from html.parser import HTMLParser
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from nova_bot import agent_files, parts
from nova_bot.commands import report, route
from nova_bot.commands.report import Confused, NamedTier, Score
from nova_bot.judged import Judged
from nova_bot.routing import pair
from nova_bot.routing.brain import LearntBrain
from nova_bot.routing.classifier import Classifier, Declared, Tier
from nova_bot.routing.moods import Moods
from nova_bot.routing.ngrams import Counts
from nova_bot.routing.pair import Seen
from nova_bot.routing.router import LadderRouter
from nova_bot.settings import Settings
from nova_bot.tools.all import REGISTRY
from nova_bot.tools.registry import Registry
from tests.doubles import Lab

TIERS = (
    NamedTier("with the sentence encoder", Tier(0.7, 0.75), in_force=True),
    NamedTier("words alone", Tier(0.5, 0.9), in_force=False),
)
TEXTS = ("pay rent", "chase them", "pay up, friend", "write a letter")


def four() -> Judged:
    """For books, chaser, chaser and mailer; the third goes to books."""
    p = np.array([[0.92, 0.06, 0.02], [0.1, 0.85, 0.05], [0.74, 0.2, 0.06], [0.08, 0.2, 0.72]], np.float32)
    label = np.array([0, 1, 1, 2])
    return Judged(("books", "chaser", "mailer"), TEXTS, label, label[:, None] == np.arange(3), p)


class Tags(HTMLParser):
    """Every tag with its attributes; complains about one that is never closed."""

    VOID = ("meta",)

    def __init__(self, page: str) -> None:
        super().__init__()
        self.seen: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append((tag, dict(attrs)))
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def labels(self) -> list[str | None]:
        return [attrs.get("aria-label") for tag, attrs in self.seen if tag == "svg"]


def test_the_page_holds_real_pictures_and_nothing_from_elsewhere() -> None:
    page = report.page(four(), TIERS, "4 messages")
    tags = Tags(page)
    assert tags.open == []
    assert tags.labels()[:3] == ["Reliability diagram", "Precision-coverage curve", "Confusion matrix"]
    assert not {"script", "link", "img", "iframe"} & {tag for tag, _ in tags.seen}
    assert not re.search(r"https?:|url\(|@import", page)
    assert "prefers-color-scheme: dark" in page


def test_the_page_says_what_it_is_about() -> None:
    page = report.page(four(), TIERS, "4 messages of set.jsonl")
    text = " ".join(re.sub(r"<[^>]+>", " ", page).split())
    assert "4 messages of set.jsonl; 3 agents." in text
    assert "75 % the right agent comes first" in text
    assert "100 % it is among the first three" in text
    assert "the threshold in force, 50 % routed and 100 % of them right." in text
    assert "with the sentence encoder 0.70 0.75 in force" in text


def test_what_people_wrote_cannot_break_the_page() -> None:
    messages = four()
    said = ("", "", "<b>pay</b> & go", "")
    page = report.page(Judged(messages.agents, said, messages.label, messages.right, messages.p), TIERS, "")
    assert "&lt;b&gt;pay&lt;/b&gt; &amp; go" in page
    assert "<b>pay" not in page


def test_a_threshold_that_nothing_reaches_is_said() -> None:
    page = report.page(four(), (NamedTier("words alone", Tier(0.5, 0.99), in_force=True),), "")
    assert "which no message reaches" in page
    assert "<circle" not in page


def test_confusion_counts_right_agents_in_rows_and_guesses_in_columns() -> None:
    assert report.confusion(four()).tolist() == [[1, 0, 0], [1, 1, 0], [0, 0, 1]]


def test_another_right_agent_is_no_confusion() -> None:
    messages = four()
    messages.right[2, 0] = True
    assert report.confusion(messages).tolist() == [[2, 0, 0], [0, 1, 0], [0, 0, 1]]
    assert report.worst_pairs(messages) == []
    assert "No message was taken for another agent" in report.page(messages, TIERS, "")


def test_the_worst_pair_comes_with_its_surest_mistakes() -> None:
    (only,) = report.worst_pairs(four())
    assert only == Confused("chaser", "books", 1, 2, (("pay up, friend", pytest.approx(0.74)),))  # type: ignore[arg-type]


def test_each_agent_has_its_recall_and_precision() -> None:
    assert report.scores(four()) == [
        Score("books", 1, 1.0, 0.5),
        Score("chaser", 2, 0.5, 1.0),
        Score("mailer", 1, 1, 1),
    ]


def test_an_agent_without_messages_has_no_recall() -> None:
    messages = four()
    without = Judged(messages.agents, TEXTS[:3], messages.label[:3], messages.right[:3], messages.p[:3])
    assert report.scores(without)[2] == Score("mailer", 0, None, None)
    assert "none" in report.page(without, TIERS, "")


def test_reliability_has_a_bin_for_each_degree_of_sureness() -> None:
    bins = report.reliability(four())
    assert [(one.low, one.count, one.right) for one in bins] == [(0.7, 2, 0.5), (0.8, 1, 1.0), (0.9, 1, 1.0)]
    assert bins[0].sure == pytest.approx(0.73)


def test_a_long_curve_keeps_its_ends() -> None:
    p = np.tile(four().p, (500, 1))
    label = np.tile(four().label, 500)
    many = Judged(four().agents, TEXTS * 500, label, label[:, None] == np.arange(3), p)
    points = report.curve(many)
    assert len(points) <= report.POINTS
    assert points[0].coverage == pytest.approx(1 / 2_000)
    assert points[-1].coverage == 1.0


@pytest.fixture
def learnt(agents: Path, monkeypatch: pytest.MonkeyPatch) -> LadderRouter:
    """A router with a real classifier of the four test agents, by words alone."""
    registry = Registry([*REGISTRY.of(REGISTRY.outward()), *Lab().tools])
    monkeypatch.setattr(parts, "REGISTRY", registry)
    roster = agent_files.load(agents, registry.outward())
    texts = tuple(f"{text} {word}" for spec in roster for text in spec.examples for word in ("now", "please"))
    owner = np.array([i for i, spec in enumerate(roster) for _ in range(2 * len(spec.examples))])
    fitted = pair.learn(Seen(Counts.of(texts), None), owner, len(roster), pair.MOODS)
    declared = Declared(roster.names, texts, owner, np.ones(len(texts), np.bool_))
    tier = Tier(1.0, 0.6)
    classifier = Classifier(declared, fitted, fitted.idf.rows(texts), tier, Tier(1.0, 0.5), None)
    router = LadderRouter(roster, LearntBrain(classifier, Moods(fitted, fitted, fitted)))
    monkeypatch.setattr(parts, "team", lambda settings, roster: SimpleNamespace(router=router))
    monkeypatch.setattr("nova_bot.router_files.declared", lambda folder, roster: declared)
    return router


@pytest.fixture
def settings(tmp_path: Path, agents: Path) -> Settings:
    return Settings(home=tmp_path / "home", agents=agents, timezone="UTC")


def test_a_labelled_file_is_reported_on(learnt: LadderRouter, settings: Settings, tmp_path: Path) -> None:
    data = tmp_path / "mine.jsonl"
    data.write_text('{"text": "invoice now", "agent": "books"}\n{"text": "mail now", "agent": "mailer"}\n', "utf-8")
    report.write(settings, tmp_path / "page.html", data)
    page = (tmp_path / "page.html").read_text("utf-8")
    assert "2 labelled messages of mine.jsonl" in page
    assert re.search(r"words alone</td>.*?in force", page, re.DOTALL)


def test_without_a_file_the_agents_own_examples_are_cross_validated(
    learnt: LadderRouter, settings: Settings, tmp_path: Path
) -> None:
    report.write(settings, tmp_path / "page.html", None)
    page = (tmp_path / "page.html").read_text("utf-8")
    assert "examples of the agent files, each judged by a router that had not seen it" in page


def test_a_page_that_takes_minutes_says_so_and_that_it_cannot_be_written_before(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    written: list[Path] = []
    monkeypatch.setattr(report, "write", lambda _settings, out, _data: written.append(out))
    with pytest.raises(FileNotFoundError):
        route.report(Settings(home=tmp_path), tmp_path / "nowhere" / "page.html", None)
    assert written == []
    route.report(Settings(home=tmp_path), tmp_path / "page.html", None)
    assert written == [tmp_path / "page.html"]
    assert "this takes minutes" in capsys.readouterr().err
