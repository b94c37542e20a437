"""Sink cases as they stand in their files: the world, what is said in which context, and what must come of it."""

import json
import secrets
import string
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, ValidationError

from nova_bot.core.errors import BadInput

PATTERN = "sink_cases*.json"
CANARY = "{CANARY}"

Texts = Annotated[tuple[str, ...], BeforeValidator(lambda given: [given] if isinstance(given, str) else given or [])]


class _Record(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")


class Source(_Record):
    """A claim that was shown."""

    text: str = ""
    integrity: int = 0
    secret: bool = False
    audience: Texts = ()


class Context(_Record):
    """The step's label and facts. Without an `audience` it is the sink's own readers."""

    integrity: int = 0
    audience: Texts | None = None
    secret: bool = False
    sources: tuple[Source, ...] = ()
    owner_said: str = ""
    grants: tuple[dict[str, Any], ...] = ()
    linked_identity: bool = False
    member: bool | None = None
    joined_after: bool = False
    secrets: Texts = ()


class Case(_Record):
    """One case. `wire` are further checks on what arrived."""

    id: str
    group: str = ""
    sink: str = ""
    path: Texts = ()
    context: Context = Context()
    payload: Any = None
    expect: str = "allow"
    wire: dict[str, Any] = {}
    scenario: tuple[dict[str, Any], ...] = ()
    after: dict[str, Any] = {}
    why: str = ""


class World(_Record):
    """People, places and stub tools of all cases in a file."""

    owner: dict[str, str] = {}
    people: dict[str, str] = {}
    places: dict[str, list[str] | str] = {}
    directory: dict[str, str] = {}
    tools: dict[str, dict[str, Any]] = {}
    agents: dict[str, dict[str, Any]] = {}


def load(data: Path) -> list[tuple[World, Case]]:
    """The cases of a file, or of all such files in a folder. Raises BadInput."""
    files = sorted(data.glob(PATTERN)) if data.is_dir() else [data]
    found: list[tuple[World, Case]] = []
    for path in files:
        try:
            content = json.loads(path.read_text("utf-8"))
            world = World.model_validate(content.get("world", {}))
            found += [(world, Case.model_validate(case)) for case in content["cases"]]
        except (OSError, ValueError, KeyError, AttributeError, ValidationError) as error:
            raise BadInput(where=str(path), problem=f"no sink cases ({error})") from None
    if not found:
        raise BadInput(where=str(data), problem=f"no {PATTERN} in there")
    return found


def new_canary() -> str:
    """24 random letters and digits."""
    return "".join(secrets.choice(string.ascii_letters + string.digits) for _ in range(24))


def filled(value: Any, canary: str) -> Any:
    """`value` with the canary and with repeated texts written out."""
    match value:
        case str():
            return value.replace(CANARY, canary)
        case {"repeat": str(text), "n": int(times)}:
            return text.replace(CANARY, canary) * times
        case Mapping():
            return {name: filled(inner, canary) for name, inner in value.items()}
        case list() | tuple():
            return [filled(inner, canary) for inner in value]
    return value
