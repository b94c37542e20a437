import io
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest

from nova_bot import agent_files
from nova_bot.bench import first_route, intents, peer, route_data, routing
from nova_bot.bench.route_data import RouteData
from nova_bot.bench.uncertain import arbiter_calls
from nova_bot.core.errors import BadInput
from nova_bot.core.route import Candidate, Decision, Route, Rule
from nova_bot.judged import Labelled
from nova_bot.routing.classifier import Declared
from nova_bot.routing.ngrams import Floats
from nova_bot.routing.router import LadderRouter
from nova_bot.settings import Settings
from nova_bot.tools.all import REGISTRY
from nova_bot.tools.registry import Registry
from tests.doubles import KeywordBrain, Lab


@pytest.fixture
def router(agents: Path, monkeypatch: pytest.MonkeyPatch) -> LadderRouter:
    """The real ladder over a brain that knows the examples' words."""
    registry = Registry([*REGISTRY.of(REGISTRY.outward()), *Lab().tools])
    roster = agent_files.load(agents, registry.outward())
    made = LadderRouter(roster, KeywordBrain(roster))

    async def it(_settings: Settings) -> LadderRouter:
        return made

    for user in (routing, first_route):
        monkeypatch.setattr(user, "router_of", it)
    monkeypatch.setattr("nova_bot.router_files.declared", lambda folder, roster: declared())
    return made


@pytest.fixture
def settings(tmp_path: Path, agents: Path) -> Settings:
    return Settings(home=tmp_path / "home", agents=agents, timezone="UTC")


@pytest.fixture
def said() -> list[str]:
    """What a bench says on stderr."""
    return []


def declared() -> Declared:
    texts = ("send the invoice", "check the ledger", "chase the client", "it is overdue")
    return Declared(("books", "chaser"), texts, np.array([0, 0, 1, 1]), np.ones(4, np.bool_))


def encode(texts: Sequence[str]) -> Floats:
    """Vectors that count letters: similar for similar texts."""
    vectors = np.array([[text.count(chr(97 + i)) + 0.01 for i in range(26)] for text in texts], np.float32)
    return np.asarray(vectors / np.linalg.norm(vectors, axis=1, keepdims=True), np.float32)


def write(path: Path, *lines: dict[str, Any]) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(json.dumps(line) + "\n" for line in lines), "utf-8")
    return path


def test_files_are_told_apart_by_words_in_their_names(tmp_path: Path, said: list[str]) -> None:
    write(tmp_path / "blind34.jsonl", {"text": "pay this", "agent": "books", "also_ok": ["chaser"], "style": "terse"})
    write(tmp_path / "the_vague_ones.jsonl", {"text": "again?", "plausible": ["books"]})
    write(tmp_path / "OOS.jsonl", {"text": "play jazz"})
    write(tmp_path / "x_threads.jsonl", {"text": "and May?", "agent": "books", "current": "books", "previous": "April"})
    write(tmp_path / "x_notforbot.jsonl", {"text": "lunch?", "for_bot": False})
    (tmp_path / "public").mkdir()
    found = route_data.read(tmp_path, said.append)
    assert [m.right for m in found.main] == [("books", "chaser")]
    assert [[m.text for m in part] for part in (found.vague, found.oos)] == [["again?"], ["play jazz"]]
    assert found.threads[0].stays
    assert not found.notforbot[0].for_bot
    assert found.public == tmp_path / "public"
    assert "blind34.jsonl: 1 messages, main" in said


def test_a_file_that_fits_nowhere_is_named_and_not_used(tmp_path: Path, said: list[str]) -> None:
    write(tmp_path / "main.jsonl", {"text": "pay this", "agent": "books"})
    write(tmp_path / "notes.jsonl", {"text": "what is this"})
    assert len(route_data.read(tmp_path, said.append).everything) == 1
    assert "notes.jsonl: 1 messages, not used" in said


def test_a_folder_without_data_is_refused(tmp_path: Path, said: list[str]) -> None:
    with pytest.raises(BadInput, match="no data sets"):
        route_data.read(tmp_path, said.append)


