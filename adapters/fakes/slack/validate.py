"""What Slack refuses: texts, blocks, stream chunks, metadata and views that break its rules."""

from collections.abc import Callable, Sequence
from itertools import chain
from typing import Any

from adapters.fakes.slack import elements
from adapters.fakes.slack.args import SlackError
from adapters.fakes.slack.records import Json

TEXT_MAX = 40_000
UPDATE_TEXT_MAX = 4_000
MARKDOWN_MAX = 12_000
BLOCKS_MAX = 50
VIEW_BLOCKS_MAX = 100
ALL_BLOCKS_MAX = 13_000
CHUNK_TITLE_MAX = 256


class _Wrong(Exception):
    """One rule broken; the text says which."""


MISSHAPEN = (_Wrong, AttributeError, KeyError, TypeError)  # the last three: a number or text where an object belongs


def _expect(holds: object, rule: str) -> None:
    if not holds:
        raise _Wrong(rule)


def text(value: str, most: int = TEXT_MAX) -> None:
    """A message text. Raises SlackError("msg_too_long")."""
    if len(value) > most:
        raise SlackError("msg_too_long", f"no more than {most} characters allowed")


def metadata(value: Json | None) -> None:
    """Message metadata. Raises SlackError."""
    if value is None:
        return
    if not isinstance(value.get("event_type"), str) or not isinstance(value.get("event_payload"), dict):
        raise SlackError("invalid_metadata_format", "needs event_type and event_payload")


def blocks(value: Sequence[Json], most: int = BLOCKS_MAX) -> None:
    """The blocks of a message or view. Raises SlackError with `invalid_blocks` or `msg_blocks_too_long`."""
    if len(value) > most:
        raise SlackError("invalid_blocks", f"no more than {most} items allowed [json-pointer:/blocks]")
    for number, block in enumerate(value):
        try:
            _block(block)
        except MISSHAPEN as wrong:
            raise SlackError("invalid_blocks", f"{wrong} [json-pointer:/blocks/{number}]") from None
    ids = [block["block_id"] for block in value if "block_id" in block]
    if len(ids) != len(set(ids)):
        raise SlackError("invalid_blocks", "block_id must be unique")
    if sum(map(len, elements.texts(value))) > ALL_BLOCKS_MAX:
        raise SlackError("msg_blocks_too_long")


def chunks(value: Sequence[Json]) -> None:
    """What is appended to a stream. Raises SlackError with `invalid_chunks`, `invalid_blocks` or `msg_too_long`."""
    for number, chunk in enumerate(value):
        try:
            _chunk(chunk)
        except MISSHAPEN as wrong:
            raise SlackError("invalid_chunks", f"{wrong} [json-pointer:/chunks/{number}]") from None


def view(value: Json, kinds: Sequence[str]) -> None:
    """A modal or an App Home tab. Raises SlackError with `invalid_arguments` or `invalid_blocks`."""
    try:
        _expect(value.get("type") in kinds, f"view type must be one of {', '.join(kinds)}")
        _expect(isinstance(value.get("blocks"), list), "missing required field: blocks [json-pointer:/view/blocks]")
        _expect(len(value.get("callback_id", "")) <= 255, "callback_id is too long")
        _expect(len(value.get("private_metadata", "")) <= 3000, "private_metadata is too long")
        if value["type"] == "modal":
            _modal(value)
    except MISSHAPEN as wrong:
        raise SlackError("invalid_arguments", str(wrong)) from None
    blocks(value["blocks"], VIEW_BLOCKS_MAX)


def _modal(value: Json) -> None:
    _plain_text(value.get("title"), 24)
    for label in ("submit", "close"):
        if label in value:
            _plain_text(value[label], 24)
    asks = any(block.get("type") == "input" for block in value["blocks"])
    _expect("submit" in value or not asks, "a modal with inputs needs submit")


def _chunk(chunk: Json) -> None:
    match chunk.get("type"):
        case "markdown_text":
            _expect(isinstance(chunk.get("text"), str), "markdown_text needs text")
            text(chunk["text"], MARKDOWN_MAX)
        case "task_update":
            _expect(chunk.get("id"), "task_update needs an id")
            _short(chunk.get("title"), CHUNK_TITLE_MAX)
            _expect(chunk.get("status") in TASK_STATES, f"task status must be one of {', '.join(TASK_STATES)}")
        case "plan_update":
            _short(chunk.get("title"), CHUNK_TITLE_MAX)
        case "blocks":
            _expect(chunk.get("blocks"), "needs blocks")
            blocks(chunk["blocks"])
        case other:
            raise _Wrong(f"unsupported chunk type: {other}")


def _short(value: Any, most: int) -> None:
    _expect(isinstance(value, str) and 0 < len(value) <= most, f"must be 1 to {most} characters")


def _text_object(value: Any, most: int) -> None:
    _expect(isinstance(value, dict) and value.get("type") in ("plain_text", "mrkdwn"), "needs a text object")
    _short(value.get("text"), most)


def _plain_text(value: Any, most: int) -> None:
    _text_object(value, most)
    _expect(value["type"] == "plain_text", "must be plain_text")


def _block(block: Json) -> None:
    kind = str(block.get("type"))
    _expect(kind in BLOCKS, f"unsupported type: {kind}")
    _expect(len(block.get("block_id", "")) <= 255, "block_id is longer than 255 characters")
    BLOCKS[kind](block)


