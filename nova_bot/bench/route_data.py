"""The data of the routing bench: a folder of JSON Lines files, told apart by words in their names."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from nova_bot.core.errors import BadInput
from nova_bot.judged import Labelled, labelled

KINDS = ("vague", "oos", "threads", "notforbot")
"""A file whose name has one of these words holds such messages; one with agents and no threads is the main set."""

Messages = tuple[Labelled, ...]


@dataclass(frozen=True, slots=True)
class RouteData:
    """What was found. `public` is the folder with the public few-shot sets."""

    main: Messages = ()
    vague: Messages = ()
    oos: Messages = ()
    threads: Messages = ()
    notforbot: Messages = ()
    public: Path | None = None

    @property
    def everything(self) -> Messages:
        """All messages of all kinds."""
        return self.main + self.vague + self.oos + self.threads + self.notforbot


def read(folder: Path, say: Callable[[str], None]) -> RouteData:
    """The data in `folder`; `say` is told which file was taken for what. Raises BadInput."""
    found: dict[str, Messages] = {}
    for path in sorted(folder.glob("*.jsonl")):
        messages = labelled(path)
        kind = _kind(path, messages)
        say(f"{path.name}: {len(messages)} messages, {kind or 'not used'}")
        if kind:
            found[kind] = found.get(kind, ()) + messages
    public = folder / "public"
    if not found and not public.is_dir():
        raise BadInput(where=folder, problem="no data sets: no JSON Lines files and no folder called public")
    return RouteData(**found, public=public if public.is_dir() else None)


def _kind(path: Path, messages: Messages) -> str | None:
    named = next((kind for kind in KINDS if kind in path.stem.casefold()), None)
    if named or not messages:
        return named
    return "main" if messages[0].agent and not messages[0].current else None