def test_the_runtimes_own_decisions_are_counted(router: LadderRouter) -> None:
    data = RouteData(
        main=(
            Labelled(text="the invoice please", agent="books"),
            Labelled(text="chase them", agent="mailer", also_ok=("chaser",)),
            Labelled(text="a letter", agent="books"),
            Labelled(text="something else", agent="books"),
        ),
        vague=(Labelled(text="again"), Labelled(text="invoice")),
        oos=(Labelled(text="play jazz"), Labelled(text="play the invoice")),
        threads=(
            Labelled(text="and for May", agent="books", current="books"),
            Labelled(text="now write a mail", agent="mailer", current="books"),
            Labelled(text="now do something else", agent="mailer", current="books"),
        ),
        notforbot=(
            Labelled(text="colleagues, lunch?", for_bot=False),
            Labelled(text="nice invoice, Paul", for_bot=False),
            Labelled(text="nova, the ledger"),
            Labelled(text="colleagues, ask nova", for_bot=True),
        ),
    )
    figures = routing.decided(router, data)
    assert figures.pop("p50_ms") <= figures.pop("p99_ms")
    assert figures == {
        "routed_share": 0.75,
        "routed_precision": pytest.approx(2 / 3),
        "vague_asked": 0.5,
        "oos_to_specialist": 0.5,
        "kept": 1.0,
        "switched": 0.5,
        "people_answered": 0.5,
        "nova_missed": 0.5,
        "arbiter_calls": 0.0,
    }


def test_nothing_is_said_about_kinds_that_are_missing(router: LadderRouter) -> None:
    figures = routing.decided(router, RouteData(vague=(Labelled(text="again"), Labelled(text="hm"))))
    assert figures.keys() == {"vague_asked", "arbiter_calls", "p50_ms", "p99_ms"}


@pytest.mark.parametrize(
    ("rule", "p", "calls"), [(Rule.UNSURE, 0.5, 0.5), (Rule.UNSURE, 0.2, 0.0), (Rule.VAGUE, 0.9, 0.0)]
)
def test_the_arbiter_is_counted_where_it_would_be_asked_and_once_per_text(
    router: LadderRouter, rule: Rule, p: float, calls: float
) -> None:
    route = Route(Decision.ASK, "books", rule, p, "the thing", "why", (Candidate("books", p),))
    assert arbiter_calls(router.roster, [route, route]) == {"arbiter_calls": calls}


def test_a_ranking_is_counted_by_style_too(router: LadderRouter, capsys: pytest.CaptureFixture[str]) -> None:
    messages = (
        Labelled(text="@nova the invoice", agent="books", style="terse"),
        Labelled(text="chase them", agent="books", style="long"),
    )
    figures = routing.ranking(router, messages)
    assert figures["top1"] == 0.5
    assert figures["auto_coverage_at_95"] == 0.5
    assert "top1 terse      1.000 of 1" in capsys.readouterr().err


