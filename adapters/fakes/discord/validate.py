"""What Discord accepts as a message: reading a request's body, and checking the message that comes out of it."""

from collections.abc import Sequence
from typing import Any

from adapters.fakes.discord.component_rules import check_message_components
from adapters.fakes.discord.components import children
from adapters.fakes.discord.records import Draft, Flag, Json, Message, Upload
from adapters.fakes.discord.refusals import Refused, Why, form, require

CONTENT_MAX = 2000  # code points
NONCE_MAX = 25
FILE_MAX = 10 * 1024 * 1024  # bytes
FILES_MAX = 10
EMBED_MAX = 6000  # characters in all embeds of a message
MAY_SET = Flag.SUPPRESS_EMBEDS | Flag.SILENT | Flag.COMPONENTS_V2
MAY_SET_PRIVATELY = MAY_SET | Flag.EPHEMERAL
NOT_HERE = ("poll", "sticker_ids", "activity", "shared_client_theme")
_EMBED_TEXTS = {"title": 256, "description": 4096}


def read_draft(body: Json, uploads: Sequence[Upload] = (), *, may_set: Flag = MAY_SET) -> Draft:
    """The content of a message as it was sent. Raises Refused with 50035 or 40005."""
    for name in NOT_HERE:
        require(not body.get(name), name, "This double of Discord does not know it.")
    keep, descriptions = _read_attachments(body, uploads)
    reference = _optional(body, "message_reference", dict)
    return Draft(
        content=_read_content(body),
        embeds=_read_embeds(body),
        components=_read_components(body),
        flags=_read_flags(body, may_set),
        allowed=_read_allowed(body),
        keep=keep,
        uploads=tuple(uploads),
        descriptions=descriptions,
        nonce=_read_nonce(body),
        enforce_nonce=bool(body.get("enforce_nonce")),
        reply_to=read_id(reference, "message_id") if reference else None,
    )


def read_id(body: Json, name: str) -> int:
    """A snowflake. Raises Refused with 50035."""
    value = str(body.get(name))
    require(value.isascii() and value.isdigit(), name, f'Value "{value}" is not snowflake.')
    return int(value)


def check_message(message: Message) -> None:
    """Check a message as it would be stored. Raises Refused with 50006 or 50035."""
    v2 = Flag.COMPONENTS_V2 in message.flags
    if not (message.content.strip() or message.embeds or message.components or message.attachments):
        raise Refused(Why.EMPTY)
    if v2:
        require(not message.content, "content", "The 'content' field cannot be used when using components v2.")
        require(not message.embeds, "embeds", "The 'embeds' field cannot be used when using components v2.")
    check_message_components(message.components, v2=v2)


def _optional(body: Json, name: str, kind: type) -> Any:
    value = body.get(name)
    require(value is None or isinstance(value, kind), name, f"Must be a {kind.__name__}.")
    return value


def _read_content(body: Json) -> str | None:
    if "content" not in body:
        return None
    content = str(_optional(body, "content", str) or "")
    require(len(content) <= CONTENT_MAX, "content", f"Must be {CONTENT_MAX} or fewer in length.")
    return content


def _read_nonce(body: Json) -> str | int | None:
    nonce = body.get("nonce")
    require(nonce is None or isinstance(nonce, str | int), "nonce", "Must be a string or a number.")
    require(len(str(nonce)) <= NONCE_MAX, "nonce", f"Must be {NONCE_MAX} or fewer in length.")
    return nonce


def _read_flags(body: Json, may_set: Flag) -> Flag | None:
    flags = _optional(body, "flags", int)
    if flags is None:
        return None
    require(not flags & ~int(may_set), "flags", f"These flags can't be set here: {flags & ~int(may_set)}.")
    return Flag(flags)


def _read_components(body: Json) -> tuple[Json, ...] | None:
    if "components" not in body:
        return None
    components = _optional(body, "components", list) or []
    _check_shape(components)
    return tuple(components)


def _check_shape(components: Sequence[object]) -> None:
    for component in components:
        if not isinstance(component, dict) or not isinstance(component.get("type"), int):
            raise form("components", "Every component is an object with a type.")
        _check_shape(children(component))


def _read_embeds(body: Json) -> tuple[Json, ...] | None:
    if "embeds" not in body:
        return None
    embeds = _optional(body, "embeds", list) or []
    require(len(embeds) <= 10, "embeds", "Must be 10 or fewer in length.")
    total = sum(_embed_length(embed, f"embeds.{index}") for index, embed in enumerate(embeds))
    require(total <= EMBED_MAX, "embeds", f"Embed size exceeds maximum size of {EMBED_MAX}.")
    return tuple(embed | {"type": embed.get("type", "rich")} for embed in embeds)


def _embed_length(embed: Json, where: str) -> int:
    texts = [_bounded(embed, name, most, where) for name, most in _EMBED_TEXTS.items()]
    texts.append(_bounded(embed.get("footer") or {}, "text", 2048, f"{where}.footer"))
    texts.append(_bounded(embed.get("author") or {}, "name", 256, f"{where}.author"))
    rows = embed.get("fields") or []
    require(len(rows) <= 25, f"{where}.fields", "Must be 25 or fewer in length.")
    for row in rows:
        require(row.get("name") and row.get("value"), f"{where}.fields", "This field is required.")
        texts += [_bounded(row, "name", 256, where), _bounded(row, "value", 1024, where)]
    return sum(texts)


def _bounded(part: Json, name: str, most: int, where: str) -> int:
    length = len(part.get(name) or "")
    require(length <= most, f"{where}.{name}", f"Must be {most} or fewer in length.")
    return length


def _read_allowed(body: Json) -> Json | None:
    allowed: Json | None = _optional(body, "allowed_mentions", dict)
    if allowed is None:
        return None
    parse = allowed.get("parse") or []
    require(set(parse) <= {"roles", "users", "everyone"}, "allowed_mentions.parse", "Unknown kind of mention.")
    for kind in ("users", "roles"):
        listed = allowed.get(kind) or []
        require(len(listed) <= 100, f"allowed_mentions.{kind}", "Must be 100 or fewer in length.")
        clash = kind in parse and listed
        require(not clash, "allowed_mentions", f"parse:[{kind!r}] and {kind}: [ids...] are mutually exclusive.")
    return allowed


def _read_attachments(body: Json, uploads: Sequence[Upload]) -> tuple[tuple[int, ...] | None, dict[int, str]]:
    """The ids of stored attachments to keep, and what is said about new ones by their form index."""
    if any(len(upload.data) > FILE_MAX for upload in uploads):
        raise Refused(Why.TOO_LARGE)
    listed = _optional(body, "attachments", list)
    require(len(listed or uploads) <= FILES_MAX, "attachments", f"Must be {FILES_MAX} or fewer in length.")
    if listed is None:
        return None, {}
    indexes = {upload.index for upload in uploads}
    entries = {read_id(entry, "id"): entry for entry in listed}
    require(indexes <= entries.keys(), "attachments", "Every file needs its entry.")
    new = {key: str(entries[key].get("description") or "") for key in indexes}
    return tuple(key for key in entries if key not in indexes), new
