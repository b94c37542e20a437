"""Which agent gets a message, which agents there are, and the weights that decide."""

import json
import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from nova_bot.cli.base import AsJson, cli, guarded, load_roster, load_settings, run_to_end

agents = typer.Typer(help="The agents: list them, show one, check their files.", no_args_is_help=True)
cli.add_typer(agents, name="agents")
models = typer.Typer(help="The router's sentence encoder and its fitted weights.", no_args_is_help=True)
cli.add_typer(models, name="models")


@cli.command()
def route(
    words: Annotated[
        list[str] | None, typer.Argument(help="the message, in quotes; or a verb and what it takes")
    ] = None,
    batch: Annotated[
        Path | None, typer.Option(help="JSON lines with `text`, optional `current`, `previous`, `mentioned`")
    ] = None,
    data: Annotated[Path | None, typer.Option(help="report: a file of labelled messages")] = None,
    out: Annotated[Path, typer.Option(help="report: where to write the page")] = Path("nova-routing.html"),
    as_json: AsJson = False,
) -> None:
    """Which agent would get a message, and why. The very function that the runtime uses.

    Verbs: `explain r12` or `explain TEXT`, `learn TEXT AGENT`, `undo [NUMBER]`, `export`, `report`, `refit`.
    """
    from nova_bot.commands import lessons
    from nova_bot.commands.route import explain, report, show

    said = words or []
    verb = said[0] if said else ""
    if verb == "report":
        guarded(lambda: report(load_settings(), out, data))
    elif verb == "explain":
        run_to_end(explain(load_settings(), said[1:], as_json=as_json))
    elif verb in lessons.VERBS:
        run_to_end(lessons.obey(load_settings(), verb, said[1:]))
    else:
        run_to_end(show(load_settings(), " ".join(said), batch, as_json=as_json))


@agents.command("list")
def agents_list(as_json: AsJson = False) -> None:
    """All agents, one a line; `nova agents show NAME` tells all about one."""
    roster = guarded(load_roster)
    for spec in roster:
        print(
            json.dumps({"name": spec.name, "description": spec.description})
            if as_json
            else f"{spec.name:<18} {spec.summary}"
        )


@agents.command("show")
def agents_show(name: str, as_json: AsJson = False) -> None:
    """One agent in full."""
    spec = guarded(lambda: load_roster().get(name))
    print(spec.model_dump_json() if as_json else _described(spec))


@agents.command("lint")
def agents_lint(folder: Annotated[Path | None, typer.Argument(help="another folder of agent files")] = None) -> None:
    """Check the files: keys, names, utterances that stand in two agents, and whether the router keeps the borders."""
    from nova_bot import parts
    from nova_bot.commands.lint import borders, problems
    from nova_bot.tools.all import REGISTRY

    settings = load_settings()
    where = folder or parts.agents_folder(settings)
    found = guarded(lambda: problems(where, REGISTRY.outward()))
    crossed = [] if found else guarded(lambda: borders(where, settings.home, REGISTRY.outward()))
    for line in (*found, *crossed):
        print(line)
    print(f"{len(found)} problems; {len(crossed)} borders that the router does not keep", file=sys.stderr)
    raise typer.Exit(1 if found else 0)


@models.command("install")
def models_install() -> None:
    """Fetch the encoder's weights (84 MB, checked by SHA-256). Without them the router works on words alone."""
    from nova_bot import weights

    guarded(lambda: weights.install(load_settings().home))


@models.command("fit")
def models_fit() -> None:
    """Fit the router to the agent files and write it beside them (for contributors who changed utterances)."""
    from nova_bot import parts, router_files

    def fit() -> None:
        settings = load_settings()
        folder = parts.agents_folder(settings)
        encoder = router_files.embedder(settings.home)
        fitted = router_files.fit(
            router_files.declared(folder, load_roster()), encoder, settings.home, folder / router_files.NAME
        )
        kind = "words and sentence vectors" if encoder else "words alone (the encoder is not installed)"
        print(f"{folder / router_files.NAME}: {kind}, cross-validated accuracy {fitted.accuracy:.3f}")

    guarded(fit)


def _described(spec: Any) -> str:
    lines = [
        f"{spec.name}: {spec.description}",
        f"tools: {', '.join(spec.tools) or 'none'}",
        f"effects: {', '.join(spec.effects) or 'none'}",
        f"hands to: {', '.join(spec.hands_to) or 'nobody'}",
        f"model: {spec.model}",
        "budget: {steps} steps, {tokens} tokens, {usd} USD, {seconds} s".format(**spec.budget.model_dump()),
        f"{len(spec.examples)} examples, such as: {'; '.join(spec.examples[:5])}",
        "",
        spec.body,
    ]
    return "\n".join(lines)
