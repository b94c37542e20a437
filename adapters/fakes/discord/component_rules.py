"""What Discord accepts as components of a message or a modal."""

from collections.abc import Callable, Collection, Iterable

from adapters.fakes.discord.components import LINK_STYLES, SELECTS, Part, children, walk
from adapters.fakes.discord.records import Json
from adapters.fakes.discord.refusals import require

V2_PARTS = frozenset({Part.SECTION, Part.TEXT, Part.GALLERY, Part.FILE, Part.SEPARATOR})
V2_TOP = V2_PARTS | {Part.ROW, Part.CONTAINER}
V2_INSIDE = V2_PARTS | {Part.ROW}
IN_LABEL = SELECTS | {Part.TEXT_INPUT, Part.FILE_UPLOAD, Part.RADIO, Part.CHECKBOXES, Part.CHECKBOX}
V2_MAX, V2_TEXT_MAX = 40, 4000


def check_message_components(components: Collection[Json], *, v2: bool) -> None:
    """Check the components of a message. Raises Refused with 50035."""
    require(len(components) <= (V2_MAX if v2 else 5), "components", "Too many components.")
    _check_each(components, V2_TOP if v2 else {Part.ROW}, "components")
    _check_ids(components)
    if v2:
        every = list(walk(components))
        require(len(every) <= V2_MAX, "components", f"The total number of components must be {V2_MAX} or fewer.")
        text = sum(len(part["content"]) for part in every if part["type"] == Part.TEXT)
        require(text <= V2_TEXT_MAX, "components", f"The total length of text must be {V2_TEXT_MAX} or fewer.")


def check_modal(modal: Json) -> None:
    """Check a modal. Raises Refused with 50035."""
    _check_text(modal, "title", "data", 45)
    _check_text(modal, "custom_id", "data", 100)
    parts = modal.get("components")
    require(isinstance(parts, list) and 1 <= len(parts) <= 5, "data.components", "Must be between 1 and 5 in length.")
    for part in parts or ():
        _check_modal_part(part)
    _check_ids(parts or ())


def _check_modal_part(part: Json) -> None:
    kind, inside = part.get("type"), children(part)
    if kind == Part.ROW:
        kinds = [child.get("type") for child in inside]
        require(kinds == [Part.TEXT_INPUT], "data.components", "A row holds one text input.")
        _check_text(inside[0], "label", "data.components", 45)
    elif kind == Part.LABEL:
        _check_text(part, "label", "data.components", 45)
        require([c for c in inside if c.get("type") in IN_LABEL], "data.components", "A label needs its component.")
    else:
        require(kind == Part.TEXT, "data.components", f"Component type {kind} can't be used here.")
    for child in inside:
        _CHECKS[Part(child["type"])](child, "data.components")


def _check_each(components: Iterable[Json], allowed: Collection[int], where: str) -> None:
    for index, component in enumerate(components):
        kind, field = component.get("type"), f"{where}.{index}"
        require(kind in allowed, f"{field}.type", f"Component type {kind} can't be used here.")
        _CHECKS.get(Part(component["type"]), _accept)(component, field)


def _accept(part: Json, where: str) -> None:
    """Nothing to check beyond the type."""


def _check_ids(components: Iterable[Json]) -> None:
    ids = [part["custom_id"] for part in walk(components) if "custom_id" in part]
    require(len(ids) == len(set(ids)), "components", "Component custom id cannot be duplicated.")


def _check_text(part: Json, name: str, where: str, longest: int) -> None:
    text = part.get(name)
    fits = isinstance(text, str) and 1 <= len(text) <= longest
    require(fits, f"{where}.{name}", f"Must be between 1 and {longest} in length.")


def _check_row(row: Json, where: str) -> None:
    inside = children(row)
    kinds = [child.get("type") for child in inside]
    only_buttons = 1 <= len(kinds) <= 5 and set(kinds) == {Part.BUTTON}
    require(only_buttons or (len(kinds) == 1 and kinds[0] in SELECTS), where, "Up to five buttons, or one select.")
    _check_each(inside, SELECTS | {Part.BUTTON}, f"{where}.components")


