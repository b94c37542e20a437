"""Reading component trees: what a message shows, and what can be pressed on it."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import IntEnum

from adapters.fakes.discord.records import Json, Message


class Part(IntEnum):
    """The kinds of component."""

    ROW = 1
    BUTTON = 2
    SELECT = 3
    TEXT_INPUT = 4
    USER_SELECT = 5
    ROLE_SELECT = 6
    MENTIONABLE_SELECT = 7
    CHANNEL_SELECT = 8
    SECTION = 9
    TEXT = 10
    THUMBNAIL = 11
    GALLERY = 12
    FILE = 13
    SEPARATOR = 14
    CONTAINER = 17
    LABEL = 18
    FILE_UPLOAD = 19
    RADIO = 21
    CHECKBOXES = 22
    CHECKBOX = 23


SELECTS = frozenset({
    Part.SELECT, Part.USER_SELECT, Part.ROLE_SELECT, Part.MENTIONABLE_SELECT, Part.CHANNEL_SELECT
})  # fmt: skip
PRESSED = SELECTS | {Part.BUTTON}
LINK_STYLES = (5, 6)  # a link and a purchase: pressing them does not reach the bot


@dataclass(frozen=True, slots=True)
class Control:
    """A button or select of a message, as a person sees it."""

    custom_id: str
    label: str
    part: Part
    disabled: bool
    options: tuple[str, ...] = ()
    least: int = 1
    most: int = 1


def walk(components: Iterable[Json]) -> Iterator[Json]:
    """Every component of the tree, from the top."""
    for component in components:
        yield component
        yield from walk(children(component))


def children(component: Json) -> list[Json]:
    """The components directly inside."""
    single = [component[name] for name in ("accessory", "component") if isinstance(component.get(name), dict)]
    return [*component.get("components", ()), *single]


def shown(message: Message) -> str:
    """All the text that a reader sees: the content, or the text displays of components v2."""
    texts = (str(part["content"]) for part in walk(message.components) if part["type"] == Part.TEXT)
    return "\n".join(filter(None, (message.content, *texts)))


def controls(message: Message) -> tuple[Control, ...]:
    """The buttons and selects of a message, from the top; links are left out."""
    parts = (part for part in walk(message.components) if part["type"] in PRESSED)
    return tuple(_control(part) for part in parts if part.get("style") not in LINK_STYLES)


def find_control(message: Message, wanted: str) -> Control:
    """The control with this custom id or label. Raises LookupError when there is none, or it is disabled."""
    offered = controls(message)
    found = [control for control in offered if wanted in (control.custom_id, control.label)]
    if not found:
        raise LookupError(f"no button {wanted!r} there, only {[c.label or c.custom_id for c in offered]}")
    if found[0].disabled:
        raise LookupError(f"the button {wanted!r} is disabled")
    return found[0]


def numbered(components: Iterable[Json]) -> tuple[Json, ...]:
    """The same tree, with an id on every component that has none, as Discord stores it."""
    listed = list(components)
    taken = {part["id"] for part in walk(listed) if part.get("id")}
    free = (number for number in range(1, 1000) if number not in taken)
    return tuple(_with_ids(component, free) for component in listed)


def _with_ids(component: Json, free: Iterator[int]) -> Json:
    made = component | {"id": component.get("id") or next(free)}
    if "components" in made:
        made["components"] = [_with_ids(child, free) for child in made["components"]]
    for name in ("accessory", "component"):
        if isinstance(made.get(name), dict):
            made[name] = _with_ids(made[name], free)
    return made


def _control(part: Json) -> Control:
    emoji = (part.get("emoji") or {}).get("name", "")
    label = part.get("label") or part.get("placeholder") or emoji or ""
    options = tuple(str(option["value"]) for option in part.get("options", ()))
    least, most = part.get("min_values", 1), part.get("max_values", 1)
    return Control(part["custom_id"], label, Part(part["type"]), bool(part.get("disabled")), options, least, most)
