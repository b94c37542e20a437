"""Reading a Web API call: query, form and JSON alike, and arguments by their kind."""

import json
from typing import Any

from aiohttp import web

from adapters.fakes.slack.records import Json


class SlackError(Exception):
    """A refusal: the `error` that Slack answers with HTTP 200, and what else stands beside it."""

    def __init__(self, error: str, *details: str, **more: object) -> None:
        super().__init__(error, *details)
        self.error = error
        self.body: Json = {"ok": False, "error": error, **more}
        if details:
            self.body["response_metadata"] = {"messages": [f"[ERROR] {detail}" for detail in details]}


async def read(request: web.Request) -> Json:
    """All arguments of a call. Raises SlackError for a body that can't be read."""
    found: Json = dict(request.query)
    if request.content_type == "application/json":
        found |= json_object(await request.text())
    elif request.can_read_body:
        found |= {name: value for name, value in (await request.post()).items() if isinstance(value, str)}
    return found


def json_object(text: str) -> Json:
    """A body that is one JSON object. Raises SlackError."""
    try:
        body = json.loads(text or "{}")
    except ValueError:
        raise SlackError("invalid_json") from None
    if not isinstance(body, dict):
        raise SlackError("json_not_object")
    return body


class Args:
    """The arguments of one call. A wrong or missing one raises SlackError("invalid_arguments")."""

    def __init__(self, raw: Json) -> None:
        self.raw = raw

    def only(self, names: frozenset[str]) -> None:
        """Refuse what is none of these."""
        others = sorted(self.raw.keys() - names - {"team_id", "token"})
        if others:
            raise SlackError("invalid_arguments", f"unsupported arguments: {', '.join(others)}")

    def has(self, name: str) -> bool:
        """Was it given at all?"""
        return self.raw.get(name) is not None

    def need(self, name: str) -> str:
        """A text that must be there."""
        value = self.text(name)
        if not value:
            raise SlackError("invalid_arguments", f"missing required field: {name}")
        return value

    def text(self, name: str) -> str:
        """A text, "" when left out."""
        value = self.raw.get(name)
        if value is not None and not isinstance(value, str):
            raise SlackError("invalid_arguments", f"must be a string: {name}")
        return value or ""

    def flag(self, name: str) -> bool:
        """A truth value, in any of the spellings that a query allows."""
        return self.raw.get(name) in (True, "true", "True", "1", 1)

    def number(self, name: str, default: int, most: int) -> int:
        """A whole number of at least 1; larger ones count as `most`."""
        try:
            value = int(self.raw.get(name, default))
        except (TypeError, ValueError):
            raise SlackError("invalid_arguments", f"must be a number: {name}") from None
        if value < 1:
            raise SlackError("invalid_arguments", f"must be at least 1: {name}")
        return min(value, most)

    def objects(self, name: str, error: str = "invalid_arguments") -> tuple[Json, ...]:
        """A list of objects, also as a JSON text; empty when left out."""
        value = self._decoded(name, error)
        if value is None:
            return ()
        if not isinstance(value, list) or not all(isinstance(item, dict) for item in value):
            raise SlackError(error, f"must be a list of objects: {name}")
        return tuple(value)

    def object(self, name: str, error: str = "invalid_arguments") -> Json | None:
        """An object, also as a JSON text."""
        value = self._decoded(name, error)
        if value is not None and not isinstance(value, dict):
            raise SlackError(error, f"must be an object: {name}")
        return value

    def strings(self, name: str) -> tuple[str, ...]:
        """A list of texts, also as a JSON text; empty when left out."""
        value = self._decoded(name, "invalid_arguments")
        if value is None:
            return ()
        if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
            raise SlackError("invalid_arguments", f"must be a list of strings: {name}")
        return tuple(value)

    def _decoded(self, name: str, error: str) -> Any:
        value = self.raw.get(name)
        if not isinstance(value, str):
            return value
        try:
            return json.loads(value)
        except ValueError:
            raise SlackError(error, f"not valid JSON: {name}") from None
