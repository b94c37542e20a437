"""A run as others read it: a page that needs nothing and runs nothing, a trace, PROV."""

import json
import threading
from collections.abc import Iterator
from html.parser import HTMLParser
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest

from nova_bot.commands import export
from nova_bot.core.errors import BadInput, NoSuchRun
from nova_bot.export import traces
from nova_bot.export.traces import Traces
from tests.doubles import House, handed, said, used

EVIL = "<script>alert(1)</script> \"'> <img src=x onerror=alert(2)> {{ 7 * 7 }}"


@pytest.fixture
async def told(house: House) -> House:
    """A house with one run: three agents, a tool, an assumption, and hostile words in everything."""
    async with house.open() as nova:
        nova.model.will("books", used(("lab.read", {"text": EVIL})))
        nova.model.will("books", handed("chaser", task=EVIL, found=[f"{EVIL} [c1.2]"], assumed=["Friday is meant"]))
        nova.model.will("chaser", said(f"I chase them on Friday [c1.4]. {EVIL}"))
        await nova.say(f"which invoice? {EVIL}")
        await nova.settled()
    return house


async def exported(house: House, form: str, capsys: pytest.CaptureFixture[str]) -> str:
    await export.export(house.settings(), "r1", form, None)
    return capsys.readouterr().out


async def test_the_page_shows_each_hop_and_the_way_back(told: House, capsys: pytest.CaptureFixture[str]) -> None:
    page = await exported(told, "html", capsys)
    assert page.count("<h4>Told</h4>") == page.count("<h4>Passed on</h4>") == 3
    assert "hands over to chaser" in page
    assert "lab.read" in page
    assert "assumed, never checked" in page
    assert page.index("I chase them on Friday") < page.index("Who spoke with whom")


class Tags(HTMLParser):
    """The tags of a page, with their attributes."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[tuple[str, list[str]]] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, [name for name, _ in attrs]))


async def test_nothing_on_the_page_runs_or_is_loaded(told: House, capsys: pytest.CaptureFixture[str]) -> None:
    page = await exported(told, "html", capsys)
    tags = Tags(page).found
    assert not {tag for tag, _ in tags} & {"script", "img", "link", "iframe", "object", "embed", "a", "form"}
    assert not [name for _, names in tags for name in names if name in ("src", "href") or name.startswith("on")]
    assert "{{ 7 * 7 }}" in page, "a text is no template"
    style = page[page.index("<style>") : page.index("</style>")]
    assert "url(" not in style
    assert "@import" not in style


async def test_a_trace_has_a_span_for_the_run_each_step_and_each_call(
    told: House, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv(traces.ENDPOINT, raising=False)
    text = await exported(told, "otlp", capsys)
    spans = json.loads(text)["resourceSpans"][0]["scopeSpans"][0]["spans"]
    assert [span["name"].split()[0] for span in spans] == ["invoke_agent", "chat", "execute_tool", "chat", "chat"]
    assert len({span["spanId"] for span in spans}) == len(spans)
    assert {len(span["traceId"]) for span in spans} == {32}
    assert all(span["startTimeUnixNano"].isdecimal() for span in spans)
    by_id = {span["spanId"]: span for span in spans}
    assert all(span["parentSpanId"] in by_id for span in spans[1:])
    assert "script" not in text, "a trace holds no texts"


async def test_prov_says_what_was_made_from_what(told: House, capsys: pytest.CaptureFixture[str]) -> None:
    document = json.loads(await exported(told, "prov", capsys))
    derived = {(one["prov:generatedEntity"], one["prov:usedEntity"]) for one in document["wasDerivedFrom"].values()}
    assert ("nova:c1.3", "nova:c1.2") in derived
    assert {"nova:books", "nova:chaser"} == set(document["agent"])
    known = set(document["entity"])
    assert {one["prov:entity"] for one in document["used"].values()} <= known


@pytest.fixture
def collector() -> Iterator[tuple[str, list[tuple[str, dict[str, str], Any]]]]:
    got: list[tuple[str, dict[str, str], Any]] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            got.append((self.path, dict(self.headers), json.loads(body)))
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_: Any) -> None:
            """Quiet."""

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}", got
    server.shutdown()
    server.server_close()


async def test_a_trace_goes_where_the_environment_says(
    told: House, monkeypatch: pytest.MonkeyPatch, collector: tuple[str, list[tuple[str, dict[str, str], Any]]]
) -> None:
    endpoint, got = collector
    monkeypatch.setenv(traces.ENDPOINT, endpoint)
    monkeypatch.setenv(traces.HEADERS, "authorization=Basic%20abc, x-scope=me")
    await export.export(told.settings(), "r1", "otlp", None)
    ((path, headers, body),) = got
    assert path == "/v1/traces"
    assert (headers["Authorization"], headers["X-Scope"]) == ("Basic abc", "me")
    assert body["resourceSpans"]


async def test_a_run_that_has_ended_is_sent_by_itself(
    house: House, monkeypatch: pytest.MonkeyPatch, collector: tuple[str, list[tuple[str, dict[str, str], Any]]]
) -> None:
    endpoint, got = collector
    monkeypatch.setenv(traces.ENDPOINT, endpoint)
    async with house.open() as nova:
        await nova.say("which invoice?")
        await nova.say("/status")
    (body,) = (body for _, _, body in got)
    spans = body["resourceSpans"][0]["scopeSpans"][0]["spans"]
    assert [span["name"].split()[0] for span in spans] == ["invoke_agent", "chat"]


async def test_no_run_suffers_from_an_endpoint_that_is_away(
    house: House, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setenv(traces.ENDPOINT, "http://127.0.0.1:9")
    async with house.open() as nova:
        assert nova.nova.traces
        for n in range(3):
            await nova.say(f"invoice {n}?")
    assert len(nova.heard()) == 3
    assert len([record for record in caplog.records if "traces can't be sent" in record.message]) == 1


async def test_more_runs_than_may_wait_are_left_out(told: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(traces, "WAITING_MAX", 2)
    sent: list[object] = []
    async with told.open() as nova:
        run = await nova.nova.ledger.run(1)
        few = Traces(nova.nova.ledger, sent.append)
        for _ in range(5):
            few.offer(run)
        few.start()
        await few.stop()
    assert len(sent) == 2


async def test_an_endpoint_that_is_not_there_is_said(told: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(traces.ENDPOINT, "http://127.0.0.1:9")
    with pytest.raises(BadInput, match=traces.ENDPOINT):
        await export.export(told.settings(), "r1", "otlp", None)


async def test_a_run_that_is_not_there_is_said_and_a_page_goes_into_a_file(told: House, tmp_path: Path) -> None:
    with pytest.raises(NoSuchRun):
        await export.export(told.settings(), "r9", "html", None)
    await export.export(told.settings(), "r1", "html", tmp_path / "run.html")
    assert (tmp_path / "run.html").read_text("utf-8").startswith("<!doctype html>")
