"""Filling in a modal as a person would."""

from collections.abc import Callable, Iterable, Mapping

from adapters.fakes.discord.components import SELECTS, Part, children, walk
from adapters.fakes.discord.records import Json

Value = str | bool | list[str] | tuple[str, ...]
Identify = Callable[[Part, str], str]  # the id of a user or channel that a person picked by name
_LISTS = SELECTS | {Part.CHECKBOXES, Part.FILE_UPLOAD}


def fields(modal: Json) -> dict[str, Json]:
    """The inputs of a modal by the text beside them (or their custom id when they have none)."""
    found: dict[str, Json] = {}
    for part in walk(modal["components"]):
        for child in children(part):
            if "custom_id" in child:
                found[part.get("label") or child.get("label") or child["custom_id"]] = child
    return found


def filled(modal: Json, values: Mapping[str, Value], identify: Identify) -> list[Json]:
    """The components that a client submits. Raises ValueError for what Discord's own form would not let through."""
    inputs = fields(modal)
    known = inputs.keys() | {part["custom_id"] for part in inputs.values()}
    if unknown := values.keys() - known:
        raise ValueError(f"the modal has no field {sorted(unknown)}, only {sorted(inputs)}")
    given: dict[str, Value] = {}
    for label, part in inputs.items():
        value = values.get(label, values.get(part["custom_id"], part.get("default") or part.get("value") or ""))
        given[part["custom_id"]] = _read(part, label, value, identify)
    return _submitted(modal["components"], given)


def _read(part: Json, label: str, value: Value, identify: Identify) -> Value:
    kind = Part(part["type"])
    if kind is Part.CHECKBOX:
        return value in (True, "true")
    if kind is Part.TEXT_INPUT:
        return _read_text(part, label, str(value))
    picked = [value] if isinstance(value, str) and value else list(value or ())  # type: ignore[arg-type]
    _check_picked(part, label, picked)
    if kind in SELECTS - {Part.SELECT}:
        return [identify(kind, name) for name in picked]
    return picked if kind in _LISTS else "".join(picked)


def _read_text(part: Json, label: str, text: str) -> str:
    if part.get("required", True) and not text:
        raise ValueError(f"{label!r} must be filled in")
    if text and not part.get("min_length", 0) <= len(text) <= part.get("max_length", 4000):
        raise ValueError(f"{label!r} is too short or too long")
    return text


def _check_picked(part: Json, label: str, picked: list[str]) -> None:
    if part["type"] == Part.FILE_UPLOAD and picked:
        raise ValueError(f"{label!r}: this double uploads no files in modals")
    if part.get("required", True) and not picked:
        raise ValueError(f"{label!r} must be filled in")
    if len(picked) > part.get("max_values", len(part.get("options", ())) or 1):
        raise ValueError(f"{label!r} takes fewer values")
    options = [option["value"] for option in part.get("options", ())]
    if options and not set(picked) <= set(options):
        raise ValueError(f"{label!r} offers only {options}")


def _submitted(components: Iterable[Json], given: Mapping[str, Value]) -> list[Json]:
    return [_answer(part, given) for part in components]


def _answer(part: Json, given: Mapping[str, Value]) -> Json:
    made: Json = {"type": part["type"], "id": part.get("id", 0)}
    if "components" in part:
        return made | {"components": _submitted(part["components"], given)}
    if "component" in part:
        return made | {"component": _answer(part["component"], given)}
    if "custom_id" in part:
        key = "values" if part["type"] in _LISTS else "value"
        return made | {"custom_id": part["custom_id"], key: given[part["custom_id"]]}
    return made
