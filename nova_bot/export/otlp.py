"""OTLP/JSON: a run as a trace. One span for the run, one for each step, one for each tool call; no texts of people.

Sent by the standard library.
"""

import hashlib
import json
import tomllib
from collections.abc import Iterator, Mapping
from datetime import datetime
from functools import cache
from importlib.resources import files
from typing import Any
from urllib.parse import unquote

from nova_bot import __version__
from nova_bot.core.outcome import HandOff, Use
from nova_bot.core.run import Run, Step
from nova_bot.provenance.graph import Graph, StepId

PATH = "/v1/traces"
TIMEOUT_S = 10.0
OK, ERROR = 1, 2


@cache
def _names() -> dict[str, dict[str, str]]:
    text = files("nova_bot.export").joinpath("genai.toml").read_text("utf-8")
    names: dict[str, dict[str, str]] = tomllib.loads(text)
    return names


def trace(run: Run, graph: Graph) -> dict[str, Any]:
    """The run as one OTLP/JSON request. The same run gives the same ids."""
    spans = [_run_span(run), *(span for step in run.steps for span in _step_spans(run, step, graph))]
    resource = {"attributes": _attributes({"service.name": "nova", "service.version": __version__})}
    scope = {"scope": {"name": "nova_bot", "version": __version__}, "spans": spans}
    return {"resourceSpans": [{"resource": resource, "scopeSpans": [scope]}]}


def _run_span(run: Run) -> dict[str, Any]:
    key, names = _names()["key"], _names()["span"]
    ended = run.steps[-1].ended if run.steps else run.started
    facts = {
        key["operation"]: names["run"],
        key["agent"]: run.route.agent,
        key["conversation"]: _hex(run.envelope.place.key, 8),
        key["run"]: run.name,
        key["ended"]: run.ending.kind.value if run.ending else "running",
    }
    return _span(run, f"{names['run']} {run.route.agent}", run.name, "", run.started, ended, facts)


def _step_spans(run: Run, step: Step, graph: Graph) -> Iterator[dict[str, Any]]:
    key, names = _names()["key"], _names()["span"]
    record = graph.steps.get(StepId(run.id, step.n))
    facts: dict[str, Any] = {
        key["operation"]: names["step"],
        key["agent"]: step.agent,
        key["model"]: step.model,
        key["input_tokens"]: step.usage.tokens_in + step.usage.cache_read + step.usage.cache_write,
        key["output_tokens"]: step.usage.tokens_out,
        key["step"]: f"{run.name}.{step.n}",
        key["outcome"]: step.outcome.kind,
        key["shown"]: [str(claim) for claim in record.shown] if record else [],
        key["made"]: [str(claim) for claim in graph.made_in.get(StepId(run.id, step.n), ())],
    }
    if isinstance(step.outcome, HandOff):
        facts[key["handed_to"]] = step.outcome.to
    own = f"{run.name}.{step.n}"
    yield _span(run, f"{names['step']} {step.model or step.agent}", own, run.name, step.started, step.ended, facts)
    if isinstance(step.outcome, Use):
        for n, (call, result) in enumerate(zip(step.outcome.calls, step.results, strict=False)):
            told = {key["operation"]: names["tool"], key["tool"]: call.tool, key["call"]: call.id}
            told |= {key["error"]: "tool_error"} if result.error else {}
            name = f"{names['tool']} {call.tool}"
            yield _span(run, name, f"{own}/{n}", own, step.started, step.ended, told, failed=result.error)


def _span(
    run: Run,
    name: str,
    own: str,
    parent: str,
    began: datetime,
    ended: datetime,
    facts: Mapping[str, Any],
    *,
    failed: bool = False,
) -> dict[str, Any]:
    made = {
        "traceId": _hex(f"trace {run.name} {run.started.isoformat()}", 16),
        "spanId": _hex(f"span {own} {run.started.isoformat()}", 8),
        "name": name,
        "kind": 1,
        "startTimeUnixNano": _nanoseconds(began),
        "endTimeUnixNano": _nanoseconds(ended),
        "attributes": _attributes(facts),
        "status": {"code": ERROR if failed else OK},
    }
    return {**made, "parentSpanId": _hex(f"span {parent} {run.started.isoformat()}", 8)} if parent else made


def _attributes(facts: Mapping[str, Any]) -> list[dict[str, Any]]:
    return [{"key": key, "value": _value(value)} for key, value in facts.items()]


def _value(value: Any) -> dict[str, Any]:
    match value:
        case int():
            return {"intValue": str(value)}
        case list():
            return {"arrayValue": {"values": [_value(each) for each in value]}}
    return {"stringValue": str(value)}


def _hex(text: str, size: int) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[: size * 2]


def _nanoseconds(at: datetime) -> str:
    return str(int(at.timestamp() * 1_000_000) * 1_000)


def headers_of(text: str) -> dict[str, str]:
    """`a=b,c=d` as OTEL_EXPORTER_OTLP_HEADERS has it."""
    pairs = (part.partition("=") for part in text.split(",") if "=" in part)
    return {name.strip(): unquote(value.strip()) for name, _, value in pairs}


def send(traced: dict[str, Any], endpoint: str, headers: Mapping[str, str], timeout_s: float = TIMEOUT_S) -> int:
    """Post a trace. The status of the answer. Raises OSError."""
    url = endpoint.rstrip("/") + ("" if endpoint.rstrip("/").endswith(PATH) else PATH)
    if not url.startswith(("http://", "https://")):
        raise OSError(f"{endpoint} is no http address")
    import urllib.request  # here, since most never send a trace

    request = urllib.request.Request(  # noqa: S310 (the scheme was looked at)
        url, json.dumps(traced).encode(), {"Content-Type": "application/json", **headers}, method="POST"
    )
    with urllib.request.urlopen(request, timeout=timeout_s) as answer:  # noqa: S310
        return int(answer.status)