def _check_button(button: Json, where: str) -> None:
    style = button.get("style")
    require(style in range(1, 7), f"{where}.style", "Must be one of (1, 2, 3, 4, 5, 6).")
    if style == LINK_STYLES[0]:
        require(str(button.get("url", "")).startswith(("http://", "https://", "discord://")), where, "Not a valid URL.")
    if style in LINK_STYLES:
        require("custom_id" not in button, where, "A custom id and url cannot both be specified.")
        return
    require("url" not in button, where, "A custom id and url cannot both be specified.")
    _check_text(button, "custom_id", where, 100)
    require(button.get("label") or button.get("emoji"), where, "A button needs a label or an emoji.")
    require(len(button.get("label") or "") <= 80, f"{where}.label", "Must be 80 or fewer in length.")


def _check_select(select: Json, where: str) -> None:
    _check_text(select, "custom_id", where, 100)
    require(len(select.get("placeholder") or "") <= 150, f"{where}.placeholder", "Must be 150 or fewer in length.")
    least, most = select.get("min_values", 1), select.get("max_values", 1)
    require(0 <= least <= most <= 25, where, "min_values and max_values do not fit.")
    if select["type"] == Part.SELECT:
        _check_options(select.get("options", []), where, 25)


def _check_choices(group: Json, where: str) -> None:
    _check_text(group, "custom_id", where, 100)
    _check_options(group.get("options", []), where, 10)


def _check_options(options: list[Json], where: str, most: int) -> None:
    require(1 <= len(options) <= most, f"{where}.options", f"Must be between 1 and {most} in length.")
    for option in options:
        _check_text(option, "label", f"{where}.options", 100)
        _check_text(option, "value", f"{where}.options", 100)
        require(len(option.get("description") or "") <= 100, f"{where}.options", "Must be 100 or fewer in length.")
    values = {option["value"] for option in options}
    require(len(values) == len(options), f"{where}.options", "The specified option value is already used.")


def _check_section(section: Json, where: str) -> None:
    texts = section.get("components", [])
    require(1 <= len(texts) <= 3, where, "Must be between 1 and 3 in length.")
    _check_each(texts, {Part.TEXT}, f"{where}.components")
    require(section.get("accessory"), f"{where}.accessory", "This field is required.")
    _check_each([section["accessory"]], {Part.BUTTON, Part.THUMBNAIL}, f"{where}.accessory")


def _check_display(text: Json, where: str) -> None:
    _check_text(text, "content", where, V2_TEXT_MAX)


def _check_gallery(gallery: Json, where: str) -> None:
    require(1 <= len(gallery.get("items", ())) <= 10, f"{where}.items", "Must be between 1 and 10 in length.")


def _check_container(container: Json, where: str) -> None:
    inside = container.get("components", [])
    require(inside, f"{where}.components", "This field is required.")
    _check_each(inside, V2_INSIDE, f"{where}.components")


def _check_input(box: Json, where: str) -> None:
    _check_text(box, "custom_id", where, 100)
    require(box.get("style") in (1, 2), f"{where}.style", "Must be one of (1, 2).")
    least, most = box.get("min_length", 0), box.get("max_length", 4000)
    require(0 <= least <= most <= 4000 and most >= 1, where, "min_length and max_length do not fit.")
    require(len(box.get("value") or "") <= 4000, f"{where}.value", "Must be 4000 or fewer in length.")
    require(len(box.get("placeholder") or "") <= 100, f"{where}.placeholder", "Must be 100 or fewer in length.")


def _check_named(part: Json, where: str) -> None:
    _check_text(part, "custom_id", where, 100)


_CHECKS: dict[Part, Callable[[Json, str], None]] = {
    Part.ROW: _check_row,
    Part.BUTTON: _check_button,
    Part.SECTION: _check_section,
    Part.TEXT: _check_display,
    Part.GALLERY: _check_gallery,
    Part.CONTAINER: _check_container,
    Part.TEXT_INPUT: _check_input,
    Part.FILE_UPLOAD: _check_named,
    Part.CHECKBOX: _check_named,
    Part.RADIO: _check_choices,
    Part.CHECKBOXES: _check_choices,
    **dict.fromkeys(SELECTS, _check_select),
}