def _section(block: Json) -> None:
    _expect("text" in block or block.get("fields"), "a section needs text or fields")
    if "text" in block:
        _text_object(block["text"], 3000)
    fields = block.get("fields", [])
    _expect(len(fields) <= 10, "no more than 10 fields allowed")
    for field in fields:
        _text_object(field, 2000)
    if "accessory" in block:
        _element(block["accessory"], ELEMENTS)


def _input(block: Json) -> None:
    _plain_text(block.get("label"), 2000)
    _element(block.get("element"), INPUTS)


def _task_card(block: Json) -> None:
    _expect(block.get("task_id"), "a task_card needs a task_id")
    _short(block.get("title"), CHUNK_TITLE_MAX)
    _expect(block.get("status", "pending") in TASK_STATES, "unknown task status")


def _plan(block: Json) -> None:
    _short(block.get("title"), CHUNK_TITLE_MAX)
    tasks = block.get("tasks", [])
    _expect(len(tasks) <= 50, "no more than 50 tasks allowed")
    for task in tasks:
        _task_card(task)


def _image(block: Json) -> None:
    _expect(block.get("image_url") or block.get("slack_file"), "an image needs image_url or slack_file")
    _short(block.get("alt_text"), 2000)


def _context(block: Json) -> None:
    shown = _elements(block, 10)
    for element in shown:
        if element.get("type") == "image":
            _image(element)
        else:
            _text_object(element, 2000)


def _holding(most: int, allowed: frozenset[str]) -> Callable[[Json], None]:
    def check(block: Json) -> None:
        held = _elements(block, most)
        for element in held:
            _element(element, allowed)
        ids = [element["action_id"] for element in held if "action_id" in element]
        _expect(len(ids) == len(set(ids)), "action_id must be unique in its block")

    return check


def _elements(block: Json, most: int) -> list[Json]:
    held = block.get("elements")
    _expect(isinstance(held, list) and held, "needs elements")
    _expect(len(held or []) <= most, f"no more than {most} elements allowed")
    return held or []


def _element(element: Any, allowed: frozenset[str]) -> None:
    _expect(isinstance(element, dict) and element.get("type") in allowed, "unsupported element type")
    _expect(len(element.get("action_id", "")) <= 255, "action_id is longer than 255 characters")
    match element["type"]:
        case "button":
            _button(element)
        case "plain_text_input":
            if "placeholder" in element:
                _plain_text(element["placeholder"], 150)
            _expect(0 < element.get("max_length", 1) <= 3000, "max_length must be 1 to 3000")
        case "feedback_buttons":
            for side in ("positive_button", "negative_button"):
                _expect(isinstance(element.get(side), dict), f"feedback_buttons need a {side}")
                _plain_text(element[side].get("text"), 75)
                _short(element[side].get("value"), 2000)
        case "static_select" | "multi_static_select" | "radio_buttons" | "checkboxes" | "overflow":
            _options(element)


def _button(element: Json) -> None:
    _plain_text(element.get("text"), 75)
    _expect(len(element.get("value", "")) <= 2000, "value is longer than 2000 characters")
    _expect(len(element.get("url", "")) <= 3000, "url is longer than 3000 characters")
    _expect(element.get("style", "primary") in ("primary", "danger"), "unknown style")


def _options(element: Json) -> None:
    groups = element.get("option_groups", [])
    options = [*element.get("options", []), *chain.from_iterable(group.get("options", []) for group in groups)]
    _expect(0 < len(options) <= 100, "needs 1 to 100 options")
    for option in options:
        _text_object(option.get("text"), 75)
        _short(option.get("value"), 150)


def _keys(*names: str) -> Callable[[Json], None]:
    def check(block: Json) -> None:
        for name in names:
            _expect(name in block, f"missing required field: {name}")

    return check


TASK_STATES = ("pending", "in_progress", "complete", "error")
SELECTS = frozenset(
    f"{many}{what}_select"
    for many in ("", "multi_")
    for what in ("static", "external", "users", "conversations", "channels")
)
CHOICES = SELECTS | {"checkboxes", "radio_buttons", "datepicker", "timepicker", "datetimepicker"}
ACTIONS = CHOICES | {"button", "overflow", "workflow_button", "rich_text_input"}
ELEMENTS = ACTIONS | {"image"}
INPUTS = CHOICES | {
    "plain_text_input", "email_text_input", "url_text_input", "number_input", "file_input", "rich_text_input"
}  # fmt: skip
BLOCKS: dict[str, Callable[[Json], None]] = {
    "section": _section,
    "divider": _keys(),
    "header": lambda block: _plain_text(block.get("text"), 150),
    "markdown": lambda block: _short(block.get("text"), MARKDOWN_MAX),
    "context": _context,
    "actions": _holding(25, ACTIONS),
    "context_actions": _holding(5, frozenset({"feedback_buttons", "icon_button"})),
    "image": _image,
    "input": _input,
    "rich_text": _keys("elements"),
    "table": _keys("rows"),
    "task_card": _task_card,
    "plan": _plan,
    "alert": lambda block: _text_object(block.get("text"), 3000),
    "card": _keys(),
    "carousel": _keys("elements"),
    "container": _keys("child_blocks"),
    "file": _keys("external_id", "source"),
    "video": _keys("video_url", "thumbnail_url", "alt_text", "title"),
    "call": _keys("call_id"),
}
