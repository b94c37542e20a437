"""`nova runs export`: a run as a page, as a trace or as W3C PROV, from the ledger, without holding it."""

import json
import os
import sys
from pathlib import Path

from nova_bot import parts
from nova_bot.commands.runs import named
from nova_bot.core.errors import BadInput
from nova_bot.export import otlp, prov
from nova_bot.export.page import page
from nova_bot.export.traces import ENDPOINT, HEADERS
from nova_bot.ledger import graphs
from nova_bot.ledger.store import opened
from nova_bot.settings import Settings


async def export(settings: Settings, name: str, form: str, out: Path | None) -> int:
    """Print the run in one of the forms `html`, `otlp` and `prov`, or write it to `out`.

    A trace is sent where the environment names an OTLP endpoint. Raises NoSuchRun or BadInput.
    """
    async with opened(parts.ledger_path(settings), write=False) as ledger:
        number = await named(ledger, name)
        run = await ledger.run(number)
        graph = await graphs.of_run(ledger, number)
    if form == "html":
        return _written(page(run, graph), out)
    if form == "prov":
        return _written(json.dumps(prov.document(run, graph), ensure_ascii=False, indent=1), out)
    traced = otlp.trace(run, graph)
    endpoint = os.environ.get(ENDPOINT, "")
    if not endpoint:
        return _written(json.dumps(traced, ensure_ascii=False, indent=1), out)
    try:
        status = otlp.send(traced, endpoint, otlp.headers_of(os.environ.get(HEADERS, "")))
    except OSError as error:
        raise BadInput(where=ENDPOINT, problem=str(error)) from error
    print(f"nova: {run.name} was sent to {endpoint} ({status})", file=sys.stderr)
    return 0


def _written(text: str, out: Path | None) -> int:
    if out is None:
        print(text)
    else:
        out.write_text(text, "utf-8")
        print(f"nova: {out} was written", file=sys.stderr)
    return 0