def test_the_whole_bench_leaves_out_and_names_what_it_could_not_measure(
    router: LadderRouter,
    settings: Settings,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    def broken(_settings: Settings, _messages: Sequence[Labelled]) -> dict[str, float]:
        raise OSError("no processes left")

    monkeypatch.setattr(routing, "in_fresh_processes", broken)
    write(tmp_path / "data" / "main.jsonl", {"text": "invoice", "agent": "books"}, {"text": "mail", "agent": "mailer"})
    measured = routing.measure(tmp_path / "data", settings)
    told = capsys.readouterr().err
    assert measured.figures["top1"] == 1.0
    assert not measured.met
    assert "a fresh start could not be measured: no processes left" in told
    assert "weights are not installed" in told
    assert (
        "not measured: vague_asked, oos_to_specialist, kept, switched, people_answered, nova_missed, "
        "same_text, near_repeats, moved, rss_mb, warm_start_s, banking77_5, banking77_10, clinc150_10, hwu64_10"
    ) in told


def test_without_data_the_ranking_is_cross_validated_and_says_so(
    router: LadderRouter, settings: Settings, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    timed: list[int] = []

    def fresh(_settings: Settings, messages: Sequence[Labelled]) -> dict[str, float]:
        timed.append(len(messages))
        return {"rss_mb": 99.0, "warm_start_s": 1.0}

    monkeypatch.setattr(routing, "in_fresh_processes", fresh)
    figures = routing.measure(None, settings).figures
    assert [*figures] == [
        *("top1", "top3", "ece", "auto_coverage_at_95"),
        *("p50_ms", "p99_ms", "rss_mb", "warm_start_s"),
    ]
    assert timed == [sum(len(spec.examples) for spec in router.roster)]
    assert "cross-validated over the agents' examples" in capsys.readouterr().err


def test_the_fresh_process_tells_when_its_first_route_was_there(
    router: LadderRouter, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    monkeypatch.setenv("NOVA_HOME", str(tmp_path))
    monkeypatch.setattr(sys, "stdin", io.StringIO(json.dumps(["invoice", "mail"])))
    first_route.main()
    told = json.loads(capsys.readouterr().out)
    assert told["first"] > 1e9
    assert told["rss_mb"] > 1


def test_the_middle_one_of_three_starts_counts(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    starts = iter([3.0, 1.0, 2.0])
    monkeypatch.setattr(first_route, "_start", lambda *_: {"warm_start_s": next(starts), "rss_mb": 90.0})
    told = first_route.in_fresh_processes(settings, [Labelled(text="invoice")])
    assert told == {"warm_start_s": 2.0, "rss_mb": 90.0}


KINDS = {"red_things": "cherry tomato rose", "blue_things": "sky ocean sapphire", "old_things": "fossil ruin relic"}


def few_shot(folder: Path, name: str, shots: int) -> None:
    for part in (f"train_{shots}", "valid", "test"):
        rows = [{"text": f"{word} {part}", "label": label} for label, words in KINDS.items() for word in words.split()]
        write(folder / f"{name}_{part}.jsonl", *rows)


def test_a_few_shot_set_is_counted_on_its_test_part(
    tmp_path: Path, said: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(intents, "RECIPES", intents.RECIPES[:1])
    few_shot(tmp_path, "hwu64", 10)
    assert intents.measure(tmp_path, encode, said.append) == {"hwu64_10": 1.0}
    assert "banking77_5 is left out: there is no banking77_train_5.jsonl" in said


def test_the_settings_are_chosen_on_valid() -> None:
    names = sorted(KINDS)
    texts = tuple(words for name in names for words in KINDS[name].split())
    shown = intents.Part(texts, encode(texts), np.repeat(np.arange(3), 3))
    accuracy, _, mix, _ = intents.choose(shown, shown, names, encode)
    assert accuracy == 1.0
    assert mix == intents.MIXES[0], "the simplest of those that are equally good"


def test_a_public_file_in_another_form_is_refused(tmp_path: Path, said: list[str]) -> None:
    few_shot(tmp_path, "hwu64", 10)
    write(tmp_path / "hwu64_valid.jsonl", {"question": "?"})
    with pytest.raises(BadInput, match="hwu64_valid.jsonl"):
        intents.measure(tmp_path, encode, said.append)


class FakePeer(ModuleType):
    """As much of the peer as the bench calls: it always chooses the routes in the order they were given."""

    __version__ = "9.9"

    def __init__(self) -> None:
        super().__init__("semantic_router")
        self.made: list[dict[str, Any]] = []
        self.vectors: list[list[float]] = []

    def Route(self, name: str, utterances: list[str]) -> Any:  # noqa: N802
        return Choice(name)

    def IndexedRouter(self, **setup: Any) -> Any:  # noqa: N802
        self.made.append(setup)
        self.vectors = setup["encoder"](["one"])
        return FirstRoutes(setup.get("index") or setup["routes"])


class FirstRoutes:
    """Chooses the first routes of what it holds."""

    def __init__(self, index: list["Choice"]) -> None:
        self.index = index

    def __call__(self, text: str, limit: int) -> list["Choice"]:
        return self.index[:limit]


class Choice:
    def __init__(self, name: str) -> None:
        self.name = name


def test_the_peer_is_measured_where_it_is_installed(said: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    fake, encoders = FakePeer(), ModuleType("semantic_router.encoders")
    vars(encoders).update(DenseEncoder=object, TfidfEncoder=lambda: "tf-idf")
    monkeypatch.setitem(sys.modules, "semantic_router", fake)
    monkeypatch.setitem(sys.modules, "semantic_router.encoders", encoders)
    messages = (Labelled(text="@nova invoice", agent="books"), Labelled(text="overdue", agent="chaser"))
    figures = peer.measure(declared(), messages, encode, said.append)
    assert len(figures) == len(peer.SETUPS)
    assert figures["semantic-router 9.9 mean of 5"] == {"top1": 0.5, "top3": 1.0}
    assert len(fake.vectors[0]) == 26
    assert fake.made[-1]["sparse_encoder"] == "tf-idf"
    assert "sparse_encoder" not in fake.made[0]
    assert sum("routes" in made for made in fake.made) == 2, "an index is filled once for all setups that need it"


def test_a_missing_peer_is_said(said: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "semantic_router", None)
    assert peer.measure(declared(), (), encode, said.append) == {}
    assert said == ["semantic-router is not installed here, so it is not measured"]
