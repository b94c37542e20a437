"""Interactive elements inside blocks: finding them, reading their texts, and what using one sends."""

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from adapters.fakes.slack.records import Json


def parts(value: Any) -> Iterator[Json]:
    """Every object inside a JSON value, outermost first."""
    if isinstance(value, dict):
        yield value
        for inner in value.values():
            yield from parts(inner)
    elif isinstance(value, (list, tuple)):
        for inner in value:
            yield from parts(inner)


def texts(value: Any) -> Iterator[str]:
    """Every text that is shown: what stands under the key `text` as a string."""
    return (part["text"] for part in parts(value) if isinstance(part.get("text"), str))


def strings(value: Any) -> Iterator[str]:
    """Every string inside a JSON value, keys left out."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for inner in value.values():
            yield from strings(inner)
    elif isinstance(value, (list, tuple)):
        for inner in value:
            yield from strings(inner)


def interactive(blocks: Iterable[Json]) -> Iterator[tuple[str, Json]]:
    """Every element that can be used, with the id of its block."""
    for number, block in enumerate(blocks):
        for part in parts(block):
            if part.get("type") in USES and "action_id" in part:
                yield block.get("block_id", f"b{number}"), part


def values(element: Json) -> list[str]:
    """The values that using an element may send; empty where the person is free to choose."""
    if element["type"] == "feedback_buttons":
        return [element[side]["value"] for side in ("positive_button", "negative_button")]
    if element["type"] in ("button", "icon_button"):
        return [element.get("value", "")]
    return [option["value"] for option in _options(element)]


def find(blocks: Iterable[Json], action_id: str, value: str | None) -> tuple[str, Json]:
    """The block id and element with this action id that can send `value`. Raises LookupError when none can."""
    for block_id, element in interactive(blocks):
        if element["action_id"] == action_id:
            allowed = values(element)
            if value is None or not allowed or value in allowed:
                return block_id, element
    raise LookupError(f"nothing to press here is called {action_id!r} with the value {value!r}")


def used(element: Json, value: str | None) -> Json:
    """What Slack sends when an element is used with `value`: the same for actions and for a view's state."""
    if value is None:
        value = next(iter(values(element)), "")
    return {"type": element["type"], **USES[element["type"]](element, value)}


def _options(element: Json) -> list[Json]:
    groups = element.get("option_groups", [])
    return [*element.get("options", []), *(option for group in groups for option in group["options"])]


def _option(element: Json, value: str) -> Json:
    return next(option for option in _options(element) if option["value"] == value)


def _pressed(element: Json, value: str) -> Json:
    return {"text": element["text"], "value": value} if "value" in element else {"text": element["text"]}


def _feedback(element: Json, value: str) -> Json:
    sides = ("positive_button", "negative_button")
    return {"text": next(element[side]["text"] for side in sides if element[side]["value"] == value), "value": value}


def _plain(key: str) -> Callable[[Json, str], Json]:
    return lambda _, value: {key: value}


def _listed(key: str) -> Callable[[Json, str], Json]:
    return lambda _, value: {key: [value]}


def _chosen(element: Json, value: str) -> Json:
    return {"selected_option": _option(element, value)}


def _chosen_many(element: Json, value: str) -> Json:
    return {"selected_options": [_option(element, value)]}


USES: dict[str, Callable[[Json, str], Json]] = {
    "button": _pressed,
    "icon_button": _pressed,
    "feedback_buttons": _feedback,
    "static_select": _chosen,
    "radio_buttons": _chosen,
    "overflow": _chosen,
    "multi_static_select": _chosen_many,
    "checkboxes": _chosen_many,
    "users_select": _plain("selected_user"),
    "channels_select": _plain("selected_channel"),
    "conversations_select": _plain("selected_conversation"),
    "multi_users_select": _listed("selected_users"),
    "multi_channels_select": _listed("selected_channels"),
    "multi_conversations_select": _listed("selected_conversations"),
    "datepicker": _plain("selected_date"),
    "timepicker": _plain("selected_time"),
    "datetimepicker": lambda _, value: {"selected_date_time": int(value)},
    "plain_text_input": _plain("value"),
    "email_text_input": _plain("value"),
    "url_text_input": _plain("value"),
    "number_input": _plain("value"),
}
